// Renames damaged states, so that they can be examined, and keeps the newest few.

import { basename, dirname, join } from 'node:path'
import { codeOf, type Machine, randomToken } from './machine.ts'

/** Most damaged states that are kept: ours. */
export const KEPT_DAMAGED = 5

/** The end of their names, after that of the state: UTC to the millisecond, 16 hex digits. */
const SUFFIX = /^\.damaged-\d{8}T\d{9}Z-[0-9a-f]{16}$/

/**
 * Renames a file to a name that was never used.
 *
 * @returns the new path; undefined when there is no such file
 */
export async function setAside(path: string, machine: Machine): Promise<string | undefined> {
  const { files } = machine
  const stamp = new Date(machine.now()).toISOString().replaceAll(/[-:.]/g, '')
  const aside = `${path}.damaged-${stamp}-${randomToken()}`
  // The name is created exclusively first, since a rename would replace an existing file.
  await (await files.open(aside, 'wx')).close()
  try {
    await files.rename(path, aside)
  } catch (error) {
    await files.unlink(aside)
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
  // A failure leaves more files than needed; the next call tries again.
  await removeOldest(path, aside, machine).catch(() => {})
  return aside
}

/** Keeps the newest by name, and the one just made, even if the clock was set back. */
async function removeOldest(path: string, made: string, { files }: Machine): Promise<void> {
  const folder = dirname(path)
  const base = basename(path)
  const names = await files.readdir(folder)
  const others = names
    .filter((name) => name.startsWith(base) && SUFFIX.test(name.slice(base.length)))
    .filter((name) => name !== basename(made))
    .sort()
  for (const name of others.slice(0, Math.max(0, others.length - (KEPT_DAMAGED - 1)))) {
    const old = join(folder, name)
    if ((await files.lstat(old)).isFile()) await files.unlink(old)
  }
}

// The content of a lock file: a line with the format and a line about the holder:
//
//   dht-lock 1\n<token> <pid> <place>\n

import { codeOf, type FileOperations, type ProcessIdentity } from './machine.ts'

const HEADER = 'dht-lock 1\n'
const RECORD = /^dht-lock 1\n([0-9a-f]{32}) (\d{1,10}) (\S*)\n$/

/** More than any record needs; a longer file is no lock file. */
const MAX_BYTES = 1_024

/** A lock file as it was at one moment. */
export interface LockSighting {
  readonly kind: 'held'
  /** Undefined: the holder has not written its record (yet). */
  readonly holder: ProcessIdentity | undefined
  readonly touchedAt: number
}

export type LockLook =
  | LockSighting
  | { readonly kind: 'free' }
  /** There is another file. */
  | { readonly kind: 'foreign' }

export function lockRecord({ token, pid, place }: ProcessIdentity): string {
  return `${HEADER}${token} ${pid} ${place}\n`
}

export async function lookAtLock(path: string, files: FileOperations): Promise<LockLook> {
  try {
    const about = await files.lstat(path)
    if (!about.isFile() || about.size > MAX_BYTES) return { kind: 'foreign' }
    return await readLock(path, files)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { kind: 'free' }
    throw error
  }
}

async function readLock(path: string, files: FileOperations): Promise<LockLook> {
  const file = await files.open(path, 'r')
  try {
    const text = (await file.readFile()).toString()
    const touchedAt = (await file.stat()).mtimeMs
    const [, token, pid, place] = RECORD.exec(text) ?? []
    if (token === undefined && !isUnfinished(text)) return { kind: 'foreign' }
    const holder =
      token === undefined ? undefined : { token, pid: Number(pid), place: place as string }
    return { kind: 'held', holder, touchedAt }
  } finally {
    await file.close()
  }
}

/** A file that is not written yet, or what a power failure leaves of one just written. */
function isUnfinished(text: string): boolean {
  return text.startsWith(HEADER) || HEADER.startsWith(text) || /^\0+$/.test(text)
}

export function isSameSighting(a: LockSighting, b: LockSighting): boolean {
  return a.holder?.token === b.holder?.token && a.touchedAt === b.touchedAt
}

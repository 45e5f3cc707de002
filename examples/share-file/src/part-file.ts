// A file that becomes visible under its name only when it is whole: it is written beside its place
// and renamed. Whatever happens before, the place holds what it held.

import { randomBytes } from 'node:crypto'
import { access, constants, mkdtemp, rename, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { Failure } from './failure.ts'

export interface PartFile extends AsyncDisposable {
  /** Where to write. */
  readonly path: string
  /** Puts the file in its place. Without this, disposal leaves nothing behind. */
  commit(): Promise<void>
}

/** @throws {Failure} for a directory; the system's error when the folder can't be written to */
export async function partFile(place: string): Promise<PartFile> {
  const found = await stat(place).catch(() => undefined)
  if (found?.isDirectory()) throw new Failure(`${place}: that is a directory`)
  await access(dirname(place), constants.W_OK)
  const suffix = randomBytes(6).toString('hex')
  const path = join(dirname(place), `.${basename(place)}.${suffix}.part`)
  return {
    path,
    commit: () => rename(path, place),
    [Symbol.asyncDispose]: () => rm(path, { force: true }),
  }
}

/** A file that is gone when it is disposed of. */
export async function scratchFile(): Promise<AsyncDisposable & { readonly path: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'share-file-'))
  return {
    path: join(folder, 'content'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

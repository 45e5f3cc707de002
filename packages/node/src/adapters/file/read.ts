// Reads a whole regular file, up to a size limit. Anything else is refused without reading: a FIFO
// or a device could block the reader for ever.

import { constants, type Stats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { refused } from './locate.ts'
import { codeOf, type FileOperations } from './machine.ts'

/** Largest file that is read, bytes: ours; states are below one MiB. */
export const MAX_FILE_BYTES: number = 64 * 1024 * 1024

/** Systems without these flags have no FIFOs or terminals as files. */
const { O_RDONLY, O_NONBLOCK = 0, O_NOCTTY = 0 } = constants

/**
 * @returns undefined when there is no such file
 * @throws {DhtNodeError} `ERR_DHT_NODE_ARGUMENT` for anything but a regular file, or one that is
 *   too large
 */
export async function readRegularFile(
  path: string,
  files: FileOperations,
): Promise<Uint8Array | undefined> {
  const about = await aboutFile(path, files)
  if (about === undefined) return undefined
  // It may have been replaced meanwhile: opening must not block, and the opened file is checked
  // again.
  const file = await files.open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
  try {
    const { size } = checked(path, await file.stat())
    return await readUpTo(file, { path, size })
  } finally {
    await file.close()
  }
}

/** The status of the file at `path`; undefined when there is none. */
export async function aboutFile(path: string, files: FileOperations): Promise<Stats | undefined> {
  try {
    return checked(path, await files.stat(path))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

function checked(path: string, about: Stats): Stats {
  if (!about.isFile()) throw refused('a regular file', `${path}, ${kindOf(about)}`)
  if (about.size > MAX_FILE_BYTES) throw tooLarge(path)
  return about
}

function kindOf(about: Stats): string {
  if (about.isDirectory()) return 'a folder'
  if (about.isFIFO()) return 'a FIFO'
  if (about.isSocket()) return 'a socket'
  return 'a device'
}

/** The size is only a hint: a file may have grown, and some files report 0. */
async function readUpTo(
  file: FileHandle,
  { path, size }: { readonly path: string; readonly size: number },
): Promise<Uint8Array> {
  let bytes = new Uint8Array(size + 1)
  let length = 0
  for (;;) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length, length)
    if (bytesRead === 0) return bytes.subarray(0, length)
    length += bytesRead
    if (length > MAX_FILE_BYTES) throw tooLarge(path)
    if (length < bytes.length) continue
    const grown = new Uint8Array(2 * length)
    grown.set(bytes)
    bytes = grown
  }
}

function tooLarge(path: string): Error {
  return refused(`a file of at most ${MAX_FILE_BYTES} bytes`, `${path}, which is larger`)
}

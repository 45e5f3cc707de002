// The file that is shared: what it was when it was read for its identity, which is the SHA-256 of
// its content. It is read as a stream, for it may be larger than the memory.

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type Id, idFromBytes } from '@dht/id'
import { ExitCode, Failure } from './failure.ts'

export interface SharedFile {
  readonly path: string
  readonly name: string
  readonly size: number
  /** Last modification, ms since 1970: with the size it tells whether the file has changed. */
  readonly modifiedAt: number
  readonly identity: Id
}

/**
 * @param read - told how many bytes of how many have been read
 * @throws {Failure} when the path is empty or leads to something that is no file
 */
export async function readSharedFile(
  path: string,
  { read, stop }: { read: (bytes: number, of: number) => void; stop: AbortSignal },
): Promise<SharedFile> {
  if (path === '') throw new Failure('path: expected a file, got an empty text', ExitCode.usage)
  const { size, mtimeMs } = await statFile(path)
  const hash = createHash('sha256')
  let done = 0
  const content = createReadStream(path).on('data', (chunk) => {
    done += chunk.length
    read(done, size)
  })
  await pipeline(content, hash, { signal: stop })
  const identity = idFromBytes(hash.digest(), 32)
  return { path, name: basename(path), size, modifiedAt: mtimeMs, identity }
}

/** Whether the file is still the one read, as far as can be told without reading it again. */
export async function isUnchanged({ path, size, modifiedAt }: SharedFile): Promise<boolean> {
  const now = await statFile(path)
  return now.size === size && now.mtimeMs === modifiedAt
}

async function statFile(path: string): Promise<{ size: number; mtimeMs: number }> {
  const found = await stat(path)
  if (found.isFile()) return found
  throw new Failure(`${path}: that is ${found.isDirectory() ? 'a directory' : 'no regular file'}`)
}

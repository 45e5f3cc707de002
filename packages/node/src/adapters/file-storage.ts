// A node's state in one file. Saved to a temporary file beside it, flushed, renamed over the old
// one, and the folder flushed: at every instant the path names a whole value, the old or the new.

import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { StateStorage } from '../ports/state-storage.ts'

/** @param path - the file; folders above it are made when missing */
export function fileStorage(path: string): StateStorage {
  return {
    async load() {
      try {
        return await readFile(path)
      } catch (error) {
        if (isMissing(error)) return undefined
        throw error
      }
    },

    async save(bytes) {
      const folder = dirname(path)
      await mkdir(folder, { recursive: true })
      await writeFlushed(`${path}.new`, bytes)
      await rename(`${path}.new`, path)
      await flushFolder(folder)
    },

    async setAside() {
      try {
        await rename(path, `${path}.damaged`)
      } catch (error) {
        if (!isMissing(error)) throw error
      }
    },
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

async function writeFlushed(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'w')
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

/**
 * Makes the rename itself last; where folders can't be opened (Windows) the rename is all there is.
 */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined)
  try {
    await handle?.sync()
  } catch {
    // Some file systems refuse to flush a folder: the value is whole either way.
  } finally {
    await handle?.close()
  }
}

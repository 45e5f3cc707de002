// Stores a node's state in one file. A save writes and flushes a temporary file beside it, renames
// it over the old one and flushes the folder, so the path always names a whole value, the old or
// the new one. A lock file beside it keeps other nodes away.

import { constants } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { DhtNodeError } from '../errors.ts'
import type { StateStorage, StorageNotice } from '../ports/state-storage.ts'
import { setAside } from './file/damaged.ts'
import { locate } from './file/locate.ts'
import { FileLock, type LockLoss } from './file/lock.ts'
import { codeOf, type Machine, randomToken, systemMachine } from './file/machine.ts'
import { aboutFile, readRegularFile } from './file/read.ts'

/**
 * Symbolic links are followed when the storage is acquired: their target is saved.
 *
 * @param path - the file; folders above it are made when missing
 */
export function fileStorage(path: string): StateStorage {
  return new FileStorage(path, systemMachine)
}

export class FileStorage implements StateStorage {
  readonly #path: string
  readonly #machine: Machine
  /** Part of the names of temporary files, so that no two storages write to one file. */
  readonly #token: string
  #located: Promise<string> | undefined
  #lock: FileLock | undefined

  constructor(path: string, machine: Machine) {
    this.#path = path
    this.#machine = machine
    this.#token = randomToken()
  }

  async acquire(notify: (notice: StorageNotice) => void): Promise<void> {
    if (this.#lock !== undefined) {
      throw new DhtNodeError('ERR_DHT_NODE_STATE_IN_USE', 'state: another node uses this storage')
    }
    const lock = new FileLock(this.#machine, notify)
    this.#lock = lock
    this.#located = undefined
    try {
      const path = await this.#locate()
      // A file that can't be written is refused before anything is written beside it.
      const isThere = (await aboutFile(path, this.#machine.files)) !== undefined
      if (isThere) await this.#machine.files.access(path, constants.W_OK)
      await lock.take(`${path}.lock`)
      await this.#removeTemporaries(path)
    } catch (error) {
      await this.release().catch(() => {})
      throw error
    }
  }

  async release(): Promise<void> {
    const lock = this.#lock
    this.#lock = undefined
    await lock?.release()
  }

  async load(): Promise<Uint8Array | undefined> {
    return readRegularFile(await this.#locate(), this.#machine.files)
  }

  async save(bytes: Uint8Array): Promise<void> {
    const { files } = this.#machine
    const lock = this.#lock
    const path = await this.#locate()
    const folder = dirname(path)
    await files.mkdir(folder, { recursive: true })
    const temporary = `${path}.${this.#token}.new`
    try {
      await this.#writeFlushed(temporary, bytes, (await aboutFile(path, files))?.mode)
      // Checked once the temporary file exists: a node that takes the lock over after this removes
      // that file, and then the rename fails.
      const loss = await lock?.keep()
      if (loss !== undefined) throw lostError(loss, path)
      await files.rename(temporary, path)
    } catch (error) {
      await files.unlink(temporary).catch(() => {})
      throw error
    }
    await this.#flushFolder(folder)
  }

  async setAside(): Promise<string | undefined> {
    return setAside(await this.#locate(), this.#machine)
  }

  #locate(): Promise<string> {
    this.#located ??= locate(this.#path, this.#machine.files)
    return this.#located
  }

  async #writeFlushed(path: string, bytes: Uint8Array, mode: number | undefined): Promise<void> {
    const file = await this.#machine.files.open(path, 'w', mode)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
  }

  /** Makes the rename durable. Windows can't open folders, so there the rename has to do. */
  async #flushFolder(folder: string): Promise<void> {
    const handle = await this.#machine.files.open(folder, 'r').catch(() => undefined)
    try {
      await handle?.sync()
    } catch {
      // Some file systems can't flush a folder. The value is whole in any case.
    } finally {
      await handle?.close()
    }
  }

  /** Removes the temporary files of crashed nodes, and of a node that lost the lock. */
  async #removeTemporaries(path: string): Promise<void> {
    const { files } = this.#machine
    const [folder, base] = [dirname(path), basename(path)]
    for (const name of await files.readdir(folder)) {
      if (!name.startsWith(base) || !TEMPORARY.test(name.slice(base.length))) continue
      await files.unlink(join(folder, name)).catch(ignoreMissing)
    }
  }
}

/** The end of a temporary file's name, after the name of the state. */
const TEMPORARY = /^\.[0-9a-f]{16}\.new$/

function ignoreMissing(error: unknown): void {
  if (codeOf(error) !== 'ENOENT') throw error
}

function lostError(loss: LockLoss, path: string): DhtNodeError {
  switch (loss) {
    case 'taken':
      return new DhtNodeError('ERR_DHT_NODE_STATE_IN_USE', `state: another node uses ${path}`)
    case 'removed':
      return new DhtNodeError('ERR_DHT_NODE_STATE', `state: the lock file of ${path} was removed`)
    case 'released':
      return new DhtNodeError('ERR_DHT_NODE_CLOSED', `state: ${path} was released during the save`)
  }
}

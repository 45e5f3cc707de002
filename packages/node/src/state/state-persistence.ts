// Keeps a node's state in a storage: it acquires the storage, loads the state, and saves it at the
// start, at intervals and at the end. A state that can't be used refuses the start. While the node
// runs, a failure of the storage is a warning and never stops the node.

import { isBytes, showValue } from '@dht/id'
import type { Contact, Family, Network } from '@dht/krpc'
import { DhtNodeError, describedError } from '../errors.ts'
import type { Clock } from '../ports/clock.ts'
import type { Sha256 } from '../ports/platform.ts'
import type { StateStorage, StorageNotice } from '../ports/state-storage.ts'
import type { Warn, WarningCode } from '../warnings.ts'
import { SaveQueue } from './save-queue.ts'
import type { SavedState } from './saved-state.ts'
import { readState, writeState } from './state-file.ts'

/**
 * Longest that `close` waits for the storage, ms: ours, half of the time that process managers
 * commonly give a program to end.
 */
export const CLOSE_WAIT_MS = 5_000

/** Longest time from the start to the first save of what the node has learned, ms: ours. */
const FIRST_SAVE_MS = 10_000

export interface StatePersistenceParts {
  readonly storage: StateStorage
  readonly network: Network
  readonly clock: Clock
  readonly sha256: Sha256
  readonly warn: Warn
}

export class StatePersistence {
  readonly #parts: StatePersistenceParts
  readonly #saves: SaveQueue
  /** The last contacts that were known, by address family. */
  readonly #known = new Map<Family, readonly Contact[]>()
  /** Settles when no `acquire` is under way. */
  #acquiring: Promise<unknown> = Promise.resolve()
  #isAcquired = false
  #hasLost = false
  #cancelAlarm: (() => void) | undefined

  constructor(parts: StatePersistenceParts) {
    this.#parts = parts
    this.#saves = new SaveQueue((bytes) => this.#save(bytes))
  }

  /**
   * Acquires the storage and reads the state. If it rejects, the storage is released;
   * otherwise {@link close} releases it.
   *
   * @returns undefined when there is no state yet, or only a damaged one, which is set aside
   * @throws {DhtNodeError} `ERR_DHT_NODE_ARGUMENT` for a value that is no state of this network,
   *   which is left as it is; `ERR_DHT_NODE_STATE_IN_USE` when another node has the storage;
   *   `ERR_DHT_NODE_STATE` when the storage fails
   */
  async open(): Promise<SavedState | undefined> {
    const { storage } = this.#parts
    await this.#acquire()
    try {
      const bytes = await attempt('read', async () => checked(await storage.load()))
      // It was released meanwhile, so another node may have it.
      if (!this.#isAcquired)
        throw new DhtNodeError('ERR_DHT_NODE_CLOSED', 'state: the start was aborted')
      return bytes === undefined || bytes.length === 0 ? undefined : await this.#read(bytes)
    } catch (error) {
      await this.#release()
      throw error
    }
  }

  /**
   * Saves for the first time.
   *
   * @throws {DhtNodeError} `ERR_DHT_NODE_STATE` when the storage can't be written to
   */
  saveFirst(state: SavedState): Promise<void> {
    const bytes = this.#bytesOf(state)
    return attempt('written', async () => this.#parts.storage.save(bytes))
  }

  /** Saves every `everyMs` from now on, the first time after {@link FIRST_SAVE_MS} at most. */
  saveEvery(state: () => SavedState, everyMs: number): void {
    this.#keep(state, everyMs, Math.min(everyMs, FIRST_SAVE_MS))
  }

  /**
   * Saves for the last time and releases the storage. Never rejects, and takes
   * {@link CLOSE_WAIT_MS} at most: a slower storage is not awaited.
   *
   * @param state - undefined: there is nothing to save, because the start is aborted; what it loads
   *   or saves is not awaited
   */
  close(state?: SavedState): Promise<void> {
    this.#cancelAlarm?.()
    this.#cancelAlarm = undefined
    const { clock, warn } = this.#parts
    const late = `the storage took more than ${CLOSE_WAIT_MS} ms to`
    return new Promise((resolve) => {
      const cancel = clock.alarm(clock.now() + CLOSE_WAIT_MS, () => {
        this.#saves.drop()
        if (state === undefined) warn('DHT_STATE_UNRELEASED', `${late} be released`)
        else warn('DHT_STATE_UNSAVED', `${late} save the last state`)
        resolve()
      })
      void this.#end(state).then(() => {
        cancel()
        resolve()
      })
    })
  }

  async #acquire(): Promise<void> {
    const { storage } = this.#parts
    // Already now, since a release also ends an acquire under way.
    this.#isAcquired = true
    const notify = (notice: StorageNotice): void => this.#noticed(notice)
    const acquiring = attempt('used', async () => storage.acquire?.(notify))
    this.#acquiring = acquiring.catch(() => {})
    try {
      await acquiring
    } catch (error) {
      // Another node of this process may have this storage: a release would release its lock.
      this.#isAcquired = false
      throw error
    }
  }

  async #read(bytes: Uint8Array): Promise<SavedState | undefined> {
    const { network, sha256, storage, warn } = this.#parts
    const read = readState(bytes, network, sha256)
    switch (read.kind) {
      case 'state':
        this.#learn(read.state.contacts)
        return read.state
      case 'foreign':
        throw describedError(
          'state',
          `one of the network ${network.name}`,
          `${read.network}; it is left unchanged`,
        )
      case 'other':
        throw describedError(
          'state',
          'a state of version 1 or 2',
          `${read.found}; it is left unchanged`,
        )
      case 'damaged': {
        const aside = await attempt('set aside', async () => storage.setAside())
        const where = aside === undefined ? '' : ` as ${aside}`
        const message = `the saved state is damaged and was set aside${where}: ${read.reason}`
        warn('DHT_STATE_SET_ASIDE', message)
        return undefined
      }
    }
  }

  #keep(state: () => SavedState, everyMs: number, firstMs: number): void {
    if (this.#hasLost) return
    const { clock, warn } = this.#parts
    this.#cancelAlarm = clock.alarm(clock.now() + firstMs, () => {
      if (this.#saves.isSaving) {
        warn('DHT_STATE_UNSAVED', 'the storage has not finished one save when the next is due')
      }
      void this.#saves.save(this.#bytesOf(state()))
      this.#keep(state, everyMs, everyMs)
    })
  }

  async #save(bytes: Uint8Array): Promise<void> {
    if (this.#hasLost) return
    try {
      await this.#parts.storage.save(bytes)
    } catch (cause) {
      const isTaken = DhtNodeError.is(cause) && cause.code === 'ERR_DHT_NODE_STATE_IN_USE'
      // The storage may have told of the loss before it rejected.
      if (this.#hasLost) return
      if (isTaken) this.#noticed('taken')
      else this.#parts.warn('DHT_STATE_UNSAVED', 'the state could not be saved', cause)
    }
  }

  async #end(state: SavedState | undefined): Promise<void> {
    if (state !== undefined) await this.#saves.save(this.#bytesOf(state))
    await this.#release()
    // A lock file that `acquire` is creating is removed only when `acquire` has ended.
    await this.#acquiring
  }

  /** A storage that can't be released now can be used again when its lock is stale. */
  async #release(): Promise<void> {
    if (!this.#isAcquired) return
    this.#isAcquired = false
    try {
      await this.#parts.storage.release?.()
    } catch (cause) {
      this.#parts.warn('DHT_STATE_UNRELEASED', 'the state could not be released', cause)
    }
  }

  #noticed(notice: StorageNotice): void {
    this.#parts.warn(...WARNINGS[notice])
    if (notice === 'waiting' || notice === 'renewed') return
    this.#hasLost = true
    this.#cancelAlarm?.()
  }

  #bytesOf(state: SavedState): Uint8Array {
    this.#learn(state.contacts)
    const contacts = [...this.#known.values()].flat()
    const { network, sha256 } = this.#parts
    return writeState({ ...state, contacts }, network, sha256)
  }

  /** The last known contacts are kept when a table is empty: the node is cut off then. */
  #learn(contacts: readonly Contact[]): void {
    for (const family of [4, 6] as const) {
      const ofFamily = contacts.filter((each) => each.family === family)
      if (ofFamily.length > 0) this.#known.set(family, ofFamily)
    }
  }
}

const WARNINGS: Readonly<Record<StorageNotice, readonly [WarningCode, string]>> = {
  waiting: ['DHT_STATE_WAITING', 'the state is locked: waiting to see whether its node still runs'],
  renewed: ['DHT_STATE_LOCK_RENEWED', 'the lock of the state was removed, and was made anew'],
  taken: ['DHT_STATE_TAKEN', 'another node has taken the state over: this one saves no more'],
  removed: [
    'DHT_STATE_LOCK_REMOVED',
    'the lock of the state was removed, and another node may have used the state: ' +
      'this one saves no more',
  ],
}

/** A storage may be foreign code, and many return `null` for no value. */
function checked(loaded: unknown): Uint8Array | undefined {
  if (loaded === undefined || isBytes(loaded)) return loaded
  throw new TypeError(`load: expected a Uint8Array or undefined, got ${showValue(loaded)}`)
}

/** What a storage rejects with becomes the cause of a typed error. */
async function attempt<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (DhtNodeError.is(cause)) throw cause
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new DhtNodeError('ERR_DHT_NODE_STATE', `state: can’t be ${what}: ${why}`, { cause })
  }
}

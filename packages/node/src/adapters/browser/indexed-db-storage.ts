// Stores a node's state in a database of the browser (IndexedDB), under a Web Lock: a second page
// with the same state is refused.

import { createStore, delMany, get, keys, set, type UseStore } from 'idb-keyval'
import { DhtNodeError } from '../../errors.ts'
import type { StateStorage, StorageNotice } from '../../ports/state-storage.ts'
import { type LockManager, WebLock } from './web-lock.ts'

const STORE = 'dht-node'
const STATE = 'state'

/** The key of a damaged state; the time, UTC, follows. */
const DAMAGED = 'damaged-'

/** Most damaged states that are kept: ours, as many as beside a file. */
const KEPT_DAMAGED = 5

/**
 * The state of one node of this origin. The browser may delete it when space is short, unless the
 * page has asked for lasting storage (`navigator.storage.persist()`). Pages need a secure context:
 * HTTPS, or `localhost`.
 *
 * @param name - of the database; two nodes of one origin need two names
 */
export function indexedDbStorage(name = 'dht-node'): StateStorage {
  return new IndexedDbStorage(name, lockManager)
}

function lockManager(): LockManager | undefined {
  const { navigator } = globalThis as { readonly navigator?: { readonly locks?: LockManager } }
  return navigator?.locks
}

export class IndexedDbStorage implements StateStorage {
  readonly #name: string
  readonly #locks: () => LockManager | undefined
  #store: UseStore | undefined
  #lock: WebLock | undefined

  /** @param locks - undefined where the browser has none */
  constructor(name: string, locks: () => LockManager | undefined) {
    this.#name = name
    this.#locks = locks
  }

  async acquire(notify: (notice: StorageNotice) => void): Promise<void> {
    if (this.#lock !== undefined) throw inUse('state: another node uses this storage')
    const locks = this.#locks()
    if (locks === undefined) {
      const message = 'state: no Web Locks here: the page needs a secure context'
      throw new DhtNodeError('ERR_DHT_NODE_STATE', message)
    }
    const lock = new WebLock(`dht-node state ${this.#name}`, locks)
    this.#lock = lock
    try {
      await lock.take(() => notify('taken'))
    } catch (error) {
      if (this.#lock === lock) this.#lock = undefined
      throw error
    }
  }

  async release(): Promise<void> {
    this.#lock?.release()
    this.#lock = undefined
  }

  async load(): Promise<Uint8Array | undefined> {
    return get(STATE, this.#open())
  }

  async save(bytes: Uint8Array): Promise<void> {
    if (this.#lock?.isHeld !== true) throw inUse(`state: ${this.#name} is not locked any more`)
    await set(STATE, bytes, this.#open())
  }

  async setAside(): Promise<string | undefined> {
    const store = this.#open()
    const bytes = await get(STATE, store)
    if (bytes === undefined) return undefined
    const aside = DAMAGED + new Date().toISOString()
    await set(aside, bytes, store)
    const names = (await keys<string>(store)).filter((name) => name.startsWith(DAMAGED)).sort()
    await delMany([STATE, ...names.slice(0, -KEPT_DAMAGED)], store)
    return `${aside} in the database ${this.#name}`
  }

  #open(): UseStore {
    this.#store ??= createStore(this.#name, STORE)
    return this.#store
  }
}

function inUse(message: string): DhtNodeError {
  return new DhtNodeError('ERR_DHT_NODE_STATE_IN_USE', message)
}

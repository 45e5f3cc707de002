// A Web Lock that one node holds as long as it runs. The browser releases it when the page goes.

import { DhtNodeError } from '../../errors.ts'

/** The part of `navigator.locks` that is used here (Web Locks API §3). */
export interface LockManager {
  request(
    name: string,
    options: { readonly signal: AbortSignal },
    callback: () => Promise<void>,
  ): Promise<void>
}

/**
 * Longest wait for a lock, ms: ours. A page that is loaded again asks before the browser has
 * released the lock of its former self.
 */
export const LOCK_WAIT_MS = 1_000

export class WebLock {
  readonly #name: string
  readonly #locks: LockManager
  readonly #ended = new AbortController()
  #isHeld = false

  constructor(name: string, locks: LockManager) {
    this.#name = name
    this.#locks = locks
  }

  get isHeld(): boolean {
    return this.#isHeld
  }

  /**
   * Resolves when the lock is held.
   *
   * @param lost - called when another page takes the lock away
   * @throws {DhtNodeError} `ERR_DHT_NODE_STATE_IN_USE` when another page, worker or node has it
   */
  async take(lost: () => void): Promise<void> {
    const wait = new AbortController()
    const timer = setTimeout(() => wait.abort(), LOCK_WAIT_MS)
    const end = (): void => wait.abort()
    this.#ended.signal.addEventListener('abort', end)
    try {
      await this.#request(wait.signal, lost)
    } catch (cause) {
      if (!wait.signal.aborted) throw cause
      const message = `state: another page or node uses ${this.#name}`
      throw new DhtNodeError('ERR_DHT_NODE_STATE_IN_USE', message, { cause })
    } finally {
      clearTimeout(timer)
      this.#ended.signal.removeEventListener('abort', end)
    }
  }

  /** Also ends a `take` under way. */
  release(): void {
    this.#isHeld = false
    this.#ended.abort()
  }

  #request(signal: AbortSignal, lost: () => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const held = this.#locks.request(this.#name, { signal }, () => {
        // It may have been released while the browser granted it.
        this.#isHeld = !this.#ended.signal.aborted
        resolve()
        return untilAborted(this.#ended.signal)
      })
      held.catch((cause) => {
        reject(cause)
        if (!this.#isHeld) return
        this.#isHeld = false
        lost()
      })
    })
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
}

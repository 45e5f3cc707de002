// Web Locks in memory, for one origin: a queue for each name, and locks that can be stolen.

import type { LockManager } from '../../src/adapters/browser/web-lock.ts'

export class MemoryLocks implements LockManager {
  /** For each name what became of the locks so far, and how to take the present one away. */
  readonly #tails = new Map<string, Promise<unknown>>()
  readonly #thefts = new Map<string, (error: Error) => void>()

  async request(
    name: string,
    { signal }: { readonly signal: AbortSignal },
    callback: () => Promise<void>,
  ): Promise<void> {
    const before = this.#tails.get(name)
    const mine = Promise.race([before, aborted(signal)]).then(() => this.#hold(name, callback))
    const ended = mine.catch(() => {})
    this.#tails.set(name, Promise.all([before, ended]))
    await mine
  }

  /** Takes the lock away from its holder, as `steal` does. */
  steal(name: string): void {
    this.#thefts.get(name)?.(new DOMException('stolen', 'AbortError'))
  }

  #hold(name: string, callback: () => Promise<void>): Promise<void> {
    const stolen = new Promise<never>((_, reject) => this.#thefts.set(name, reject))
    return Promise.race([callback(), stolen])
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })
}

// Frees the memory of expired peers now and then. The store never serves an expired peer, so a
// sweep changes no reply.

import type { PeerStore } from '@dht/store'

/** Least time between two sweeps, ms: ours. */
const SWEEP_SPACING_MS = 60_000

export class StoreSweep {
  readonly #store: PeerStore
  #sweptAt = Number.NEGATIVE_INFINITY

  constructor(store: PeerStore) {
    this.#store = store
  }

  /** When the next sweep is due, ms; undefined: nothing is stored. */
  nextAt(): number | undefined {
    const expiryAt = this.#store.nextExpiryAt()
    return expiryAt === undefined ? undefined : Math.max(expiryAt, this.#sweptAt + SWEEP_SPACING_MS)
  }

  handleTimeout(now: number): void {
    const dueAt = this.nextAt()
    if (dueAt === undefined || dueAt > now) return
    this.#sweptAt = now
    this.#store.expire(now)
  }
}

// Frees the memory of what has expired now and then. A store never serves what has expired, so a
// sweep changes no reply.

/** Least time between two sweeps, ms: ours. */
const SWEEP_SPACING_MS = 60_000

/** A store whose contents expire. */
export interface Expiring {
  /** The first instant, ms, at which something has expired; undefined: nothing is stored. */
  nextExpiryAt(): number | undefined
  expire(now: number): void
}

export class StoreSweep {
  readonly #stores: readonly Expiring[]
  #sweptAt = Number.NEGATIVE_INFINITY

  constructor(stores: readonly Expiring[]) {
    this.#stores = stores
  }

  /** When the next sweep is due, ms; undefined: nothing is stored. */
  nextAt(): number | undefined {
    // Called after every event, so it makes no list.
    let expiryAt = Number.POSITIVE_INFINITY
    for (const store of this.#stores) {
      expiryAt = Math.min(expiryAt, store.nextExpiryAt() ?? Number.POSITIVE_INFINITY)
    }
    if (expiryAt === Number.POSITIVE_INFINITY) return undefined
    return Math.max(expiryAt, this.#sweptAt + SWEEP_SPACING_MS)
  }

  handleTimeout(now: number): void {
    const dueAt = this.nextAt()
    if (dueAt === undefined || dueAt > now) return
    this.#sweptAt = now
    for (const store of this.#stores) store.expire(now)
  }
}

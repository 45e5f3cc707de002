// Queries that have expired and may still be answered: remembered for a while, so that a late
// answer is recognized and no new query takes the id of one. Bounded: the oldest is forgotten when
// there are too many. It knows no clock and does not know what an answer is worth.

interface Expired<T> {
  readonly item: T
  readonly forgetAt: number
}

export class ExpiredQueries<T> {
  readonly #most: number
  readonly #keepMs: number
  /** In the order in which they expired. */
  readonly #byNumber = new Map<number, Expired<T>>()

  /** @param bounds - how many are remembered at most, and for how long, ms */
  constructor(bounds: { readonly most: number; readonly keepMs: number }) {
    this.#most = bounds.most
    this.#keepMs = bounds.keepMs
  }

  get size(): number {
    return this.#byNumber.size
  }

  get(number: number): T | undefined {
    return this.#byNumber.get(number)?.item
  }

  /** @param number - one that is not remembered */
  add(number: number, item: T, now: number): void {
    if (this.size === this.#most) this.#forgetOldest()
    this.#byNumber.set(number, { item, forgetAt: now + this.#keepMs })
  }

  /** Forgets one that has been answered. */
  delete(number: number): void {
    this.#byNumber.delete(number)
  }

  /** Forgets those whose time is over, up to the first one whose is not. */
  forgetUntil(now: number): void {
    if (this.size === 0) return
    for (const [number, { forgetAt }] of this.#byNumber) {
      if (forgetAt > now) return
      this.#byNumber.delete(number)
    }
  }

  #forgetOldest(): void {
    for (const number of this.#byNumber.keys()) {
      this.#byNumber.delete(number)
      return
    }
  }
}

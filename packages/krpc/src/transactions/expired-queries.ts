// Queries that have expired and may still get a response. They are kept for a while, so that a late
// response is recognized and no new query takes the same id. When there are too many, the oldest is
// dropped. This file knows no clock and does not judge the response.

interface Expired<T> {
  readonly item: T
  readonly forgetAt: number
}

export class ExpiredQueries<T> {
  readonly #maxKept: number
  readonly #keepMs: number
  /** In the order in which they expired. */
  readonly #byNumber = new Map<number, Expired<T>>()

  /** @param bounds - how many are kept at most, and for how long, ms */
  constructor(bounds: { readonly maxKept: number; readonly keepMs: number }) {
    this.#maxKept = bounds.maxKept
    this.#keepMs = bounds.keepMs
  }

  get size(): number {
    return this.#byNumber.size
  }

  get(number: number): T | undefined {
    return this.#byNumber.get(number)?.item
  }

  /** @param number - one that is not kept yet */
  add(number: number, item: T, now: number): void {
    if (this.size === this.#maxKept) this.#dropOldest()
    this.#byNumber.set(number, { item, forgetAt: now + this.#keepMs })
  }

  /** Drops a query that got its response. */
  delete(number: number): void {
    this.#byNumber.delete(number)
  }

  /** Drops the queries whose time is over, from the oldest to the first one that is still kept. */
  dropUntil(now: number): void {
    if (this.size === 0) return
    for (const [number, { forgetAt }] of this.#byNumber) {
      if (forgetAt > now) return
      this.#byNumber.delete(number)
    }
  }

  #dropOldest(): void {
    for (const number of this.#byNumber.keys()) {
      this.#byNumber.delete(number)
      return
    }
  }
}

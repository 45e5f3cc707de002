// Bounds how often something happens: at most so many times in any minute. A token bucket would let
// twice as many through in its first minute.

const MINUTE_MS = 60_000

export class MinuteBudget {
  readonly #limit: number
  /** The instants of the last times, the oldest first; at most as many as the limit. */
  readonly #takenAt: number[] = []

  /** @param limit - most times in any minute, 1 or more */
  constructor(limit: number) {
    this.#limit = limit
  }

  /**
   * @param now - ms; an instant before the last one counts as the last one
   * @returns 0 when it may happen now, which then counts; else the time until it may, ms
   */
  take(now: number): number {
    const at = Math.max(now, this.#takenAt.at(-1) ?? now)
    if (this.#takenAt.length === this.#limit) {
      const waitMs = this.#takenAt[0]! + MINUTE_MS - at
      if (waitMs > 0) return waitMs
      this.#takenAt.shift()
    }
    this.#takenAt.push(at)
    return 0
  }
}

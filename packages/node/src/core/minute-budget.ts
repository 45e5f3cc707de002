// Bounds how often something happens: at most so many times in any minute. A token bucket would let
// twice as many through in its first minute. `MinuteCounts` has one such budget for each of many
// keys.

/** The span in which events are counted, ms. */
export const MINUTE_MS = 60_000

export class MinuteBudget {
  readonly #limit: number
  /** The instants of the last times, the oldest first; at most as many as the limit. */
  readonly #takenAt: number[] = []

  /** @param limit - most times in any minute, 1 or more */
  constructor(limit: number) {
    this.#limit = limit
  }

  /**
   * Counts nothing.
   *
   * @param now - ms; an instant before the last one counts as the last one
   * @returns 0 when it may happen now, else the time until it may, ms
   */
  waitMs(now: number): number {
    if (this.#takenAt.length < this.#limit) return 0
    return Math.max(0, this.#takenAt[0]! + MINUTE_MS - this.#instantOf(now))
  }

  /**
   * @param now - ms; an instant before the last one counts as the last one
   * @returns 0 when it may happen now, which then counts; else the time until it may, ms
   */
  take(now: number): number {
    const waitMs = this.waitMs(now)
    if (waitMs > 0) return waitMs
    const at = this.#instantOf(now)
    if (this.#takenAt.length === this.#limit) this.#takenAt.shift()
    this.#takenAt.push(at)
    return 0
  }

  #instantOf(now: number): number {
    return Math.max(now, this.#takenAt.at(-1) ?? now)
  }
}

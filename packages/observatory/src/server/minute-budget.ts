// How often something may be done in a minute.

const MINUTE_MS = 60_000

export class MinuteBudget {
  readonly #most: number
  /** When it was done in the last minute, oldest first, ms. */
  #done: number[] = []

  constructor(most: number) {
    this.#most = most
  }

  /** @returns 0 if it may be done now, which then counts; else the time to wait, ms */
  take(now: number): number {
    this.#done = this.#done.filter((at) => now - at < MINUTE_MS)
    const [oldest] = this.#done
    if (oldest !== undefined && this.#done.length >= this.#most) return oldest + MINUTE_MS - now
    this.#done.push(now)
    return 0
  }
}

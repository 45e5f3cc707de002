// Bounds the events of each key in any minute, for a bounded number of keys.

import { MINUTE_MS, MinuteBudget } from '../minute-budget.ts'

export interface MinuteCountsOptions {
  /** Most events of a key in any minute. */
  readonly most: number
  /** Most keys remembered of the current minute. As many are remembered of the one before. */
  readonly maxKeys: number
}

export class MinuteCounts {
  readonly #options: MinuteCountsOptions
  #current = new Map<string, MinuteBudget>()
  #previous = new Map<string, MinuteBudget>()
  #spanAt = Number.NEGATIVE_INFINITY

  constructor(options: MinuteCountsOptions) {
    this.#options = options
  }

  /** Whether the key may have another event now. Counts nothing. */
  allows(key: string, now: number): boolean {
    const budget = this.#budgetOf(key, now)
    return budget === undefined || budget.waitMs(now) === 0
  }

  /** The key has an event now. Call it only if {@link allows} is true. */
  count(key: string, now: number): void {
    const budget = this.#budgetOf(key, now) ?? new MinuteBudget(this.#options.most)
    budget.take(now)
    if (this.#current.has(key)) return
    // This many keys mean forged addresses. Forgetting counts bounds the memory and refuses no key.
    if (this.#current.size >= this.#options.maxKeys) this.#turn(now)
    this.#current.set(key, budget)
  }

  /** Keys remembered. */
  get size(): number {
    return this.#current.size + this.#previous.size
  }

  #budgetOf(key: string, now: number): MinuteBudget | undefined {
    // After the clock was set back the instants mean nothing.
    if (now < this.#spanAt) this.#current = new Map()
    if (now >= this.#spanAt + MINUTE_MS || now < this.#spanAt) this.#turn(now)
    return this.#current.get(key) ?? this.#previous.get(key)
  }

  /** Forgets the keys that had no event in this minute and in the one before. */
  #turn(now: number): void {
    this.#previous = this.#current
    this.#current = new Map()
    this.#spanAt = now
  }
}

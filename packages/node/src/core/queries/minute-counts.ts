// Bounds the events of each key in any minute. It remembers the instants of these events, for a
// bounded number of keys.

/** The span in which events are counted, ms. */
export const MINUTE_MS = 60_000

export interface MinuteCountsOptions {
  /** Most events of a key in any minute. */
  readonly most: number
  /** Most keys remembered of the current minute. As many are remembered of the one before. */
  readonly maxKeys: number
}

export class MinuteCounts {
  readonly #options: MinuteCountsOptions
  /** The instants of the latest events of each key, at most `most`, the earliest first. */
  #current = new Map<string, number[]>()
  #previous = new Map<string, number[]>()
  #spanAt = Number.NEGATIVE_INFINITY

  constructor(options: MinuteCountsOptions) {
    this.#options = options
  }

  /** Whether the key may have another event now. Counts nothing. */
  allows(key: string, now: number): boolean {
    const times = this.#timesOf(key, now)
    if (times === undefined || times.length < this.#options.most) return true
    const age = now - times[0]!
    // After the clock was set back the instants mean nothing.
    return age >= MINUTE_MS || age < 0
  }

  /** The key has an event now. Call it only if {@link allows} is true. */
  count(key: string, now: number): void {
    const times = this.#timesOf(key, now) ?? []
    if (times.length >= this.#options.most) times.shift()
    times.push(now)
    if (this.#current.has(key)) return
    // This many keys mean forged addresses. Forgetting counts bounds the memory and refuses no key.
    if (this.#current.size >= this.#options.maxKeys) this.#turn(now)
    this.#current.set(key, times)
  }

  /** Keys remembered. */
  get size(): number {
    return this.#current.size + this.#previous.size
  }

  #timesOf(key: string, now: number): number[] | undefined {
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

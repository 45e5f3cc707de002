// A token bucket: a rate limit that allows bursts. It starts with `burst` tokens, gains `perSecond`
// each second and never holds more than `burst`. A clock that goes back changes nothing.

export class TokenBucket {
  readonly #perMs: number
  readonly #burst: number
  #tokens: number
  #at: number | undefined

  /**
   * @param options - `perSecond` > 0 and `burst` >= 1, in tokens; the owner decides what a token is
   */
  constructor(options: { readonly perSecond: number; readonly burst: number }) {
    this.#perMs = options.perSecond / 1000
    this.#burst = options.burst
    this.#tokens = options.burst
  }

  /**
   * Takes `count` tokens if there is at least one. The number of tokens may become negative, so a
   * large `count` never has to wait for a full bucket.
   */
  take(count: number, now: number): boolean {
    this.#refill(now)
    if (this.#tokens < 1) return false
    this.#tokens -= count
    return true
  }

  /** The instant from which `take` succeeds, ms; `now` if it does already. Changes nothing. */
  readyAt(now: number): number {
    const tokens = this.#tokensAt(now)
    return tokens >= 1 ? now : now + Math.ceil((1 - tokens) / this.#perMs)
  }

  #refill(now: number): void {
    this.#tokens = this.#tokensAt(now)
    this.#at = Math.max(this.#at ?? now, now)
  }

  #tokensAt(now: number): number {
    const at = this.#at ?? now
    return now > at ? Math.min(this.#burst, this.#tokens + (now - at) * this.#perMs) : this.#tokens
  }
}

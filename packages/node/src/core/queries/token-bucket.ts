// A rate with a burst: `burst` tokens to begin with, `perSecond` more each second, never above
// `burst`. It is told the time; a clock that goes back adds nothing and takes nothing away.

export class TokenBucket {
  readonly #perMs: number
  readonly #burst: number
  #tokens: number
  #at: number | undefined

  /**
   * @param options - `perSecond` > 0 and `burst` >= 1, in tokens (what a token is, the owner says)
   */
  constructor(options: { readonly perSecond: number; readonly burst: number }) {
    this.#perMs = options.perSecond / 1000
    this.#burst = options.burst
    this.#tokens = options.burst
  }

  /**
   * Takes `count` tokens if there is at least one, so that one large taking may overdraw but never
   * starve.
   */
  take(count: number, now: number): boolean {
    this.#fill(now)
    if (this.#tokens < 1) return false
    this.#tokens -= count
    return true
  }

  /** The instant from which `take` succeeds; `now` when it does already. Changes nothing. */
  readyAt(now: number): number {
    const tokens = this.#tokensAt(now)
    return tokens >= 1 ? now : now + Math.ceil((1 - tokens) / this.#perMs)
  }

  #fill(now: number): void {
    this.#tokens = this.#tokensAt(now)
    this.#at = Math.max(this.#at ?? now, now)
  }

  #tokensAt(now: number): number {
    const at = this.#at ?? now
    return now > at ? Math.min(this.#burst, this.#tokens + (now - at) * this.#perMs) : this.#tokens
  }
}

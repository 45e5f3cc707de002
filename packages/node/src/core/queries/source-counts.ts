// Counts something of each source (an IPv4 address, an IPv6 /64) in fixed windows of time, for a
// bounded number of sources.

import type { Endpoint } from '@dht/krpc'
import { sourceKeyOf } from '../overlay/host-key.ts'

export interface SourceCountsOptions {
  /** Most of each source in a window. */
  readonly perWindow: number
  readonly windowMs: number
  /** Most sources that are counted. */
  readonly maxSources: number
}

export class SourceCounts {
  readonly #options: SourceCountsOptions
  readonly #counts = new Map<string, number>()
  #windowEndsAt = Number.NEGATIVE_INFINITY

  constructor(options: SourceCountsOptions) {
    this.#options = options
  }

  /**
   * Counts one more of this source. A source may have up to twice the limit in one window's length
   * around the start of a window.
   *
   * @returns false when it has reached the limit in this window
   */
  take(from: Endpoint, now: number): boolean {
    this.#startWindow(now)
    const source = sourceKeyOf(from)
    const count = this.#counts.get(source) ?? 0
    if (count >= this.#options.perWindow) return false
    // So many sources mean forged addresses. The counts start again, to bound memory. Refusing new
    // sources for the rest of the window would let the attacker shut out all others.
    if (count === 0 && this.#counts.size >= this.#options.maxSources) this.#counts.clear()
    this.#counts.set(source, count + 1)
    return true
  }

  /** Sources counted in the current window. */
  get sources(): number {
    return this.#counts.size
  }

  /** Starts a new window when the current one is over, or when the clock was set back before it. */
  #startWindow(now: number): void {
    const { windowMs } = this.#options
    if (now < this.#windowEndsAt && now >= this.#windowEndsAt - windowMs) return
    this.#counts.clear()
    this.#windowEndsAt = now + windowMs
  }
}

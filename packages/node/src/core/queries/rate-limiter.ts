// Limits the queries that the node replies to: their number per source, and the bytes of all
// replies. Responses to our own queries are not counted here, so a flood of queries cannot stop a
// lookup.

import type { Endpoint } from '@dht/krpc'
import type { CoreConfig } from '../config/core-options.ts'
import { sourceKeyOf } from '../overlay/host-key.ts'
import { TokenBucket } from './token-bucket.ts'

export class RateLimiter {
  readonly #perWindow: number
  readonly #windowMs: number
  readonly #maxSources: number
  readonly #replyBytes: TokenBucket
  readonly #counts = new Map<string, number>()
  #windowEndsAt = Number.NEGATIVE_INFINITY

  constructor(config: CoreConfig) {
    this.#perWindow = config.queriesPerSource
    this.#windowMs = config.sourceWindowMs
    this.#maxSources = config.maxSources
    this.#replyBytes = new TokenBucket({
      perSecond: config.replyBytesPerSecond,
      burst: config.replyBytesPerSecond,
    })
  }

  /**
   * Whether a query from this source gets a reply now. A source is an IPv4 address or an IPv6 /64.
   * Queries are counted over fixed windows, so a source may send up to twice the limit in one
   * window's length around the start of a window.
   */
  admits(from: Endpoint, now: number): boolean {
    this.#startWindow(now)
    const source = sourceKeyOf(from)
    const count = this.#counts.get(source) ?? 0
    if (count >= this.#perWindow) return false
    // So many sources mean forged addresses. The counts start again, to bound memory. Refusing new
    // sources for the rest of the window would let the attacker shut out all others, and the bytes
    // of all replies are limited anyway.
    if (count === 0 && this.#counts.size >= this.#maxSources) this.#counts.clear()
    this.#counts.set(source, count + 1)
    return true
  }

  /** Whether the bytes per second allow another reply, however long. Counts nothing. */
  allowsReply(now: number): boolean {
    return this.#replyBytes.readyAt(now) <= now
  }

  /** A reply of `length` bytes was sent. */
  replySent(length: number, now: number): void {
    this.#replyBytes.take(length, now)
  }

  /** Sources counted in the current window. */
  get sources(): number {
    return this.#counts.size
  }

  /** Starts a new window when the current one is over, or when the clock was set back before it. */
  #startWindow(now: number): void {
    if (now < this.#windowEndsAt && now >= this.#windowEndsAt - this.#windowMs) return
    this.#counts.clear()
    this.#windowEndsAt = now + this.#windowMs
  }
}

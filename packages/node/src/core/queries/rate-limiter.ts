// The doorkeeper for queries: how many one source may put, how many bytes we answer in all.
// Answers to our own questions never pass here, so a flood of queries cannot drown a lookup.

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
   * Whether a query from this source may be answered now. A source is an IPv4 address or an IPv6
   * /64, counted over fixed windows: a source at the turn of a window gets at most twice its share.
   */
  admits(from: Endpoint, now: number): boolean {
    this.#turn(now)
    const source = sourceKeyOf(from)
    const count = this.#counts.get(source) ?? 0
    if (count >= this.#perWindow) return false
    // So many sources are forged ones. Memory stays bounded; to turn strangers away for the rest of
    // the window would be what the forger wants, and what we send is bounded in bytes anyhow.
    if (count === 0 && this.#counts.size >= this.#maxSources) this.#counts.clear()
    this.#counts.set(source, count + 1)
    return true
  }

  /** Whether a reply of `length` bytes fits what we are willing to send per second. */
  affords(length: number, now: number): boolean {
    return this.#replyBytes.take(length, now)
  }

  /** Sources counted in the present window. */
  get sources(): number {
    return this.#counts.size
  }

  #turn(now: number): void {
    if (now < this.#windowEndsAt && now >= this.#windowEndsAt - this.#windowMs) return
    this.#counts.clear()
    this.#windowEndsAt = now + this.#windowMs
  }
}

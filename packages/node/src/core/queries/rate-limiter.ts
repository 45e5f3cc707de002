// Limits the queries that the node replies to: their number per source, and the bytes of all
// replies. Responses to our own queries are not counted here, so a flood of queries cannot stop a
// lookup.

import type { Endpoint } from '@dht/krpc'
import type { CoreConfig } from '../config/core-options.ts'
import { SourceCounts } from './source-counts.ts'
import { TokenBucket } from './token-bucket.ts'

/**
 * Replies to queries beyond the share of their source, per second; the burst is as large: ours,
 * a few per cent of the time of one core.
 */
const BEYOND_SHARE_PER_SECOND = 4_000

export class RateLimiter {
  readonly #beyondShare = new TokenBucket({
    perSecond: BEYOND_SHARE_PER_SECOND,
    burst: BEYOND_SHARE_PER_SECOND,
  })
  readonly #replyBytes: TokenBucket
  readonly #counts: SourceCounts

  constructor(config: CoreConfig) {
    this.#counts = new SourceCounts({
      perWindow: config.queriesPerSource,
      windowMs: config.sourceWindowMs,
      maxSources: config.maxSources,
    })
    this.#replyBytes = new TokenBucket({
      perSecond: config.replyBytesPerSecond,
      burst: config.replyBytesPerSecond,
    })
  }

  /**
   * Whether a query from this source is within its share (`queriesPerSource`). When more than
   * `maxSources` are counted, the counts start again; the bytes of all replies are limited anyway.
   */
  admits(from: Endpoint, now: number): boolean {
    return this.#counts.take(from, now)
  }

  /**
   * Whether a query beyond the share of its source gets a reply now, which must not be longer than
   * the query. Queries with a forged source may have used up the share.
   */
  admitsBeyondShare(now: number): boolean {
    return this.#beyondShare.take(1, now)
  }

  /** Whether the bytes per second allow another reply, of any length. Counts nothing. */
  allowsReply(now: number): boolean {
    return this.#replyBytes.readyAt(now) <= now
  }

  /** A reply of `length` bytes was sent. */
  replySent(length: number, now: number): void {
    this.#replyBytes.take(length, now)
  }

  /** Sources counted in the current window. */
  get sources(): number {
    return this.#counts.sources
  }
}

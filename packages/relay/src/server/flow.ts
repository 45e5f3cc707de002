// How much may pass in one direction: datagrams and bytes a second, in bursts.

import { TokenBucket } from '@dht/node/core'

export class FlowLimit {
  readonly #buckets: readonly [datagrams: TokenBucket, bytes: TokenBucket]

  constructor(limits: { readonly datagramsPerSecond: number; readonly bytesPerSecond: number }) {
    const bucketOf = (perSecond: number) => new TokenBucket({ perSecond, burst: 2 * perSecond })
    this.#buckets = [bucketOf(limits.datagramsPerSecond), bucketOf(limits.bytesPerSecond)]
  }

  /** Counts a datagram of `size` bytes, which may pass. */
  take(size: number, now: number): void {
    const [datagrams, bytes] = this.#buckets
    datagrams.take(1, now)
    bytes.take(size, now)
  }

  /** When the next one may pass, ms; `now` if it may already. */
  readyAt(now: number): number {
    return Math.max(...this.#buckets.map((bucket) => bucket.readyAt(now)))
  }
}

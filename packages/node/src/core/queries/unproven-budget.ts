// Bounds the replies to sources that have proved nothing. Their addresses may be forged, and then
// the reply reaches a third party (amplification).

import type { Endpoint } from '@dht/krpc'
import type { SharedAddresses } from '../overlay/shared-addresses.ts'
import { MIN_QUERY_BYTES, MinuteBytes } from './minute-bytes.ts'
import { MinuteCounts } from './minute-counts.ts'

/** Most bytes of a reply for each byte of its query: ours, so that 8 IPv4 contacts fit in it. */
export const MAX_RATIO = 3.5

/** Most replies that are longer than their queries, to one source in any minute: ours. */
export const MAX_LONG_REPLIES = 10

/** Most sources whose long replies are counted in a minute: ours, 4 MiB at most. */
const MAX_SOURCES = 16_384

/** Most bytes of a ping to an unverified contact. */
const PING_BYTES = 110

export class UnprovenBudget {
  readonly #addresses: SharedAddresses
  readonly #longReplies = new MinuteCounts({ most: MAX_LONG_REPLIES, maxKeys: MAX_SOURCES })
  readonly #bytes = new MinuteBytes()

  constructor(addresses: SharedAddresses) {
    this.#addresses = addresses
  }

  /**
   * A query of `size` bytes came from there.
   *
   * @returns the most bytes that its reply may have: `size` or more
   */
  queryReceived(from: Endpoint, size: number, now: number): number {
    // A shorter datagram is no valid query.
    if (size < MIN_QUERY_BYTES) return size
    this.#bytes.received(size, now)
    const most = Math.floor(Math.min(MAX_RATIO * size, this.#bytes.allowed(now)))
    // Looking up the source takes longest, so it comes last.
    const isLong = most > size && this.#longReplies.allows(this.#addresses.keyOf(from), now)
    return isLong ? most : size
  }

  /** A reply of `size` bytes to a query of `querySize` bytes was sent. */
  replySent(to: Endpoint, size: number, querySize: number, now: number): void {
    if (querySize < MIN_QUERY_BYTES) return
    this.#bytes.sent(size, now)
    if (size > querySize) this.#longReplies.count(this.#addresses.keyOf(to), now)
  }

  /** An unverified contact, which has queried us, is pinged. */
  pinged(now: number): void {
    this.#bytes.sent(PING_BYTES, now)
  }

  /** Sources whose long replies are counted. */
  get sources(): number {
    return this.#longReplies.size
  }
}

// How long the reply to a source may be that has proved nothing: its address may be forged, and the
// reply may reach a stranger.

import type { Endpoint } from '@dht/krpc'
import type { SharedAddresses } from '../overlay/shared-addresses.ts'
import { LEAST_QUERY, MinuteBytes } from './minute-bytes.ts'
import { MinuteCounts } from './minute-counts.ts'

/** Most bytes of a reply for each byte of its query: ours, so that 8 IPv4 contacts fit. */
export const MAX_RATIO = 3.5

/** Replies longer than their queries to one source in any minute: ours. */
export const MAX_LONG_REPLIES = 10

/** Sources whose long replies are counted: ours, 4 MiB at most. */
const MAX_SOURCES = 16_384

/** Bytes of a ping to an unverified contact, at most. */
const PING_BYTES = 110

export class UnprovenBudget {
  readonly #addresses: SharedAddresses
  readonly #longReplies = new MinuteCounts({ most: MAX_LONG_REPLIES, maxKeys: MAX_SOURCES })
  readonly #bytes = new MinuteBytes()

  constructor(addresses: SharedAddresses) {
    this.#addresses = addresses
  }

  /** A query of `size` bytes came from there. @returns most bytes of its reply, at least `size` */
  queryReceived(from: Endpoint, size: number, now: number): number {
    // Shorter ones are no valid queries.
    if (size < LEAST_QUERY) return size
    this.#bytes.received(size, now)
    const most = Math.floor(Math.min(MAX_RATIO * size, this.#bytes.allowed(now)))
    // The source is looked up last, because that takes longest.
    const isLong = most > size && this.#longReplies.allows(this.#addresses.keyOf(from), now)
    return isLong ? most : size
  }

  /** A reply of `size` bytes to a query of `querySize` bytes was sent. */
  replySent(to: Endpoint, size: number, querySize: number, now: number): void {
    if (querySize < LEAST_QUERY) return
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

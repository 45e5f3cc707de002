// What every message and every query has, whatever its method: the envelope, the querier, and the
// address families that it wants contacts of.

import type { Id } from '@dht/id'

/** What all messages carry. */
export interface Envelope {
  /** Chosen by the querier, echoed by the responder: 1 to 32 bytes, binary. */
  readonly transactionId: Uint8Array
  /** The sender's software, BEP 20: at most 64 bytes, usually 4. */
  readonly version?: Uint8Array | undefined
}

/** What all queries carry. */
export interface QueryHead extends Envelope {
  readonly kind: 'query'
  /** The querier. */
  readonly id: Id
  /** The querier answers no queries and must not enter a routing table, BEP 43. */
  readonly readOnly: boolean
}

/**
 * The families that contacts are wanted of, BEP 32.
 *
 * A query without it wants the family it travels by. With it, exactly those named, maybe none.
 */
export interface Want {
  readonly n4: boolean
  readonly n6: boolean
}

// What every message carries, whatever its kind and method, and what every query and every response
// carries besides.

import type { Id } from '@dht/id'
import type { Endpoint } from '../address/endpoint.ts'

/** What all messages carry. */
export interface Envelope {
  /** Chosen by the querier and returned by the responder: 1 to 32 bytes, binary. */
  readonly transactionId: Uint8Array
  /** The sender's software, BEP 20: at most 64 bytes, usually 4. */
  readonly version?: Uint8Array | undefined
  /** The receiver of this message as its sender sees it, BEP 42. */
  readonly ip?: Endpoint | undefined
}

/** What all queries carry. */
export interface QueryHead extends Envelope {
  readonly kind: 'query'
  /** Name of the method, or `unknown`. */
  readonly method: string
  /** The querier. */
  readonly id: Id
  /** The querier answers no queries and must not enter a routing table, BEP 43. */
  readonly readOnly: boolean
}

/** What all responses carry. */
export interface ResponseHead extends Envelope {
  readonly kind: 'response'
  /** The responder. */
  readonly id: Id
}

/** An error message. */
export interface ErrorMessage extends Envelope {
  readonly kind: 'error'
  /** 1 to 65535, see `ErrorCode`; 0 when the peer sent none that can be read. */
  readonly code: number
  /** Printable ASCII, at most 64 characters. Other bytes are read as "?". */
  readonly text: string
}

// The one window out: what the core wants done outside. The shell tells the news, then sends the
// datagrams of each socket in one batch; each in order.

import type { Datagram, Endpoint, Message, Network } from '@dht/krpc'
import type { Warning } from '../warnings.ts'
import type { NodeEvent } from './event.ts'
import type { Outcome, RoundReport } from './operations/outcome.ts'

/**
 * A datagram to send, on the socket of its endpoint's family. Its `bytes` are made when they are
 * first read: by then the datagram that it answers must still be there. Whoever carries messages in
 * another way leaves `bytes` alone, and they are never made.
 */
export interface Transmit extends Datagram {
  readonly kind: 'send'
  /** What its bytes say. Not to be changed. */
  readonly message: Message
  /** How many bytes they are. */
  readonly size: number
  /** In whose form. */
  readonly network: Network
}

/** Endpoints found by a lookup, before its result or after it. */
export interface Found {
  readonly kind: 'found'
  readonly operationId: number
  readonly endpoints: readonly Endpoint[]
}

/** A publishing round of an entry has ended; the entry goes on. */
export interface RoundEnded {
  readonly kind: 'round'
  readonly operationId: number
  readonly report: RoundReport
}

/** The one end of an operation. */
export interface Settle {
  readonly kind: 'settle'
  readonly operationId: number
  readonly outcome: Outcome
}

/** A lookup that had its result, and went on listening, finds nothing more. */
export interface Ended {
  readonly kind: 'ended'
  readonly operationId: number
}

/** Something worth knowing for whoever watches; never needed for the node to work. */
export interface Trace {
  readonly kind: 'trace'
  readonly event: NodeEvent
}

/** A join begins with an empty table: whoever resolves names may do it again now. */
export interface BootstrapNeeded {
  readonly kind: 'bootstrap-needed'
}

/** A {@link Warning} comes out whether or not anybody watches. */
export type Effect =
  | Transmit
  | Found
  | RoundEnded
  | Settle
  | Ended
  | Trace
  | BootstrapNeeded
  | Warning

// The effects that a call of the core returns: what its caller must do. The shell first reports
// outcomes and events, then sends the datagrams of each transport in one batch, both in order.

import type { Contact, Datagram, Endpoint } from '@dht/krpc'
import type { Warning } from '../warnings.ts'
import type { NodeEvent } from './event.ts'
import type { TracedLookup, TraceStep } from './lookups/trace.ts'
import type { NodeMessage, NodeNetwork } from './methods/node-method.ts'
import type { Outcome, RoundReport } from './operations/outcome.ts'

/** A datagram to send, through the transport of its endpoint's family. */
export interface Transmit extends Datagram {
  readonly kind: 'send'
  /** The length of `bytes`. */
  readonly size: number
}

/**
 * What a core with `isLazy` sends, for simulators only. `bytes` is computed when it is first read,
 * and may then read the bytes of the datagram that it replies to: read it before those change. A
 * simulator that hands `message` over instead never computes `bytes`.
 */
export interface UnencodedTransmit extends Transmit {
  /** The message that the bytes encode. It must not be changed. */
  readonly message: NodeMessage
  /** The network for which the message is encoded. */
  readonly network: NodeNetwork
}

/** A lookup has found endpoints, before its result or after it. */
export interface Found {
  readonly kind: 'found'
  readonly operationId: number
  readonly endpoints: readonly Endpoint[]
  /** The node that returned them; undefined: this node knew them. */
  readonly from: Contact | undefined
}

/** A publishing round has ended, or its first writes have; the announcement goes on. */
export interface RoundEnded {
  readonly kind: 'round'
  readonly operationId: number
  readonly report: RoundReport
}

/** An operation has its outcome. Each operation has exactly one. */
export interface Settle {
  readonly kind: 'settle'
  readonly operationId: number
  readonly outcome: Outcome
}

/** A lookup that could find more after its result has ended. */
export interface Ended {
  readonly kind: 'ended'
  readonly operationId: number
}

/** An event of the node, only while it is watched. The node works without it. */
export interface Trace {
  readonly kind: 'trace'
  readonly event: NodeEvent
}

/** A step of a lookup that is traced. */
export interface LookupStepTaken {
  readonly kind: 'lookup-step'
  readonly lookup: TracedLookup
  readonly step: TraceStep
}

/** A join starts without live contacts: names of bootstrap nodes may be resolved again now. */
export interface BootstrapNeeded {
  readonly kind: 'bootstrap-needed'
}

/** A {@link Warning} is an effect whether or not the node is watched. */
export type Effect =
  | Transmit
  | Found
  | RoundEnded
  | Settle
  | Ended
  | Trace
  | LookupStepTaken
  | BootstrapNeeded
  | Warning

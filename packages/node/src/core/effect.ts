// The one window out: what the core wants done outside. The shell carries effects out in order.

import type { Datagram, Endpoint, Family } from '@dht/krpc'
import type { NodeEvent } from './event.ts'
import type { Outcome, RoundReport } from './outcome.ts'

/** A datagram to send on the socket of `family`. */
export interface Send extends Datagram {
  readonly kind: 'send'
  readonly family: Family
}

/** News for a wish that has not ended: endpoints as they are found, rounds as they finish. */
export interface Progress {
  readonly kind: 'progress'
  readonly ticket: number
  readonly endpoints?: readonly Endpoint[]
  readonly round?: RoundReport
}

/** The one end of a wish. */
export interface Settle {
  readonly kind: 'settle'
  readonly ticket: number
  readonly outcome: Outcome
}

/** Something worth knowing for whoever watches; never needed for the node to work. */
export interface Trace {
  readonly kind: 'trace'
  readonly event: NodeEvent
}

export type Effect = Send | Progress | Settle | Trace

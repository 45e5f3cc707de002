// How operations end: one union for all commands, so that the facade turns outcomes into results or
// rejections in one place. Faults of other nodes are values here; nothing throws.

import type { Id } from '@dht/id'
import type { Contact, Endpoint } from '@dht/krpc'
import type { RefusedWrite, Tally } from '@dht/search'

/** Why one query to one node got no response. */
export type FailureReason =
  /** No response came in time. */
  | 'timeout'
  /** The datagram could not be sent, or the network reported that no node is there. */
  | 'unreachable'
  /** The response was invalid. */
  | 'protocol'
  /** Nothing was sent: a limit was reached, or the endpoint is our own or not of one node. */
  | 'refused'

/** The response of one node to one query (ping, findNode, findValue, store). */
export interface Answer {
  /** The node that responded, with the id that it gave. */
  readonly contact: Contact
  /** Closer nodes that it returned, 0..20 per family, unverified, with usable endpoints. */
  readonly contacts: readonly Contact[]
  /** Endpoints that it stores under the id, unverified, usable ones only. */
  readonly endpoints: readonly Endpoint[]
  /** Its write token, opaque bytes, when it gave one. */
  readonly token: Uint8Array | undefined
}

/**
 * Why a lookup may have missed something.
 *
 * - `late`: it ended before each of the nearest nodes had responded or failed
 * - `deadline`: `lookupDeadlineMs` was over
 * - `overflow`: a query was not sent because too many were open
 * - `no-response`: no node responded, since none was known or none of those known is alive; or the
 *   transport has failed, so that no response can come
 * - `paced`: a query was not sent because of the pace that receivers allow
 */
export type IncompleteReason = 'late' | 'deadline' | 'overflow' | 'no-response' | 'paced'

/** What an iterative lookup found and what it cost. */
export interface LookupResult {
  /**
   * Every distinct endpoint found: the node's own, then those that it stores, then those of the
   * network in the order in which they came.
   */
  readonly endpoints: readonly Endpoint[]
  /** The nodes that returned at least one endpoint, in the order of their responses. */
  readonly holders: readonly Contact[]
  /** The nodes nearest to the target that responded, nearest first, at most k per family. */
  readonly closest: readonly Contact[]
  /** Whether each of the nearest nodes was queried, and has responded or failed. */
  readonly complete: boolean
  /** Why it is not complete, each reason once; empty when it is. */
  readonly incompleteReasons: readonly IncompleteReason[]
  readonly tally: Tally
  /** From the first query to the end, ms. */
  readonly durationMs: number
}

/** How many bootstrap endpoints a join queried, and how many of them responded. */
export interface BootstrapCount {
  readonly asked: number
  readonly answered: number
}

/** What looking for our place in the network came to. */
export interface JoinResult {
  /** Contacts known at the end. */
  readonly contacts: number
  /** 0 asked: there is no bootstrap list. 0 answered: no node of it is reachable. */
  readonly bootstrap: BootstrapCount
}

/** One round of publishing an announcement at the nodes nearest to its id. */
export interface RoundReport {
  readonly target: Id
  readonly port: number
  /** Instant of the round's start, ms, monotonic. */
  readonly startedAt: number
  readonly durationMs: number
  readonly accepted: readonly Contact[]
  /** With the error message of each; for a full store, `text` names the limit. */
  readonly refused: readonly RefusedWrite<Contact>[]
  readonly unreachable: readonly Contact[]
  /**
   * Nodes near the target that were queried and are silent so far. While there are any, another
   * report of this round follows.
   */
  readonly pending: number
  /** True: a retry soon would gain nothing. False: the round is retried a few times. */
  readonly complete: boolean
  /** Instant of the next round, ms, monotonic. */
  readonly nextAt: number
  readonly tally: Tally
}

export type Outcome =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'refused'; readonly code: number; readonly text: string }
  | { readonly kind: 'failed'; readonly reason: FailureReason }
  | {
      readonly kind: 'found'
      readonly result: LookupResult
      /** Whether late responses may follow; an `ended` effect tells when none can any more. */
      readonly mayFindMore: boolean
    }
  | { readonly kind: 'joined'; readonly result: JoinResult }
  | { readonly kind: 'published'; readonly report: RoundReport }
  | { readonly kind: 'withdrawn' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'busy' }

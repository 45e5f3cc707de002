// Defines the outcome of an operation. All commands share one union, so that the shell turns
// outcomes into results or errors in one place. A fault of another node is a value here, not an
// exception.

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
  /** We sent no query: a limit was reached, or the endpoint is our own or isn't unicast. */
  | 'not-sent'

/** The response of one node to one query (ping, findNode, findValue, store). */
export interface Answer {
  /** The node that responded, with the id that it gave. */
  readonly contact: Contact
  /** Closer nodes that it returned, 0..20 per family, unverified, with usable endpoints. */
  readonly contacts: readonly Contact[]
  /** Endpoints that it stores under the id, unverified, only usable ones. */
  readonly endpoints: readonly Endpoint[]
  /** Its write token, opaque bytes; undefined when it gave none. */
  readonly token: Uint8Array | undefined
}

/**
 * Why a lookup may have missed something.
 *
 * - `late`: the lookup ended before all nearest nodes had responded or failed
 * - `deadline`: the lookup took longer than `lookupDeadlineMs`
 * - `too-many-queries`: a query was not sent because too many queries were open
 * - `no-response`: no node responded, because no node was known or all known nodes are dead; or the
 *   transport has failed
 * - `rate-limited`: a query was not sent in time, because we limit the rate of queries to each host
 */
export type IncompleteReason =
  | 'late'
  | 'deadline'
  | 'too-many-queries'
  | 'no-response'
  | 'rate-limited'

/** What an iterative lookup found and what it cost. */
export interface LookupResult {
  /**
   * Every distinct endpoint that was found: first our own, then those in our store, then those from
   * other nodes in the order of their responses.
   */
  readonly endpoints: readonly Endpoint[]
  /** The nodes that returned at least one endpoint, in the order of their responses. */
  readonly holders: readonly Contact[]
  /** The nodes nearest to the target that responded, nearest first, at most k per family. */
  readonly closest: readonly Contact[]
  /** Whether each of the nearest nodes was queried, and has responded or failed. */
  readonly complete: boolean
  /** Why the lookup is not complete, each reason once; empty when it is complete. */
  readonly incompleteReasons: readonly IncompleteReason[]
  readonly tally: Tally
  /** Time from the first query to the end, ms. */
  readonly durationMs: number
}

/** How many bootstrap endpoints a join queried, and how many of them responded. */
export interface BootstrapCount {
  readonly queried: number
  readonly responded: number
}

/** What a join achieved. */
export interface JoinResult {
  /** Number of known contacts at the end. */
  readonly contacts: number
  /** If `queried` is 0, no bootstrap endpoint is known. If `responded` is 0, none is reachable. */
  readonly bootstrap: BootstrapCount
}

/** One round of publishing an announcement at the nodes nearest to its id. */
export interface RoundReport {
  readonly target: Id
  readonly port: number
  /** Instant of the round's start, ms, monotonic. */
  readonly startedAt: number
  readonly durationMs: number
  /** The nodes that stored the announcement. */
  readonly accepted: readonly Contact[]
  /** The nodes that returned an error message. If a store is full, `text` names the limit. */
  readonly refused: readonly RefusedWrite<Contact>[]
  /** The nodes whose write got no valid response. */
  readonly unreachable: readonly Contact[]
  /**
   * Number of queried nodes near the target that have not responded yet, at least 1 while a lookup
   * of the round goes on. If it is not 0, another report of this round follows.
   */
  readonly pending: number
  /** True: an early retry would gain nothing. False: the round is retried early a few times. */
  readonly complete: boolean
  /** Instant of the next round, ms, monotonic. */
  readonly nextAt: number
  readonly tally: Tally
}

/** What became of a single announcement. */
export interface AnnounceReport extends Omit<RoundReport, 'nextAt'> {}

/** What a walk for samples came to (BEP 51). */
export interface SamplingResult {
  /** Nodes that were asked. */
  readonly queried: number
  /** Nodes that returned a sample, perhaps an empty one. */
  readonly sampled: number
}

/** What became of writing an item to the nodes nearest to its target (BEP 44). */
export interface PutReport extends Omit<RoundReport, 'port' | 'nextAt'> {
  /**
   * The highest verified version that was returned; undefined: none. Versions below ours are asked
   * for only with `cas`.
   */
  readonly newest: bigint | undefined
}

export type Outcome =
  | { readonly kind: 'answered'; readonly answer: Answer }
  /** The node returned an error message. */
  | { readonly kind: 'refused'; readonly code: number; readonly text: string }
  | { readonly kind: 'failed'; readonly reason: FailureReason }
  | {
      readonly kind: 'found'
      readonly result: LookupResult
      /** Whether late responses may still come. If so, an `ended` effect tells when none can. */
      readonly mayFindMore: boolean
    }
  | { readonly kind: 'joined'; readonly result: JoinResult }
  | { readonly kind: 'sampled'; readonly result: SamplingResult }
  | { readonly kind: 'published'; readonly report: AnnounceReport }
  | { readonly kind: 'put'; readonly report: PutReport }
  /** The announcement was deleted or entered again. */
  | { readonly kind: 'withdrawn' }
  | { readonly kind: 'cancelled' }
  /** The operation was not started: too many operations are active. */
  | { readonly kind: 'busy' }

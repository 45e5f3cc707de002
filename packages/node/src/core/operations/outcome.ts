// What an operation ends in: one algebra for every command, so that the facade has one place where
// outcomes turn into results or rejections. Peers' failures are values here; nothing throws.

import type { Id } from '@dht/id'
import type { Contact, Endpoint } from '@dht/krpc'
import type { RefusedWrite, Tally } from '@dht/search'

/** Why one question to one node brought no answer. */
export type FailureReason =
  /** Nothing came back in time. */
  | 'timeout'
  /** The datagram could not leave, or the network said that nobody is there. */
  | 'unreachable'
  /** Something came back that is no valid answer. */
  | 'protocol'
  /** Nothing was sent: a bound was reached, or the endpoint is our own or not of one node. */
  | 'refused'

/** The answer of one node to one question (ping, findNode, findValue, store). */
export interface Answer {
  /** The node that answered, under the id that it gave. */
  readonly contact: Contact
  /** Contacts it named, 0..20 per family, where a node can be: nobody has verified them. */
  readonly contacts: readonly Contact[]
  /** Endpoints registered with it under the identity, as told, where a node can be. */
  readonly endpoints: readonly Endpoint[]
  /** Its write token, opaque, when it gave one. */
  readonly token: Uint8Array | undefined
}

/**
 * Why a lookup may have missed something.
 *
 * - `late`: it ended before all of the nearest nodes had answered or were given up
 * - `deadline`: `lookupDeadlineMs` was over
 * - `overflow`: a question was not asked because too many were open
 * - `nobody-to-ask`: no node answered, for none was known or none of those known lives; or the
 *   transport has failed, and those that were asked can't answer
 * - `paced`: a question was not asked because of the pace that receivers allow
 */
export type IncompleteReason = 'late' | 'deadline' | 'overflow' | 'nobody-to-ask' | 'paced'

/** What an iterative lookup found and what it cost. */
export interface LookupResult {
  /**
   * Every distinct endpoint found: our own entry, then our store's, then the network's as they
   * came.
   */
  readonly endpoints: readonly Endpoint[]
  /** The nodes that returned at least one endpoint, in the order of their answers. */
  readonly holders: readonly Contact[]
  /** The nodes nearest to the target that answered, nearest first, at most k per family. */
  readonly closest: readonly Contact[]
  /** Whether every one of the nearest nodes was asked, and has answered or was given up. */
  readonly complete: boolean
  /** Why it is not complete, each reason once; empty when it is. */
  readonly incompleteReasons: readonly IncompleteReason[]
  readonly tally: Tally
  /** From the first question to the end, ms. */
  readonly durationMs: number
}

/** How many bootstrap endpoints a join asked, and how many of them answered. */
export interface BootstrapCount {
  readonly asked: number
  readonly answered: number
}

/** What looking for our place in the network came to. */
export interface JoinResult {
  /** Contacts known at the end, 0: nobody. */
  readonly contacts: number
  /** None was asked: there is no bootstrap list. None answered: it leads nowhere. */
  readonly bootstrap: BootstrapCount
}

/** One round of publishing an entry at the nodes nearest to its identity. */
export interface RoundReport {
  readonly target: Id
  readonly port: number
  /** Instant of the round's start, ms, monotonic. */
  readonly startedAt: number
  readonly durationMs: number
  readonly accepted: readonly Contact[]
  /** With what each said: `text` names the bound that left no room. */
  readonly refused: readonly RefusedWrite<Contact>[]
  readonly unreachable: readonly Contact[]
  /**
   * Nodes near the target that were asked and are silent so far. They are waited for: another
   * report of this round follows, with 0 here.
   */
  readonly pending: number
  /** True when nothing is to be gained by trying again soon; false: it is retried a few times. */
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
      /** Whether nodes are listened to that were late; an `ended` effect tells when no more. */
      readonly mayFindMore: boolean
    }
  | { readonly kind: 'joined'; readonly result: JoinResult }
  | { readonly kind: 'published'; readonly report: RoundReport }
  | { readonly kind: 'withdrawn' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'busy' }

// The trace of a lookup: each of its steps as data, for people who want to see how it found its
// way. A lookup is traced only if its user asked for it when it began, or if all are traced.

import type { Id } from '@dht/id'
import type { Contact, Family } from '@dht/krpc'
import type { LookupPhase, ResponseVerdict } from '@dht/search'
import type { IncompleteReason } from '../operations/outcome.ts'
import type { QueryFailure } from '../queries/refusal.ts'

/**
 * What a lookup is for.
 *
 * - `user`: a call of the user
 * - `publish`: it finds the nodes to which something is written
 * - `join`: it finds the neighbours of this node
 * - `refresh`: it brings a bucket up to date
 */
export type LookupPurpose = 'user' | 'publish' | 'join' | 'refresh'

/** The lookup that a step belongs to. A call of the user makes one per address family, or more. */
export interface TracedLookup {
  /** Unique among the lookups of this node. */
  readonly lookupId: number
  /** The operation of the user; undefined for a lookup of the node itself. */
  readonly operationId: number | undefined
  readonly purpose: LookupPurpose
  readonly target: Id
  readonly family: Family
}

/**
 * The query that a step is about. A lookup queries a contact at most once in its approach, and in a
 * sweep at most once toward each point.
 */
export interface TracedQuery {
  readonly contact: Contact
  readonly phase: LookupPhase
  /**
   * The random point whose nearest contacts the query of a sweep asks for. Absent: it asks what the
   * lookup asks, about its target.
   */
  readonly toward?: Id | undefined
}

/** One step of a lookup. `at` is its instant, ms, on the monotonic clock of the node. */
export type TraceStep =
  /** The first step. `startingContacts`: the nodes that the lookup may query first. */
  | {
      readonly kind: 'started'
      readonly at: number
      readonly startingContacts: readonly Contact[]
    }
  | (TracedQuery & {
      readonly kind: 'queried'
      readonly at: number
      /** The query is not sent yet, because we limit the rate of queries to each host. */
      readonly waits: boolean
    })
  /** The response is late. Another node may be queried meanwhile; this one may still respond. */
  | (TracedQuery & { readonly kind: 'stalled'; readonly at: number })
  | (TracedQuery & {
      readonly kind: 'responded'
      readonly at: number
      /** The node that responded: at the same endpoint, perhaps with another id. */
      readonly responder: Contact
      /** What the responder counts as; `renamed`: it counts, under its own id. */
      readonly verdict: ResponseVerdict['kind']
      /** Time since the query was first sent, ms. */
      readonly roundTripMs: number
      /** The contacts that it returned and that may be queried, in its order. */
      readonly closer: readonly Contact[]
      /** How many further contacts it returned: this node itself, or with an unusable address. */
      readonly unusable: number
      /** How many values (endpoints of peers) it returned. */
      readonly values: number
      /** Whether it gave a write token. */
      readonly hasToken: boolean
    })
  | (TracedQuery & {
      readonly kind: 'failed'
      readonly at: number
      readonly reason: LookupFailure
    })
  /** The last step. `at`: of the step before it, if the lookup was cancelled. */
  | {
      readonly kind: 'ended'
      readonly at: number
      /** The k nearest nodes that responded, nearest first. */
      readonly closest: readonly Contact[]
      readonly incompleteReasons: readonly IncompleteReason[]
    }

/**
 * Why a node that a lookup queried, or was about to query, is left out of it.
 *
 * - `error`: it returned an error message
 * - `suspect`: it is late, and the last query to its endpoint had no response either
 */
export type LookupFailure = QueryFailure | 'error' | 'suspect'

/** Who started a lookup, and whether its steps are reported. */
export interface LookupOrigin {
  readonly purpose: LookupPurpose
  readonly operationId?: number | undefined
  /** Whether the user asked for the trace. Default false. */
  readonly isTraced?: boolean
}

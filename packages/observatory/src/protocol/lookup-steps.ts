// A lookup as an observer sees it, step by step.

import type { Peer } from './members.ts'

export interface LookupHead {
  /** Unique in the node's life. */
  readonly id: number
  /** Equal for the lookups of one call of the user; absent for those of the node itself. */
  readonly operationId?: number
  readonly target: string
  readonly family: 4 | 6
  readonly purpose: 'user' | 'join' | 'refresh' | 'publish'
}

export interface LookupRecord {
  readonly lookup: LookupHead
  readonly steps: readonly LookupStep[]
  /** Whether steps are missing, because there were more than `MAX_LOOKUP_STEPS`. */
  readonly isCut: boolean
}

/** The query that a step is about. */
export interface LookupQuery {
  /** As it was queried. */
  readonly contact: Peer
  /** `approach`: the walk toward the target; `sweep`: the search of a crowded region after it. */
  readonly phase: 'approach' | 'sweep'
  /** The random point that a query of a sweep asked about; absent: it asked about the target. */
  readonly toward?: string
}

export type LookupStep =
  | { readonly kind: 'started'; readonly at: number; readonly startingContacts: readonly Peer[] }
  | (LookupQuery & {
      readonly kind: 'queried'
      readonly at: number
      /** The query is not sent yet, because the node limits the rate of queries to each host. */
      readonly waits: boolean
    })
  | (LookupQuery & { readonly kind: 'stalled'; readonly at: number })
  | (LookupQuery & {
      readonly kind: 'responded'
      readonly at: number
      /** As it responded: another id may answer at that endpoint. */
      readonly responder: Peer
      /** What the responder counts as, such as `renamed`: it counts, under its own id. */
      readonly verdict: string
      readonly roundTripMs: number
      /** The usable contacts that it told. */
      readonly closer: readonly Peer[]
      /** Number of contacts that it told and that can't be used. */
      readonly unusable: number
      /** Number of endpoints or items that it returned. */
      readonly values: number
      readonly hasToken: boolean
    })
  | (LookupQuery & {
      readonly kind: 'failed'
      readonly at: number
      /** Such as `timeout`, `unreachable`, `protocol`, `error` or `suspect`. */
      readonly reason: string
    })
  | {
      readonly kind: 'ended'
      /** Of the step before it, if the lookup was cancelled. */
      readonly at: number
      readonly closest: readonly Peer[]
      readonly incompleteReasons: readonly string[]
    }

// What goes into a lookup and what comes out of it: a `LookupInit` starts it, each `LookupStep`
// says what to do, each `LookupResponse` brings a response, and a `ResponseVerdict` says what came
// of that. A contact is any object of the caller with an id.

import type { Id } from '@dht/id'
import type { CandidateState } from './candidate.ts'
import type { Tally } from './tally.ts'

export interface LookupInit<C> {
  readonly target: Id
  readonly self: Id
  /** The contacts to begin with: those nearest to the target that we know; any number and order. */
  readonly startingContacts: readonly C[]
  /**
   * The contacts nearest to `near` that we know, at most `count`. Called when the starting contacts
   * and those that were reported do not lead to k contacts that are believed.
   */
  readonly ownContacts?: (near: Id, count: number) => readonly C[]
  /**
   * Contacts near to `near` that answered soon when they were queried last, at most `count`. Called
   * once at most, when the response of a contact is overdue on the way to the target.
   */
  readonly promptContacts?: (near: Id, count: number) => readonly C[]
  /** False: this contact is never queried. Default: all may be. */
  readonly mayQuery?: (contact: C) => boolean
  /** Our own addresses, as `addressOf` or `endpointOf` would return them. */
  readonly selfAddresses?: readonly string[]
  /**
   * Share of the id space, 0 to 1: how far from the target the k-th nearest contact is expected.
   * A `Lookup` waits for all contacts in this region that it knows, up to twice k; a `RegionLookup`
   * for those in three quarters of it. Default 0.
   */
  readonly region?: number
}

/** `query`: send one to this contact; `wait`: queries are open; `done`: the lookup is over. */
export type LookupStep<C> =
  | { readonly kind: 'query'; readonly contact: C }
  | { readonly kind: 'wait' }
  | { readonly kind: 'done' }

/** A part of a lookup that sends queries of its own. */
export interface Path<C> {
  next(): LookupStep<C>
  responded(asked: C, response: LookupResponse<C>): ResponseVerdict
  stalled(asked: C): void
  failed(asked: C): void
  abort(): void
  readonly isDone: boolean
  readonly waitsForStalledOnly: boolean
  /** Queries sent: that of `tally`, which takes longer to make. */
  readonly queried: number
  readonly tally: Tally
}

/** `approach`: the walk toward the target; `sweep`: the search of a crowded region after it. */
export type LookupPhase = 'approach' | 'sweep'

/** Send a query to this contact, and report what became of it with this same object. */
export interface QueryStep<C> {
  readonly kind: 'query'
  readonly contact: C
  readonly phase: LookupPhase
  /** Ask for the contacts nearest to this id. Undefined: send the query that the lookup is for. */
  readonly toward: Id | undefined
  readonly path: Path<C>
}

/** The same as `LookupStep`, of a `RegionLookup`. */
export type RegionStep<C> = QueryStep<C> | { readonly kind: 'wait' } | { readonly kind: 'done' }

export interface LookupResponse<C> {
  /** The contact that responded: the id in the response, at the address that was queried. */
  readonly responder: C
  /** The contacts that it reported. */
  readonly closer: readonly C[]
  readonly token?: Uint8Array | undefined
}

/**
 * What came of a response.
 *
 * - `accepted`: the contact that was queried responded.
 * - `renamed`: another id responded; the queried contact has failed, the other has responded.
 * - `rejected`: another id responded, which is our own or already a candidate; the queried contact
 *   has failed, and nothing of the response was used.
 * - `ignored`: no such query was open, or the lookup is over.
 */
export type ResponseVerdict = { readonly kind: 'accepted' | 'renamed' | 'rejected' | 'ignored' }

export interface WriteTarget<C> {
  readonly contact: C
  readonly token: Uint8Array
}

/** The whole state of a lookup, as plain data that never changes. */
export interface LookupSnapshot<C> {
  readonly phase: 'approach' | 'final round' | 'complete' | 'aborted'
  /** Nearest first, failed ones included. */
  readonly candidates: readonly {
    readonly contact: C
    readonly state: CandidateState
    readonly hop: number
    readonly token: Uint8Array | undefined
  }[]
  readonly tally: Tally
}

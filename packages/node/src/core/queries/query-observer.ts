// The observer of a query: it is told what becomes of the query. It is told exactly one of
// `onResponse`, `onError` and `onFailure`, at the end. Before that it may be told that the query
// waits for its turn, that it is sent now, and that it has stalled. Every lookup, join, check and
// write has observers for its queries.

import type { Contact, ErrorMessage, Response } from '@dht/krpc'
import type { QueryFailure } from './refusal.ts'

export interface QueryObserver {
  /**
   * The contact that is queried; its standing in the table follows the outcome. Undefined: only the
   * endpoint is known.
   */
  readonly asked: Contact | undefined
  /** False: the response is no longer wanted, so a query that still waits is not sent. */
  readonly isWanted?: boolean
  /**
   * False: many nodes ignore queries of this method, so a node that does not respond has not
   * failed.
   */
  readonly isSilenceFailure?: boolean
  /** True: how soon the response comes shows how soon the node answers lookups. Default false. */
  readonly isOfLookup?: boolean
  /** The query waits for its turn, because of the pace of its destination. */
  onQueued?(): void
  /** The query has waited and is sent now. */
  onSent?(): void
  onResponse(response: Response, responder: Contact, now: number): void
  onError(error: ErrorMessage, now: number): void
  onFailure(reason: QueryFailure, now: number): void
  /**
   * The response is late, or the query has waited for its turn for long.
   *
   * @param isSuspect - whether the last query to this endpoint expired
   * @returns whether to resend the query
   */
  onStalled(isSuspect: boolean, now: number): boolean
}

/** The observer of a query that has expired. */
export const NO_OBSERVER: QueryObserver = Object.freeze({
  asked: undefined,
  onResponse: () => {},
  onError: () => {},
  onFailure: () => {},
  onStalled: () => false,
})

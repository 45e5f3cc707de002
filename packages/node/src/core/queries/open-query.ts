// What the query manager keeps with each query that was sent, and what an inspection shows of it.

import type { Contact, Outstanding } from '@dht/krpc'
import type { AnyContent } from './query-content.ts'
import type { QueryObserver } from './query-observer.ts'

export interface OpenQuery {
  /** `NO_OBSERVER` after the query has expired, while late responses are still recognized. */
  observer: QueryObserver
  /**
   * The contact whose standing follows the outcome: the contact that was asked, else the member
   * of the table at that endpoint.
   */
  readonly asked: Contact | undefined
  /** Resent when the query stalls. */
  readonly content: AnyContent
  /** Whether this node received its own query: the endpoint is one of its own. */
  isToOurselves: boolean
}

/** An open query, with the bytes of its first datagram. */
export type OpenQueryInfo = Pick<OpenQuery, 'asked'> & { readonly bytes: Uint8Array } & Omit<
    Outstanding<OpenQuery>['transaction'],
    'transactionId' | 'context'
  > &
  Pick<Outstanding<OpenQuery>, 'dueAt'>

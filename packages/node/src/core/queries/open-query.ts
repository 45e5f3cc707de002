// What a node keeps of a question that it has put, and what onlookers see of it.

import type { Contact, Outstanding } from '@dht/krpc'
import type { QueryContent } from './query-content.ts'
import type { QueryObserver } from './query-observer.ts'

/** What a question keeps. */
export interface OpenQuery {
  /** `NO_OBSERVER` once it has expired: the question is remembered longer than its asker. */
  observer: QueryObserver
  /**
   * The contact whose standing follows the outcome: the one asked, else the member at that
   * endpoint.
   */
  readonly asked: Contact | undefined
  /** To put it once more when it stalls. */
  readonly content: QueryContent
  /** Whether it came back to us: its endpoint is one of our own. */
  isToOurselves: boolean
}

/** An open question with its datagram, as it was sent first. */
export type OpenQueryInfo = Pick<OpenQuery, 'asked'> & { readonly bytes: Uint8Array } & Omit<
    Outstanding<OpenQuery>['transaction'],
    'transactionId' | 'context'
  > &
  Pick<Outstanding<OpenQuery>, 'dueAt'>

// What a node keeps of a question that it has put, and what onlookers see of it.

import type { Contact, Outstanding } from '@dht/krpc'
import type { Errand } from './errand.ts'
import type { Question } from './question.ts'

/** What a question keeps. */
export interface Open {
  /** `NOBODY` once it has expired: the question is remembered longer than its asker. */
  errand: Errand
  /**
   * The contact whose standing follows the outcome: the one asked, else the member at that
   * endpoint.
   */
  readonly asked: Contact | undefined
  /** To put it once more when it stalls. */
  readonly question: Question
  /** Whether it came back to us: its endpoint is one of our own. */
  isToOurselves: boolean
}

/** An open question with its datagram, as it was sent first. */
export type OpenQuestion = Pick<Open, 'asked'> & { readonly bytes: Uint8Array } & Omit<
    Outstanding<Open>['transaction'],
    'transactionId' | 'errand'
  > &
  Pick<Outstanding<Open>, 'dueAt'>

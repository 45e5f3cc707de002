// Why a question was asked, and who is told of its end. The transaction table keeps an observer
// with each open question and hands it back when the question settles; it is then told exactly one
// of answered, refused or failed. Before that it may be told once that the answer is late. A
// question beyond the pace of its destination waits before it is sent; after a while that is told
// as well.

import type { Contact, ErrorMessage, Response } from '@dht/krpc'
import type { QueryFailure } from './refusal.ts'

export interface QueryObserver {
  /** The contact that is asked, when its id is known; its standing follows the outcome. */
  readonly asked: Contact | undefined
  /** False: nobody wants the answer any more, and a question that still waits is not sent. */
  readonly isWanted?: boolean
  /** The question waits for its turn. */
  onQueued?(): void
  /** It waits no longer, and is sent. */
  onSent?(): void
  onResponse(response: Response, responder: Contact, now: number): void
  onError(error: ErrorMessage, now: number): void
  onFailure(reason: QueryFailure, now: number): void
  /**
   * The answer is late, or the question has waited long for its turn.
   *
   * @param isSuspect - whether the endpoint let the last question to it expire as well
   * @returns whether the answer is still wanted, so that the question is put once more
   */
  onStalled(isSuspect: boolean, now: number): boolean
}

/** Who is told of a question that has expired. */
export const NO_OBSERVER: QueryObserver = Object.freeze({
  asked: undefined,
  onResponse: () => {},
  onError: () => {},
  onFailure: () => {},
  onStalled: () => false,
})

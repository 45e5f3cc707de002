// Why a question was asked, and who is told of its end. The transaction table keeps an errand with
// each open question and hands it back when the question settles; it is then told exactly one of
// answered, refused or failed. Before that it may be told once that the answer is late.

import type { Contact, ErrorMessage, Response } from '@dht/krpc'
import type { FailureReason } from './outcome.ts'

export interface Errand {
  /** The contact that is asked, when its id is known; its standing follows the outcome. */
  readonly asked: Contact | undefined
  answered(response: Response, responder: Contact, now: number): void
  refused(error: ErrorMessage, now: number): void
  failed(reason: FailureReason, now: number): void
  /**
   * @param isSuspect - whether the endpoint let the last question to it expire as well
   * @returns whether the answer is still wanted, so that the question is put once more
   */
  stalled(isSuspect: boolean, now: number): boolean
}

/** Who is told of a question that has expired. */
export const NOBODY: Errand = Object.freeze({
  asked: undefined,
  answered: () => {},
  refused: () => {},
  failed: () => {},
  stalled: () => false,
})

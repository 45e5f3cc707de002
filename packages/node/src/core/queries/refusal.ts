// Why a query of ours is not sent, and what that means to a user and to a lookup.

import type { FailureReason, IncompleteReason } from '../operations/outcome.ts'

/**
 * - `self`: the endpoint is our own (NET-57)
 * - `not-unicast`: the endpoint is not that of one node (AMP-7)
 * - `transport-lost`: the transport has failed and is not open again
 * - `paced`: too many queries wait for their turn, or this one has waited too long
 * - `overflow`: too many queries are open
 */
export type Refusal = 'self' | 'not-unicast' | 'transport-lost' | 'paced' | 'overflow'

/** Why a query that was sent was not answered. */
export type SentFailure = Exclude<FailureReason, 'refused'>

/** Why a query was not answered: one that was sent, or one that was not. */
export type QueryFailure = SentFailure | Refusal

/** What a lookup misses with a contact that it can't ask; nothing where nobody would ask. */
const MISSED: Readonly<Record<Refusal, IncompleteReason | undefined>> = {
  self: undefined,
  'not-unicast': undefined,
  'transport-lost': 'nobody-to-ask',
  paced: 'paced',
  overflow: 'overflow',
}

export function incompleteReasonOf(failure: QueryFailure): IncompleteReason | undefined {
  return isRefusal(failure) ? MISSED[failure] : undefined
}

/** The failure as a user is told it. */
export function failureReasonOf(failure: QueryFailure): FailureReason {
  if (failure === 'transport-lost') return 'unreachable'
  return isRefusal(failure) ? 'refused' : failure
}

function isRefusal(failure: QueryFailure): failure is Refusal {
  return Object.hasOwn(MISSED, failure)
}

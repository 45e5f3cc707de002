// Why a query of this node was not sent or brought no response, and what that means for a user and
// for a lookup.

import type { FailureReason, IncompleteReason } from '../operations/outcome.ts'

/**
 * Why a query is not sent.
 *
 * - `self`: the endpoint is our own (NET-57)
 * - `not-unicast`: the endpoint is not a unicast address and port (AMP-7)
 * - `transport-lost`: the transport has failed and is not open again yet
 * - `rate-limited`: too many queries wait for their turn, or this one has waited too long
 * - `too-many-queries`: too many queries are open
 * - `destination`: the lookup has sent enough to that endpoint or host, or one host has named too
 *   many endpoints that may be invented
 */
export type Refusal =
  | 'self'
  | 'not-unicast'
  | 'transport-lost'
  | 'rate-limited'
  | 'too-many-queries'
  | 'destination'

/** Why a query that was sent brought no valid response. */
export type SentFailure = Exclude<FailureReason, 'not-sent'>

/** Why a query, sent or not, brought no valid response. */
export type QueryFailure = SentFailure | Refusal

/**
 * Why a lookup is incomplete when it cannot query a contact. Undefined: it is not, because no node
 * would query that contact.
 */
const MISSED: Readonly<Record<Refusal, IncompleteReason | undefined>> = {
  self: undefined,
  'not-unicast': undefined,
  'transport-lost': 'no-response',
  'rate-limited': 'rate-limited',
  'too-many-queries': 'too-many-queries',
  destination: undefined,
}

export function incompleteReasonOf(failure: QueryFailure): IncompleteReason | undefined {
  return isRefusal(failure) ? MISSED[failure] : undefined
}

/** Whether the query was not sent now but may be sent later: this node sends too much already. */
export function isOwnLimit(failure: QueryFailure): boolean {
  return failure === 'rate-limited' || failure === 'too-many-queries'
}

/** The failure as it is reported to the user. */
export function failureReasonOf(failure: QueryFailure): FailureReason {
  if (failure === 'transport-lost') return 'unreachable'
  return isRefusal(failure) ? 'not-sent' : failure
}

function isRefusal(failure: QueryFailure): failure is Refusal {
  return Object.hasOwn(MISSED, failure)
}

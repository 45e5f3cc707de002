// What the outcome of a query shows about a node. The query manager reports it here before it tells
// the observer, so that every response and every time-out reaches the routing table (STATE-57).

import type { Contact, Endpoint } from '@dht/krpc'

export interface QueryEvidence {
  /** The known contact at an endpoint, for queries to an endpoint whose node id is not known. */
  contactAt(endpoint: Endpoint): Contact | undefined
  /** A response came from this contact, under this id. */
  responded(responder: Contact, now: number): void
  /** A response came from `asked` after its query had expired. */
  respondedLate(asked: Contact, late: LateEvidence, now: number): void
  /**
   * An error message came from `from`, in answer to a query to `asked`.
   *
   * @param late - how late it came; undefined: in time
   */
  errorReceived(asked: Contact, from: Endpoint, late: LateEvidence | undefined, now: number): void
  /** A query to this contact brought no valid response. */
  failed(asked: Contact, now: number): void
}

/** How late a response came. */
export interface LateEvidence {
  /** When its query expired, ms. */
  readonly expiredAt: number
  /** Whether it still counts as a failure, as the third late response in a row does. */
  readonly isFailure: boolean
}

// The events that a node reports while it is watched, as plain data.

import type { Id } from '@dht/id'
import type { Contact, Endpoint, Family } from '@dht/krpc'
import type { Warning } from '../warnings.ts'
import type { RoundReport } from './operations/outcome.ts'

export type NodeEvent =
  | { readonly kind: 'contact-added'; readonly family: Family; readonly contact: Contact }
  | {
      readonly kind: 'contact-replaced'
      readonly family: Family
      readonly contact: Contact
      readonly evicted: Contact
    }
  | { readonly kind: 'joining'; readonly family: Family; readonly startingContacts: number }
  | { readonly kind: 'joined'; readonly family: Family; readonly contacts: number }
  | { readonly kind: 'refreshing'; readonly family: Family; readonly target: Id }
  /** Our id has changed, because our external address does not allow the former one (BEP 42). */
  | {
      readonly kind: 'id-changed'
      readonly family: Family
      readonly id: Id
      readonly former: Id
      /** The external address. */
      readonly address: string
    }
  /** The node responds to queries in this family again, or no longer, and says so (BEP 43). */
  | {
      readonly kind: 'read-only-changed'
      readonly family: Family
      readonly isReadOnly: boolean
    }
  | { readonly kind: 'published'; readonly report: RoundReport }
  /** Another node has announced a peer here, which is stored now. */
  | {
      readonly kind: 'stored'
      readonly target: Id
      readonly peer: Endpoint
      /** The node that announced it. */
      readonly from: Endpoint
      /** Whether the same peer was stored already. */
      readonly renewed: boolean
    }
  /** A transport has failed for good, and its open queries with it. */
  | { readonly kind: 'transport-lost'; readonly family: Family }
  | {
      readonly kind: 'transport-reopened'
      readonly family: Family
      /** The endpoint to which it is bound now. */
      readonly local: Endpoint
    }
  | Warning

// What happens in a node, as data that a page puts into words.

import type { Peer } from './members.ts'
import type { Round } from './status.ts'

export type ObservedEvent =
  | { readonly kind: 'contact-added'; readonly family: 4 | 6; readonly contact: Peer }
  | {
      readonly kind: 'contact-replaced'
      readonly family: 4 | 6
      readonly contact: Peer
      readonly evicted: Peer
    }
  | { readonly kind: 'joining'; readonly family: 4 | 6; readonly startingContacts: number }
  | { readonly kind: 'joined'; readonly family: 4 | 6; readonly contacts: number }
  | { readonly kind: 'refreshing'; readonly family: 4 | 6; readonly target: string }
  | {
      readonly kind: 'id-changed'
      readonly family: 4 | 6
      readonly id: string
      readonly former: string
      readonly address: string
    }
  | { readonly kind: 'read-only-changed'; readonly family: 4 | 6; readonly isReadOnly: boolean }
  | { readonly kind: 'published'; readonly target: string; readonly round: Round }
  | {
      readonly kind: 'stored'
      readonly target: string
      readonly peer: string
      readonly from: string
      readonly renewed: boolean
    }
  | { readonly kind: 'transport-lost'; readonly family: 4 | 6 }
  | { readonly kind: 'transport-reopened'; readonly family: 4 | 6; readonly local: string }
  | { readonly kind: 'warning'; readonly code: string; readonly text: string }
  /** Events and steps that were left out, because too many came at once. */
  | { readonly kind: 'skipped'; readonly count: number }

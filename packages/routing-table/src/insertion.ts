// What the table returns when it is told something about a contact: plain values to branch on. The
// table emits nothing and throws nothing for what a peer does. `takeCheck` says which contact to
// ping next.

import type { Standing } from './standing.ts'

/**
 * Why a contact was not taken in.
 *
 * - `self`: it has our own id
 * - `address`: its address is that of a member, or of a waiting contact that has responded
 * - `admission`: the admission rule or a limit refuses it
 * - `full`: there is room neither in its bucket nor in the replacement cache
 */
export type Refusal = 'self' | 'address' | 'admission' | 'full'

/** What `queried`, `responded` and `respondedLate` return. */
export type Insertion<C> =
  /** It is a member now. */
  | { readonly kind: 'added' }
  /** It was a member already, and what is known of it is up to date. */
  | { readonly kind: 'updated' }
  /** It is a member now in place of `evicted`, which was bad, less preferred or above a limit. */
  | { readonly kind: 'replaced'; readonly evicted: C }
  /** It waits in the replacement cache. */
  | { readonly kind: 'waiting' }
  /** It was not taken in. */
  | { readonly kind: 'refused'; readonly reason: Refusal }

/** What `failed` returns. */
export type FailureOutcome<C> =
  /** No member and no waiting contact has this id at this address. */
  | { readonly kind: 'unknown' }
  /** The member has one more failure. */
  | { readonly kind: 'failed'; readonly standing: Standing }
  /** A bad member of its bucket, mostly itself, was replaced by a contact that had waited. */
  | { readonly kind: 'replaced'; readonly evicted: C; readonly by: C }
  /** It was a waiting contact and is forgotten. */
  | { readonly kind: 'dropped' }

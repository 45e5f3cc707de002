// The possible answers to what the table is told of a contact.
// They are values to branch on: nothing is announced, nothing thrown. Whom to ping because of it is
// asked of `takeCheck`.

import type { Standing } from './standing.ts'

/**
 * Why a contact was not taken in.
 *
 * - `self`: it bears our own id
 * - `address`: its address belongs to a member, or to a candidate of more weight
 * - `policy`: the admission rule says no
 * - `full`: neither its bucket nor the replacement cache has room
 */
export type Refusal = 'self' | 'address' | 'policy' | 'full'

/** What `hear`, `confirm` and `respondedLate` answer. */
export type Insertion<C> =
  /** It is a member now. */
  | { readonly kind: 'added' }
  /** It was a member already, and what is known of it is up to date. */
  | { readonly kind: 'refreshed' }
  /** It is a member now, and `evicted`, which was bad, no longer is. */
  | { readonly kind: 'replaced'; readonly evicted: C }
  /** It waits in the replacement cache. */
  | { readonly kind: 'held' }
  /** It was not taken in. */
  | { readonly kind: 'refused'; readonly reason: Refusal }

/** What `doubt` answers. */
export type Doubt<C> =
  /** Neither a member nor a candidate has this id at this address. */
  | { readonly kind: 'unknown' }
  /** One more failure is on its account. */
  | { readonly kind: 'doubted'; readonly standing: Standing }
  /** A bad member of its bucket, mostly itself, gave way to a candidate that has answered. */
  | { readonly kind: 'replaced'; readonly evicted: C; readonly by: C }
  /** It was but a candidate, and is forgotten. */
  | { readonly kind: 'dropped' }

// One bucket: its members, the candidates that wait for a place, and what is under way in it.
// Plain data and questions about it; who may join, leave or be checked is decided elsewhere.
// Members are in no order that matters. Candidates are in the order in which they came, newest last.

import { compareDistance, type Id, type Identified } from '@dht/id'
import { type Entry, NEVER_SEEN } from './entry.ts'
import type { RoutingTableConfig } from './options.ts'
import { isBad } from './standing.ts'

export interface Bucket<C extends Identified> {
  /** Its place in the row: how many bits its contacts share with our own id, at least. */
  readonly index: number
  readonly members: Entry<C>[]
  /** The replacement cache. Its ids may be those of members, at other addresses. */
  readonly candidates: Entry<C>[]
  /** When a refresh of it was last handed out. */
  refreshedAt: number
  /** When a check in it was last handed out. */
  checkedAt: number
  /** Whom that check is of, while its outcome is awaited. It may have left the bucket since. */
  checking: Entry<C> | undefined
}

/** An empty bucket; one that comes of a split is given its parent's past. */
export function newBucket<C extends Identified>(index: number, parent?: Bucket<C>): Bucket<C> {
  return {
    index,
    members: [],
    candidates: [],
    refreshedAt: parent?.refreshedAt ?? NEVER_SEEN,
    checkedAt: parent?.checkedAt ?? NEVER_SEEN,
    checking: undefined,
  }
}

/** The last moment at which anything was learnt here: a member was seen, or a refresh began. */
export function activeAt<C extends Identified>(bucket: Bucket<C>): number {
  let at = bucket.refreshedAt
  for (const member of bucket.members) at = Math.max(at, member.lastSeenAt)
  return at
}

/**
 * The bad member that gives way first: the one with most failures, then the one least recently
 * seen, then the one nearest to `self`. Undefined when no member is bad.
 */
export function worstMember<C extends Identified>(
  { members }: Bucket<C>,
  config: RoutingTableConfig<C>,
  self: Id,
): Entry<C> | undefined {
  let worst: Entry<C> | undefined
  for (const member of members) {
    if (!isBad(member, config)) continue
    if (worst === undefined || comparePlight(member, worst, self) < 0) worst = member
  }
  return worst
}

function comparePlight<C extends Identified>(a: Entry<C>, b: Entry<C>, self: Id): number {
  if (a.failures !== b.failures) return b.failures - a.failures
  return compareSilence(a, b, self)
}

/** The member least recently seen, then nearest to `self`. Undefined in an empty bucket. */
export function mostSilentMember<C extends Identified>(
  { members }: Bucket<C>,
  self: Id,
): Entry<C> | undefined {
  let silent: Entry<C> | undefined
  for (const member of members) {
    if (silent === undefined || compareSilence(member, silent, self) < 0) silent = member
  }
  return silent
}

function compareSilence<C extends Identified>(a: Entry<C>, b: Entry<C>, self: Id): number {
  // Compared, not subtracted: two that were never seen are infinitely long silent, both.
  if (a.lastSeenAt !== b.lastSeenAt) return a.lastSeenAt < b.lastSeenAt ? -1 : 1
  return compareDistance(a.contact.id, b.contact.id, self)
}

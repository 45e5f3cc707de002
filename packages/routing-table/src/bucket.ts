// One bucket: its members, the candidates that wait for a place, and what is under way in it.
// Plain data and questions about it; who may join, leave or be checked is decided elsewhere.

import { compareDistance, type Id, type Identified } from '@dht/id'
import { type Entry, isUnverified, NEVER_SEEN } from './entry.ts'
import { Members } from './members.ts'
import { ReplacementCache } from './replacement-cache.ts'

export interface Bucket<C extends Identified> {
  /** Its place in the row: how many bits its contacts share with our own id, at least. */
  readonly index: number
  readonly members: Members<C>
  /** Its ids may be those of members, at other addresses. */
  readonly candidates: ReplacementCache<C>
  /** False: no member is bad, so nobody has to look. True: one has failed, so one may be. */
  mayHaveBad: boolean
  /** False: every member has answered. True: one was restored, so one may not have answered yet. */
  mayHaveUnverified: boolean
  /** When a refresh of it was last handed out. */
  refreshedAt: number
  /** When a check in it was last handed out. */
  checkedAt: number
  /** The member that is being checked, while that outcome is awaited. It may have left since. */
  checking: Entry<C> | undefined
  /** When that check was handed out. */
  checkingSince: number
  /** The last member of which something was heard that only its own answer can settle. */
  suspect: Entry<C> | undefined
  /** When a candidate was last heard of. */
  heardAt: number
}

/** An empty bucket; one that comes of a split is given its parent's past. */
export function newBucket<C extends Identified>(index: number, parent?: Bucket<C>): Bucket<C> {
  return {
    index,
    members: new Members(),
    candidates: new ReplacementCache(),
    mayHaveBad: parent?.mayHaveBad ?? false,
    mayHaveUnverified: parent?.mayHaveUnverified ?? false,
    refreshedAt: parent?.refreshedAt ?? NEVER_SEEN,
    checkedAt: parent?.checkedAt ?? NEVER_SEEN,
    checking: undefined,
    checkingSince: NEVER_SEEN,
    suspect: undefined,
    heardAt: parent?.heardAt ?? NEVER_SEEN,
  }
}

/**
 * Since when something here may be out of date: a refresh began then, or since then one of the
 * members that are not bad has been silent.
 */
export function activeAt<C extends Identified>(
  { refreshedAt, members }: Bucket<C>,
  badAfter: number,
): number {
  const quietest = members.entries.find(({ failures }) => failures < badAfter)
  return quietest === undefined ? refreshedAt : Math.max(refreshedAt, quietest.lastSeenAt)
}

/** Whether a member has failed `badAfter` times. */
export function hasBadMember<C extends Identified>(bucket: Bucket<C>, badAfter: number): boolean {
  if (bucket.mayHaveBad) {
    bucket.mayHaveBad = bucket.members.entries.some(({ failures }) => failures >= badAfter)
  }
  return bucket.mayHaveBad
}

/** Whether a member has never answered. */
export function hasUnverifiedMember<C extends Identified>(bucket: Bucket<C>): boolean {
  if (bucket.mayHaveUnverified) {
    bucket.mayHaveUnverified = bucket.members.entries.some(isUnverified)
  }
  return bucket.mayHaveUnverified
}

/**
 * The member that gives way first, in a bucket of which one is bad: the one with most failures; of
 * equals the most silent one, then the one nearest to `self`. Undefined when there are no members.
 */
export function weakestMember<C extends Identified>(
  { members }: Bucket<C>,
  self: Id,
): Entry<C> | undefined {
  return firstOf(members.entries, (a, b) => {
    if (a.failures !== b.failures) return a.failures > b.failures
    if (a.lastSeenAt !== b.lastSeenAt) return a.lastSeenAt < b.lastSeenAt
    return compareDistance(a.contact.id, b.contact.id, self) < 0
  })
}

/** The bad member of these buckets that is nearest to `target`. */
export function nearestBad<C extends Identified>(
  buckets: readonly Bucket<C>[],
  target: Id,
  badAfter: number,
): Entry<C> | undefined {
  const bad = buckets.flatMap((bucket) => {
    if (!hasBadMember(bucket, badAfter)) return []
    return bucket.members.entries.filter(({ failures }) => failures >= badAfter)
  })
  return firstOf(bad, (a, b) => compareDistance(a.contact.id, b.contact.id, target) < 0)
}

/** The one that comes before all others; undefined when there is none. */
function firstOf<T>(all: readonly T[], isBefore: (a: T, b: T) => boolean): T | undefined {
  let found = all[0]
  for (const each of all) {
    if (found !== undefined && isBefore(each, found)) found = each
  }
  return found
}

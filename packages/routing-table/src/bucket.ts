// One bucket: its members, the candidates that wait for a place, and what is under way in it.
// Plain data and questions about it; who may join, leave or be checked is decided elsewhere.
// Members are in no order that matters; candidates in that of the replacement cache.

import { compareDistance, type Id, type Identified } from '@dht/id'
import { type Entry, NEVER_SEEN } from './entry.ts'

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
  /** No check is due before this instant. A bound, never late; see check-schedule.ts. */
  checkDueAt: number
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
    checkDueAt: Infinity,
  }
}

/** The last moment at which anything was learnt here: a member was seen, or a refresh began. */
export function activeAt<C extends Identified>({ refreshedAt, members }: Bucket<C>): number {
  return members.reduce((at, { lastSeenAt }) => Math.max(at, lastSeenAt), refreshedAt)
}

/**
 * The bad member that gives way first: of those with most failures the most silent one. Undefined
 * when no member has failed `badAfter` times.
 */
export function worstMember<C extends Identified>(
  { members }: Bucket<C>,
  badAfter: number,
  self: Id,
): Entry<C> | undefined {
  let most = 0
  for (const { failures } of members) most = Math.max(most, failures)
  if (most < badAfter) return undefined
  return mostSilent(
    members.filter(({ failures }) => failures === most),
    self,
  )
}

/** The entry least recently seen; among equals the one nearest to `self`. */
export function mostSilent<C extends Identified>(
  entries: readonly Entry<C>[],
  self: Id,
): Entry<C> | undefined {
  let silent = entries[0]
  for (const entry of entries) {
    if (silent !== undefined && isMoreSilent(entry, silent, self)) silent = entry
  }
  return silent
}

function isMoreSilent<C extends Identified>(a: Entry<C>, b: Entry<C>, self: Id): boolean {
  if (a.lastSeenAt !== b.lastSeenAt) return a.lastSeenAt < b.lastSeenAt
  return compareDistance(a.contact.id, b.contact.id, self) < 0
}

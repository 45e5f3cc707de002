// One bucket: its members, the contacts that wait in its replacement cache, and the check that is
// under way in it. Plain data and questions about it. Other files decide which contact joins,
// leaves or is checked.

import { compareDistance, type Id, type Identified } from '@dht/id'
import { Members } from './members.ts'
import { ReplacementCache } from './replacement-cache.ts'
import { NEVER, type TableEntry } from './table-entry.ts'

export interface Bucket<C extends Identified> {
  /** Its place in the bucket list: its contacts share at least so many bits with our own id. */
  readonly index: number
  readonly members: Members<C>
  /** The contacts that wait for a place. A waiting contact may have a member's id or address. */
  readonly waiting: ReplacementCache<C>
  /** False: no member is bad. True: one has failed, so one may be bad. Saves a search. */
  mayHaveBad: boolean
  /** When a refresh of it was last handed out. */
  refreshedAt: number
  /** No check in it is due before; undefined: not computed yet. May be early, is never late. */
  checkDueAt: number | undefined
  /** When a check in it was last handed out. */
  checkedAt: number
  /** The member that is being checked, until the outcome is known. It may have left since. */
  checking: TableEntry<C> | undefined
  /** When that check was handed out. */
  checkingSince: number
  /** The member for which a check was last requested, ahead of its turn. */
  requestedCheck: TableEntry<C> | undefined
  /** When a message of a waiting contact last arrived. */
  lastHeldAt: number
}

/**
 * An empty bucket; one that comes from a split takes over the instants of its parent.
 *
 * @param cacheSize - most contacts that may wait beside it
 */
export function newBucket<C extends Identified>(
  index: number,
  cacheSize: number,
  parent?: Bucket<C>,
): Bucket<C> {
  return {
    index,
    members: new Members(),
    waiting: new ReplacementCache(cacheSize),
    mayHaveBad: parent?.mayHaveBad ?? false,
    refreshedAt: parent?.refreshedAt ?? NEVER,
    checkDueAt: undefined,
    checkedAt: parent?.checkedAt ?? NEVER,
    checking: undefined,
    checkingSince: NEVER,
    requestedCheck: undefined,
    lastHeldAt: parent?.lastHeldAt ?? NEVER,
  }
}

/** Whether a member has failed `badAfter` times. */
export function hasBadMember<C extends Identified>(bucket: Bucket<C>, badAfter: number): boolean {
  if (bucket.mayHaveBad) {
    bucket.mayHaveBad = bucket.members.entries.some(({ failures }) => failures >= badAfter)
  }
  return bucket.mayHaveBad
}

/**
 * The member to replace in a bucket that has a bad one: the member with most failures; among equals
 * the one not seen for longest, then the one nearest to `self`.
 */
export function weakestMember<C extends Identified>(
  { members }: Bucket<C>,
  self: Id,
): TableEntry<C> {
  return members.entries.reduce((weakest, each) => {
    if (each.failures !== weakest.failures) return each.failures > weakest.failures ? each : weakest
    // The one not seen for longest comes first.
    if (each.lastSeenAt !== weakest.lastSeenAt) return weakest
    return compareDistance(each.contact.id, weakest.contact.id, self) < 0 ? each : weakest
  })
}

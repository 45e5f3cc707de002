// Which contact of a bucket to ping, and when. A check finds out whether a waiting contact
// or a silent member is alive, so every check leads to a decision.
// check-schedule.ts decides when a bucket may start another check.

import { compareDistance, type Identified } from '@dht/id'
import { type Bucket, hasBadMember } from './bucket.ts'
import type { BucketList } from './bucket-list.ts'
import type { RoutingTableConfig } from './options.ts'
import { isBad, questionableAt } from './standing.ts'
import { isUnverified, NEVER, type TableEntry } from './table-entry.ts'

/** A check of a member. */
export interface MemberCheck<C extends Identified> {
  readonly entry: TableEntry<C>
  /** When it is due: NEVER (at once), or when the member becomes questionable. */
  readonly at: number
}

/** The checks that a bucket needs: of a waiting contact at once, of a member at its time. */
export interface NeededChecks<C extends Identified> {
  readonly waiting: TableEntry<C> | undefined
  readonly member: MemberCheck<C> | undefined
}

/**
 * The next checks in `bucket`.
 *
 * A waiting contact is checked if it sent a message after its last check, and if there is room for
 * it or a bad member to replace. One that has responded before comes first, then the one with most
 * messages since its last check, then the newest.
 *
 * The member to check is the first of these:
 * - one that is not bad and whose id a waiting contact claims from another address (of several the
 *   one that the newest waiting contact claims);
 * - the one for which a check was requested;
 * - the one not seen for longest, as soon as it is questionable, whether a contact waits or not:
 *   otherwise dead contacts would be handed out for ever. Bad members are skipped.
 */
export function neededChecks<C extends Identified>(
  bucket: Bucket<C>,
  buckets: BucketList<C>,
  config: RoutingTableConfig<C>,
): NeededChecks<C> {
  const { members, waiting, requestedCheck } = bucket
  const hasBad = hasBadMember(bucket, config.badAfter)
  let claimed: TableEntry<C> | undefined
  let nextWaiting: TableEntry<C> | undefined
  for (const entry of waiting.entries.toReversed()) {
    const sameId = members.withIdOf(entry)
    if (sameId !== undefined && !isBad(sameId, config)) claimed ??= sameId
    else if (priorityOf(entry) > (nextWaiting === undefined ? 0 : priorityOf(nextWaiting))) {
      if (hasBad || buckets.depthWithRoomFor(bucket, entry) !== undefined) nextWaiting = entry
    }
  }
  const urgent = claimed ?? requestedCheck
  const member = urgent && { entry: urgent, at: NEVER }
  return { waiting: nextWaiting, member: member ?? leastRecentlySeen(bucket, buckets, config) }
}

/** How urgent the check of a waiting contact is; 0: one is under way, or the last one failed. */
export function priorityOf<C extends Identified>(entry: TableEntry<C>): number {
  const { messagesSinceCheck } = entry
  return messagesSinceCheck > 0 && !isUnverified(entry) ? Infinity : messagesSinceCheck
}

/** Of the members that are not bad the one not seen for longest, among equals the one nearest. */
function leastRecentlySeen<C extends Identified>(
  { members }: Bucket<C>,
  { self }: BucketList<C>,
  config: RoutingTableConfig<C>,
): MemberCheck<C> | undefined {
  let first: TableEntry<C> | undefined
  for (const entry of members.entries) {
    if (isBad(entry, config)) continue
    if (first === undefined) first = entry
    else if (entry.lastSeenAt !== first.lastSeenAt) break
    else if (compareDistance(entry.contact.id, first.contact.id, self) < 0) first = entry
  }
  return first && { entry: first, at: questionableAt(first, config) }
}

// Whom of a bucket to ping, and from when on. A check finds a waiting candidate alive, or a silent
// member, or shows that somebody must give way: every check leads to a decision.
// When the bucket is free for another check is the business of check-schedule.ts.

import { compareDistance, type Identified } from '@dht/id'
import { type Bucket, hasBadMember } from './bucket.ts'
import { type Entry, NEVER_SEEN } from './entry.ts'
import type { RoutingTableConfig } from './options.ts'
import type { Spine } from './spine.ts'
import { isBad, questionableAt } from './standing.ts'

/** A check of a member. */
export interface MemberCheck<C extends Identified> {
  readonly entry: Entry<C>
  /** From when on it makes sense: NEVER_SEEN (at once), or when its subject is questionable. */
  readonly at: number
}

/** What a bucket wants checked: a candidate at once, a member at its time, either, or nobody. */
export interface Wanted<C extends Identified> {
  readonly candidate: Entry<C> | undefined
  readonly member: MemberCheck<C> | undefined
}

/**
 * The next checks in `bucket`.
 *
 * Of candidates: one that was heard of after its last check, if there is room for it or a bad
 * member to replace. One that has answered comes first, then the one heard of most often, then the
 * newest.
 *
 * Of members the first of these:
 * - one that is not bad and whose id a candidate claims from another address, the newest of those;
 * - one of which something was heard that only its answer can settle;
 * - the one that has been silent for longest, once it is questionable, whether anybody waits or
 *   not: a dead contact must not be named to others for ever. A bad one is left alone.
 */
export function wantedChecks<C extends Identified>(
  bucket: Bucket<C>,
  spine: Spine<C>,
  config: RoutingTableConfig<C>,
): Wanted<C> {
  const { members, candidates, suspect } = bucket
  const hasBad = hasBadMember(bucket, config.badAfter)
  let incumbent: Entry<C> | undefined
  let candidate: Entry<C> | undefined
  for (let nth = candidates.size - 1; nth >= 0; nth--) {
    const { head, entry } = candidates.nth(nth)
    const namesake = members.hasHead(head) ? members.find(entry.contact.id) : undefined
    if (namesake !== undefined && !isBad(namesake, config)) incumbent ??= namesake
    else if (weightOf(entry) > (candidate === undefined ? 0 : weightOf(candidate))) {
      if (hasBad || spine.depthFor(bucket, entry) !== undefined) candidate = entry
    }
  }
  const doubted = incumbent ?? suspect
  const member = doubted && { entry: doubted, at: NEVER_SEEN }
  return { candidate, member: member ?? nextSilent(bucket, spine, config) }
}

/** How much speaks for a check of a candidate; 0: it is being checked, or was in vain. */
export function weightOf<C extends Identified>({ hearings, lastSeenAt }: Entry<C>): number {
  return hearings > 0 && lastSeenAt !== NEVER_SEEN ? Infinity : hearings
}

/** The member that has been silent for longest and is not bad; of equals the one nearest to us. */
function nextSilent<C extends Identified>(
  { members }: Bucket<C>,
  { self }: Spine<C>,
  config: RoutingTableConfig<C>,
): MemberCheck<C> | undefined {
  let first: Entry<C> | undefined
  for (const entry of members.entries) {
    if (isBad(entry, config)) continue
    if (first === undefined) first = entry
    else if (entry.lastSeenAt !== first.lastSeenAt) break
    else if (compareDistance(entry.contact.id, first.contact.id, self) < 0) first = entry
  }
  return first && { entry: first, at: questionableAt(first, config) }
}

// Whom of a bucket to ping, and from when on. A check finds a waiting candidate alive, or a silent
// member, or shows that somebody must give way: every check leads to a decision.
// When the bucket is free for another check is the business of check-schedule.ts.

import { compareDistance, type Identified } from '@dht/id'
import { type Bucket, hasBadMember } from './bucket.ts'
import { type Entry, NEVER_SEEN } from './entry.ts'
import type { RoutingTableConfig } from './options.ts'
import type { Spine } from './spine.ts'
import { isBad, questionableAt } from './standing.ts'

export interface Check<C extends Identified> {
  readonly entry: Entry<C>
  /** From when on it makes sense: NEVER_SEEN (at once), or when its subject is questionable. */
  readonly at: number
}

/**
 * The next check in `bucket`. The newest candidate with one of these decides:
 * - the member of its id, which lives at another address and is not bad;
 * - itself, if there is room for it or a bad member to replace.
 *
 * When none has, it is the turn of the member that has been silent for longest, once it is
 * questionable, whether anybody waits or not: who is gone must not be named to others for ever. Who
 * is known to be gone is left alone.
 *
 * @returns undefined when there is nobody to check
 */
export function wantedCheck<C extends Identified>(
  bucket: Bucket<C>,
  spine: Spine<C>,
  config: RoutingTableConfig<C>,
): Check<C> | undefined {
  const { members, candidates } = bucket
  const hasBad = hasBadMember(bucket, config.badAfter)
  for (let nth = candidates.size - 1; nth >= 0; nth--) {
    const { head, entry: candidate } = candidates.nth(nth)
    const incumbent = members.hasHead(head) ? members.find(candidate.contact.id) : undefined
    if (incumbent !== undefined && !isBad(incumbent, config)) {
      return { entry: incumbent, at: NEVER_SEEN }
    }
    if (hasBad || spine.depthFor(bucket, candidate) !== undefined) {
      return { entry: candidate, at: NEVER_SEEN }
    }
  }
  return nextSilent(bucket, spine, config)
}

/** The member that has been silent for longest and is not bad; of equals the one nearest to us. */
function nextSilent<C extends Identified>(
  { members }: Bucket<C>,
  { self }: Spine<C>,
  config: RoutingTableConfig<C>,
): Check<C> | undefined {
  let first: Entry<C> | undefined
  for (const entry of members.entries) {
    if (isBad(entry, config)) continue
    if (first === undefined) first = entry
    else if (entry.lastSeenAt !== first.lastSeenAt) break
    else if (compareDistance(entry.contact.id, first.contact.id, self) < 0) first = entry
  }
  return first && { entry: first, at: questionableAt(first, config) }
}

// Whom of a bucket to ping, and from when on. A check serves a candidate that waits: it finds the
// candidate alive, or shows that somebody must give way, or that nobody has to. So where nobody
// waits nothing is pinged, and every check leads to a decision.
// When the bucket is free for another check is the business of check-schedule.ts.

import type { Identified } from '@dht/id'
import { type Bucket, weakestMember } from './bucket.ts'
import { type Entry, findEntry, NEVER_SEEN } from './entry.ts'
import type { RoutingTableConfig } from './options.ts'
import type { Spine } from './spine.ts'
import { isBad } from './standing.ts'

export interface Check<C extends Identified> {
  readonly entry: Entry<C>
  /** From when on it makes sense: NEVER_SEEN (at once), or when its subject is questionable. */
  readonly at: number
}

/**
 * The check that serves the candidates of `bucket`. The newest candidate with one of these decides:
 * - the member of its id, which lives at another address and is not bad;
 * - itself, if there is room for it or a bad member to replace.
 *
 * When none has, it is the turn of the most silent member, as soon as that one is questionable.
 *
 * @returns undefined when nobody waits
 */
export function wantedCheck<C extends Identified>(
  bucket: Bucket<C>,
  spine: Spine<C>,
  config: RoutingTableConfig<C>,
): Check<C> | undefined {
  const { members, candidates } = bucket
  if (candidates.size === 0) return undefined
  const weakest = weakestMember(bucket, config.badAfter, spine.self)
  const hasBad = weakest !== undefined && isBad(weakest, config)
  for (const candidate of candidates.entries.toReversed()) {
    const { id } = candidate.contact
    const incumbent = findEntry(members, id)
    if (incumbent !== undefined && !isBad(incumbent, config)) {
      return { entry: incumbent, at: NEVER_SEEN }
    }
    if (hasBad || spine.depthFor(bucket, id) !== undefined) {
      return { entry: candidate, at: NEVER_SEEN }
    }
  }
  // A bucket without room has members, for every bucket has room for one at least. Here none of
  // them is bad, so the weakest is the most silent.
  return { entry: weakest!, at: weakest!.lastSeenAt + config.questionableAfterMs }
}

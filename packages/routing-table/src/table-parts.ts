// The parts of a table, made together for one own id, and how the members of a table move to parts
// that are made for another id.

import { type Id, type Identified, idsEqual } from '@dht/id'
import { BucketList } from './bucket-list.ts'
import { CheckSchedule } from './check-schedule.ts'
import { EvidenceRules } from './evidence.ts'
import { Membership } from './membership.ts'
import type { RoutingTableConfig } from './options.ts'
import { RefreshSchedule } from './refresh-schedule.ts'
import { isBad } from './standing.ts'
import type { TableEntry } from './table-entry.ts'

export interface TableParts<C extends Identified> {
  readonly buckets: BucketList<C>
  readonly checks: CheckSchedule<C>
  readonly refreshes: RefreshSchedule<C>
  readonly membership: Membership<C>
  readonly evidence: EvidenceRules<C>
}

export function newTableParts<C extends Identified>(
  self: Id,
  config: RoutingTableConfig<C>,
): TableParts<C> {
  const buckets = new BucketList(self, config)
  const checks = new CheckSchedule(buckets, config)
  const refreshes = new RefreshSchedule(buckets, config)
  const membership = new Membership(config, { buckets, checks, refreshes })
  const evidence = new EvidenceRules(config, { buckets, checks, refreshes, membership })
  return { buckets, checks, refreshes, membership, evidence }
}

/**
 * Moves all members to a table that has none yet, with what is known of them. Those that are not
 * bad come first, and among those the one that was seen last; one that finds no room there waits.
 */
export function moveMembers<C extends Identified>(
  from: TableParts<C>,
  to: TableParts<C>,
  config: RoutingTableConfig<C>,
): void {
  const entries = from.buckets.members()
  // All leave before the first one joins, because the admission rule counts both tables as one.
  for (const entry of entries) from.membership.remove(from.buckets.bucketOfEntry(entry), entry)
  entries.sort((a, b) => {
    // Two that have never been seen give NaN, which `sort` takes for 0.
    return Number(isBad(a, config)) - Number(isBad(b, config)) || b.lastSeenAt - a.lastSeenAt
  })
  for (const entry of entries) {
    if (!idsEqual(entry.contact.id, to.buckets.self)) place(entry, to)
  }
}

function place<C extends Identified>(
  entry: TableEntry<C>,
  { buckets, membership }: TableParts<C>,
): void {
  const bucket = buckets.bucketOfEntry(entry)
  if (!membership.admits(bucket, entry, undefined)) return
  if (buckets.depthWithRoomFor(bucket, entry) === undefined) {
    bucket.waiting.hold(entry, false, undefined)
    return
  }
  membership.admit('room', entry)
}

// Since when a bucket may be out of date, computed from its snapshot alone.

import type { BucketSnapshot } from '../../src/index.ts'

/** The last refresh, or the last sign of the member that was silent longest of those not bad. */
export function activeAt<C>({ refreshedAt, members }: BucketSnapshot<C>, badAfter = 2): number {
  const alive = members.filter(({ failures }) => failures < badAfter)
  if (alive.length === 0) return refreshedAt
  return Math.max(refreshedAt, Math.min(...alive.map(({ lastSeenAt }) => lastSeenAt)))
}

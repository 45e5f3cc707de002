// Laws on what a table shows besides its snapshot: its lists, its lookups and the instants it
// announces. Each function returns all violations as text.

import { idToHex } from '@dht/id'
import type { RoutingTable, TableSnapshot } from '../../src/index.ts'
import { spansOf } from './active.ts'
import type { Node } from './world.ts'

/** What the methods of a table show. */
export type Window = Pick<RoutingTable<Node>, 'size' | 'get' | 'members' | 'standing'>

/** META-55: all methods show the same members, each once. */
export function windowViolations({ buckets }: TableSnapshot<Node>, window: Window): string[] {
  const found: string[] = []
  const members = buckets.flatMap((bucket) => bucket.members.map(({ contact }) => contact))
  const listed = [...window.members()]
  for (const each of members) {
    const name = idToHex(each.id)
    if (window.get(each.id) !== each) found.push(`META-55: ${name} is not found`)
    if (window.standing(each.id, 0) === undefined) found.push(`META-55: ${name} has no standing`)
    if (!listed.includes(each)) found.push(`META-55: ${name} is not listed`)
  }
  if (listed.length !== members.length) found.push(`META-55: lists ${listed.length}`)
  if (window.size !== members.length) found.push(`META-55: counts ${window.size}`)
  return found
}

/** The instants that a table announces, and the time spans that they follow from. */
export interface Announced {
  readonly nextRefreshAt: number
  readonly refreshAfterMs: number
  readonly badAfter?: number
  readonly k: number
  readonly now: number
}

/** META-56: every range has its due time; the announced one is the first of them, or earlier. */
export function dueViolations(
  { buckets }: TableSnapshot<Node>,
  { nextRefreshAt, refreshAfterMs, badAfter, k, now }: Announced,
): string[] {
  const spans = spansOf(buckets, { k, badAfter })
  return buckets.flatMap((bucket, index) => {
    const { refreshedAt, checkedAt, checking } = bucket
    const found: string[] = []
    const { activeAt } = spans.find((each) => each.buckets.includes(bucket))!
    if (nextRefreshAt > activeAt + refreshAfterMs) found.push(`META-56: ${index} is announced late`)
    if (refreshedAt > now) found.push(`META-56: ${index} was refreshed in the future`)
    if (checkedAt > now) found.push(`META-56: ${index} was checked in the future`)
    if (checking !== undefined && checkedAt === Number.NEGATIVE_INFINITY) {
      found.push(`META-56: ${index} has a check that never began`)
    }
    return found
  })
}

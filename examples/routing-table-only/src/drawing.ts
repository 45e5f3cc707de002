// The buckets as text, far to near. Each line shows the part of the id space that a bucket covers,
// its members, and the contacts that wait for a place.

import type { BucketSnapshot, RoutingTable, Standing } from '@dht/routing-table'
import { bitsOf, type Friend } from './friend.ts'

const SIGNS: Readonly<Record<Standing, string>> = { good: '●', questionable: '◐', bad: '○' }

/** What the signs mean. */
export const LEGEND = '● good  ◐ questionable  ○ bad  (waiting)'

/** One line for each bucket. */
export function draw(table: RoutingTable<Friend>, now: number): string[] {
  return table.snapshot().buckets.map((bucket) => {
    const members = bucket.members.map(({ contact }) => {
      const standing = table.standing(contact.id, now)
      return `${standing === undefined ? '?' : SIGNS[standing]} ${nameOf(contact)}`
    })
    const waiting = bucket.waiting.map(({ contact }) => `(${nameOf(contact)})`)
    return `  ${covers(bucket)}  ${[...members, ...waiting].join('  ')}`.trimEnd()
  })
}

function nameOf({ name, id }: Friend): string {
  return `${name} ${bitsOf(id)}`
}

/** `10······`: every id that begins with these bits. */
function covers({ prefix }: BucketSnapshot<Friend>): string {
  return bitsOf(prefix.base).slice(0, prefix.length).padEnd(8, '·')
}

// Counts the good, questionable and bad members of a routing table at one instant.

import type { Contact } from '@dht/krpc'
import type { RoutingTable, Standing } from '@dht/routing-table'

/** Members by standing. */
export type Standings = Readonly<Record<Standing, number>>

export function standingsOf(table: RoutingTable<Contact>, now: number): Standings {
  const counts: Record<Standing, number> = { good: 0, questionable: 0, bad: 0 }
  for (const member of table.members()) {
    const standing = table.standing(member.id, now)
    if (standing !== undefined) counts[standing]++
  }
  return counts
}

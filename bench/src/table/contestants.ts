// The two tables that are measured: ours and `k-bucket`, each with k = 20 and all other options at
// their defaults. A contact is an object with an id, because both take such contacts.

import { randomBytes } from 'node:crypto'
import { type Id, type Identified, idView } from '@dht/id'
import { RoutingTable } from '@dht/routing-table'
import KBucket from 'k-bucket'

/** Members of a bucket: the default of `k-bucket`. */
const K = 20

/** What both tables can do. `add` takes in a contact, or notes that it was seen again. */
export interface Contestant<Table> {
  make(self: Id): Table
  add(table: Table, contact: Identified, now: number): unknown
  remove(table: Table, contact: Identified): unknown
  closest(table: Table, target: Id, count: number): readonly Identified[]
  members(table: Table): Identified[]
}

export const ours: Contestant<RoutingTable<Identified>> = {
  make: (self) => new RoutingTable(self, { k: K }),
  add: (table, contact, now) => table.responded(contact, now),
  remove: (table, { id }) => table.forget(id),
  closest: (table, target, count) => table.closest(target, count),
  members: (table) => [...table.members()],
}

export const kBucket: Contestant<KBucket<Identified>> = {
  make: (localNodeId) => new KBucket({ localNodeId, numberOfNodesPerKBucket: K }),
  add: (table, contact) => table.add(contact),
  remove: (table, { id }) => table.remove(id),
  closest: (table, target, count) => table.closest(target, count),
  members: (table) => table.toArray(),
}

export function randomId(width: number): Id {
  return idView(new Uint8Array(randomBytes(width)))
}

export function randomContacts(count: number, width: number): Identified[] {
  return Array.from({ length: count }, () => ({ id: randomId(width) }))
}

/** A new table that was offered these contacts. */
export function filled<Table>(
  contestant: Contestant<Table>,
  self: Id,
  contacts: readonly Identified[],
): Table {
  const table = contestant.make(self)
  for (const contact of contacts) contestant.add(table, contact, 0)
  return table
}

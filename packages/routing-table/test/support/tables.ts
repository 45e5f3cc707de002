// Two tables that many tests begin with. Our id is 0 and k is 2; ids from 0x80 on are the far half
// of the space, whose bucket never splits again once our own has split off.

import { idToHex } from '@dht/id'
import { expect } from 'vitest'
import { RoutingTable, type RoutingTableOptions } from '../../src/index.ts'
import { addressOf, id, type Node, node } from './world.ts'

export const MINUTE: number = 60_000
/** After this time, a good contact is questionable and an active bucket is quiet. */
export const T: number = 15 * MINUTE

export function newTable(options: RoutingTableOptions<Node> = {}): RoutingTable<Node> {
  return new RoutingTable<Node>(id(0), { k: 2, addressOf, ...options })
}

/** The far bucket full with `far` at time 0, and our own bucket split off. */
export function fullTable(
  far: readonly number[] = [0x80, 0x90],
  options: RoutingTableOptions<Node> = {},
): RoutingTable<Node> {
  const table = newTable(options)
  for (const byte of [...far, 0x40]) expect(table.responded(node(byte), 0).kind).toBe('added')
  return table
}

/** The ids of all members, sorted. */
export const ids = (table: RoutingTable<Node>): string[] =>
  [...table.members()].map((each) => idToHex(each.id)).sort()

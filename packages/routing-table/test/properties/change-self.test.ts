// Another own id: the buckets are made anew, and what is known of the members stays. The oracle is
// a plain list of the members before.

import { type Id, idKey, idToHex } from '@dht/id'
import { anyId } from '@dht/testing'
import { Census } from '@dht/testing/census'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  RoutingTable,
  type RoutingTableOptions,
  type TableEntrySnapshot,
  type TableSnapshot,
} from '../../src/index.ts'
import { newTable } from '../support/tables.ts'
import { anyScript, id, type Node, node, play, sharedBits, violations } from '../support/world.ts'

type Entry = TableEntrySnapshot<Node>

const BAD_AFTER = 2

const anyChange = fc
  .constantFrom(1, 1, 2, 20)
  .chain((width) =>
    fc.record({ script: anyScript(width, 80), self: anyId(width), after: anyScript(width) }),
  )

const membersOf = ({ buckets }: TableSnapshot<Node>): Entry[] =>
  buckets.flatMap(({ members }) => members.map(({ ...entry }) => entry))

const keyOf = ({ contact }: Entry): string => idKey(contact.id)

const byKey = (entries: readonly Entry[]): Map<string, Entry> =>
  new Map(entries.map((entry) => [keyOf(entry), entry]))

/** Whether `a` has precedence over `b`, or neither over the other. */
function isNotBehind(a: Entry, b: Entry): boolean {
  const [aIsBad, bIsBad] = [a.failures >= BAD_AFTER, b.failures >= BAD_AFTER]
  return aIsBad === bIsBad ? a.lastSeenAt >= b.lastSeenAt : bIsBad
}

it('RT-65: after another own id the table is valid, and all its members were members', () => {
  const census = new Census('change-self', { 'a member kept': 150, 'a member that waits': 20 })
  fc.assert(
    fc.property(anyChange, ({ script, self, after }) => {
      const table = new RoutingTable<Node>(script.self, script.options)
      play(table, script)
      const before = byKey(membersOf(table.snapshot()))
      table.changeSelf(self)
      const state = table.snapshot()
      const { k = 8, cacheSize = k } = script.options
      expect([idToHex(table.self), idToHex(state.self)]).toEqual([idToHex(self), idToHex(self)])
      expect(violations(state, { k, cacheSize })).toEqual([])
      for (const entry of membersOf(state)) {
        expect(entry).toEqual(before.get(keyOf(entry)))
        census.count('a member kept')
      }
      const waiting = state.buckets.flatMap((bucket) => bucket.waiting)
      for (const { messagesSinceCheck: _, ...entry } of waiting) {
        expect(entry).toEqual(before.get(keyOf(entry)))
        census.count('a member that waits')
      }
      // It goes on like any other table.
      play(table, { ...after, self, options: script.options }, () => {
        expect(violations(table.snapshot(), { k, cacheSize })).toEqual([])
      })
    }),
  )
  expect(census.close()).toEqual([])
})

it('RT-66: a member is left out only where k members with precedence fill its bucket', () => {
  fc.assert(
    fc.property(anyChange, ({ script, self }) => {
      const table = new RoutingTable<Node>(script.self, script.options)
      play(table, script)
      const before = membersOf(table.snapshot())
      table.changeSelf(self)
      const { k = 8 } = script.options
      const { buckets } = table.snapshot()
      const bucketOf = (of: Id) => buckets[Math.min(sharedBits(of, self), buckets.length - 1)]!
      const kept = new Set(membersOf(table.snapshot()).map(keyOf))
      for (const entry of before.filter((each) => !kept.has(keyOf(each)))) {
        if (idToHex(entry.contact.id) === idToHex(self)) continue
        const { members } = bucketOf(entry.contact.id)
        expect(members).toHaveLength(k)
        expect(members.every((each) => isNotBehind(each, entry))).toBe(true)
      }
    }),
  )
})

it('RT-65: checks and replies go on: a bad member is replaced, and a silent one is checked', () => {
  const table = newTable({ k: 2, addressOf: ({ address }) => address })
  for (const byte of [0x81, 0x82]) table.responded(node(byte), 0)
  table.failed(node(0x81), 0)
  table.changeSelf(id(0x40))
  table.failed(node(0x81), 0)
  expect(table.responded(node(0x83), 1)).toEqual({ kind: 'replaced', evicted: node(0x81) })
  expect(table.takeCheck(900_000)).toEqual(node(0x82))
})

it('RT-65: a limit counts each member once', () => {
  const options: RoutingTableOptions<Node> = {
    k: 1,
    widths: [8, 8, 8],
    limits: [{ keyOf: ({ id }) => (id[0] === 0x60 ? undefined : 'all'), perTable: 3 }],
  }
  const table = new RoutingTable<Node>(id(0), options)
  for (const byte of [0x60, 0x81, 0x42, 0x23]) table.responded(node(byte), 0)
  table.changeSelf(id(0xff))
  expect(table.size).toBe(4)
  expect(table.responded(node(0x14), 0)).toEqual({ kind: 'refused', reason: 'admission' })
})

it('another own id of another width is refused, and nothing changes', () => {
  const table = newTable()
  table.responded(node(0x81), 0)
  expect(() => table.changeSelf(new Uint8Array(2) as Id)).toThrow('id')
  expect([table.size, idToHex(table.self)]).toEqual([1, '00'])
})

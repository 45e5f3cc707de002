// Preferred contacts: a full bucket chooses them over others, and nothing else depends on it.

import { idKey } from '@dht/id'
import { Census } from '@dht/testing/census'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { RoutingTable, type TableSnapshot } from '../../src/index.ts'
import { newTable } from '../support/tables.ts'
import { anyScript, type Node, node, play, violations } from '../support/world.ts'

/** Half of all contacts, by a bit that no bucket depends on in these worlds. */
const isPreferred = ({ id }: Node): boolean => (id.at(-1)! & 1) === 1

const anyPreferring = fc
  .constantFrom(1, 1, 2, 20)
  .chain((width) => anyScript(width, 80))
  .map((script) => ({ ...script, options: { ...script.options, isPreferred } }))

const bucketWith = ({ buckets }: TableSnapshot<Node>, wanted: Node) =>
  buckets.find(({ members }) =>
    members.some(({ contact }) => idKey(contact.id) === idKey(wanted.id)),
  )

it('RT-67: a preferred contact that responds is a member, or its bucket prefers all it has', () => {
  const census = new Census('preference', { 'a lesser member replaced': 15, 'waits then': 8 })
  fc.assert(
    fc.property(anyPreferring, (script) => {
      const table = new RoutingTable<Node>(script.self, script.options)
      const { k = 8, cacheSize = k } = script.options
      let before = table.snapshot()
      play(table, script, (step, _now, answer) => {
        const after = table.snapshot()
        expect(violations(after, { k, cacheSize })).toEqual([])
        const { kind, evicted } = (answer ?? {}) as { kind?: string; evicted?: Node }
        if (step.kind === 'responded' && kind === 'replaced') {
          const former = bucketWith(before, evicted!)!
          const entry = former.members.find(({ contact }) => contact.id === evicted!.id)!
          if (entry.failures < 2) {
            census.count('a lesser member replaced')
            expect([isPreferred(step.node), isPreferred(evicted!)]).toEqual([true, false])
            expect(former.members.every(({ failures }) => failures < 2)).toBe(true)
            const waiting = after.buckets.flatMap((bucket) => bucket.waiting)
            if (waiting.some(({ contact }) => contact === entry.contact)) census.count('waits then')
          }
        }
        if (step.kind === 'responded' && kind === 'waiting' && isPreferred(step.node)) {
          const home = after.buckets.find(({ waiting }) =>
            waiting.some(({ contact }) => idKey(contact.id) === idKey(step.node.id)),
          )!
          const hasItsId = home.members.some(
            ({ contact }) => idKey(contact.id) === idKey(step.node.id),
          )
          expect(hasItsId || home.members.every(({ contact }) => isPreferred(contact))).toBe(true)
        }
        before = after
      })
    }),
  )
  expect(census.close()).toEqual([])
})

it('RT-67: a query is no reason to prefer; a preferred one takes over from a bad member', () => {
  const table = newTable({ k: 2, cacheSize: 4, isPreferred })
  for (const byte of [0x80, 0x83]) table.responded(node(byte), 0)
  expect(table.queried(node(0x85), 1)).toEqual({ kind: 'waiting' })
  expect(table.responded(node(0x87), 2)).toEqual({ kind: 'replaced', evicted: node(0x80) })
  // It waits, is newer than others, and still comes after the preferred one.
  table.responded(node(0x89), 3)
  table.responded(node(0x80), 4)
  table.failed(node(0x83), 5)
  expect(table.failed(node(0x83), 5)).toMatchObject({ kind: 'replaced', by: node(0x89) })
})

it('RT-67: the order of `closest` does not depend on it', () => {
  const table = newTable({ k: 8, isPreferred })
  const bytes = [0x81, 0x82, 0x43, 0x44, 0x25, 0x26]
  for (const byte of bytes) table.responded(node(byte), 0)
  const target = node(0x80).id
  const sorted = bytes.toSorted((a, b) => (a ^ 0x80) - (b ^ 0x80))
  expect(table.closest(target, 6).map(({ id }) => id[0])).toEqual(sorted)
})

// Defects of an earlier table of this kind that must not return, each by its name in the catalogue
// of models.

import { idFromBigInt, idToHex } from '@dht/id'
import { seededRandom } from '@dht/testing'
import { expect, it } from 'vitest'
import { RoutingTable } from '../../src/index.ts'
import { addressOf, id, type Node, node } from '../support/world.ts'

const T = 15 * 60_000
const newTable = (options = {}) => new RoutingTable<Node>(id(0), { k: 2, addressOf, ...options })

it('BUG-12: a query adds no member, makes none good, and removes none', () => {
  const table = newTable()
  for (let byte = 1; byte < 256; byte++) table.queried(node(byte), byte)
  expect(table.size).toBe(0)
  table.restore([node(0x80), node(0x81), node(0x40)])
  for (let i = 0; i < 2; i++) table.failed(node(0x80), 300)
  for (let byte = 1; byte < 256; byte++) table.queried(node(byte, `b${byte}`), 300)
  expect([...table.members()].map((each) => idToHex(each.id)).sort()).toEqual(['40', '80', '81'])
  for (const { id: each } of table.members()) expect(table.standing(each, 300)).not.toBe('good')
})

it('BUG-14: the querier is left out before the cut, so that eight remain', () => {
  const table = new RoutingTable<Node>(id(0))
  for (let byte = 0x80; byte < 0x90; byte++) table.responded(node(byte), 0)
  for (let byte = 0x40; byte < 0x50; byte++) table.responded(node(byte), 0)
  const nine = table.closest(id(0x80), 9)
  expect(table.closest(id(0x80), 8, { exclude: nine[3]!.id })).toEqual(
    nine.filter((each) => each !== nine[3]),
  )
})

it('BUG-15: a far good contact does not come before a near questionable one', () => {
  const table = new RoutingTable<Node>(id(0))
  table.responded(node(0x41), 0)
  table.responded(node(0x80), T)
  expect(table.standing(id(0x41), T)).toBe('questionable')
  expect(table.closest(id(0x40), 1)).toEqual([node(0x41)])
})

it('BUG-16: any number of queries under other ids cause one check of a bucket per second', () => {
  const table = newTable({ k: 8 })
  table.restore([...Array(8).keys()].map((i) => node(0x80 + i)))
  table.restore([node(0x40)])
  const checks: (Node | undefined)[] = []
  for (let i = 0; i < 2_000; i++) {
    table.queried(node(0x90 + (i % 100), '6.6.6.6'), i)
    checks.push(table.takeCheck(i))
  }
  // One in their bucket, and one in ours, where the silence of a member is reason enough.
  expect(checks.filter((check) => check !== undefined).map(({ id }) => id[0]! < 0x80)).toEqual([
    true,
    false,
  ])
  expect(table.size).toBe(9)
})

it('BUG-18: our own id is never added, in any way', () => {
  const table = newTable()
  const self = node(0, 'elsewhere')
  expect(table.responded(self, 0)).toEqual({ kind: 'refused', reason: 'self' })
  expect(table.queried(self, 0)).toEqual({ kind: 'refused', reason: 'self' })
  expect(table.restore([self])).toBe(0)
  expect(table.failed(self, 0)).toEqual({ kind: 'unknown' })
  expect(table.snapshot().buckets.flatMap((b) => [...b.members, ...b.waiting])).toEqual([])
})

it('BUG-19: a contact that moved is moved, also in a bucket that is not full', () => {
  const table = newTable()
  table.responded(node(0x80), 0)
  const moved = node(0x80, 'elsewhere')
  expect(table.responded(moved, 1)).toEqual({ kind: 'waiting' })
  expect(table.takeCheck(1)).toEqual(node(0x80))
  for (let i = 0; i < 2; i++) table.failed(node(0x80), 2)
  expect([...table.members()]).toEqual([moved])
})

it('BUG-20: after splits nothing is left of the prefixes that were split', () => {
  const table = newTable()
  for (const byte of [0x80, 0x81, 0x40, 0x41, 0x20, 0x21, 0x10]) table.responded(node(byte), 0)
  const prefixes = table.snapshot().buckets.map(({ prefix }) => prefix)
  const refreshed: string[] = []
  for (;;) {
    const refresh = table.takeRefresh(T, seededRandom(1))
    if (refresh === undefined) break
    refreshed.push(`${idToHex(refresh.prefix.base)}/${refresh.prefix.length}`)
  }
  const current = prefixes.map(({ base, length }) => `${idToHex(base)}/${length}`)
  expect(refreshed.sort()).toEqual(current.sort())
})

it('BUG-24: with a clock that stands still, what is due is due once', () => {
  const table = newTable()
  for (const byte of [0x80, 0x81, 0x40, 0x41]) table.responded(node(byte), 0)
  table.responded(node(0x82), 0)
  let firings = 0
  while (table.takeRefresh(T, seededRandom(1)) !== undefined) firings++
  expect(firings).toBe(table.snapshot().buckets.length)
  expect(table.nextRefreshAt()).toBe(2 * T)
  let checks = 0
  while (table.takeCheck(T) !== undefined) checks++
  expect(checks).toBe(table.snapshot().buckets.length)
  expect(table.nextCheckAt()).toBeGreaterThan(T)
})

it('BUG-26: no split is made for a contact that is refused after all', () => {
  const table = newTable({ cacheSize: 0 })
  table.responded(node(0x40), 0)
  table.responded(node(0x41), 0)
  const before = table.snapshot()
  expect(table.responded(node(0x42), 0)).toEqual({ kind: 'refused', reason: 'full' })
  expect(table.snapshot()).toEqual(before)
})

it('BUG-27: many ids next to our own are decided after at most B splits', () => {
  for (const width of [1, 20, 32]) {
    const self = idFromBigInt(0n, width)
    const table = new RoutingTable<Node>(self, { k: 8, maxBuckets: 8 * width })
    for (let i = 0; i < 40; i++) {
      table.responded({ id: idFromBigInt(BigInt(i % 20), width), address: `${i}` }, 0)
    }
    expect(table.size).toBe(19)
    expect(table.snapshot().buckets.length).toBeLessThanOrEqual(8 * width)
  }
})

it('BUG-28, META-53: a query does not make a bad contact good', () => {
  const table = newTable()
  table.responded(node(0x80), 0)
  for (let i = 0; i < 2; i++) table.failed(node(0x80), 1)
  // But it causes a check.
  expect(table.queried(node(0x80), 2)).toEqual({ kind: 'updated' })
  expect(table.takeCheck(2)).toEqual(node(0x80))
  expect(table.standing(id(0x80), 2)).toBe('bad')
  table.responded(node(0x80), 3)
  expect(table.standing(id(0x80), 3)).toBe('good')
})

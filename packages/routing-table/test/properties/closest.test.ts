// The k nearest, compared with sorting all members.

import { type Id, idFromBigInt, idFromBytes, idsEqual } from '@dht/id'
import { anyId, anyRandom, idAround, idSharing } from '@dht/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RoutingTable } from '../../src/index.ts'
import { anyScript, byDistance, id, type Node, node, play } from '../support/world.ts'

/** The plain algorithm: all members that are not bad and not excluded, sorted, then cut. */
function sortedMembers(
  table: RoutingTable<Node>,
  query: {
    target: Id
    count: number
    exclude?: Id
    includeBad?: boolean
    verifiedOnly?: boolean
  },
): Node[] {
  const { target, count, exclude, includeBad = false, verifiedOnly = false } = query
  return table
    .snapshot()
    .buckets.flatMap(({ members }) => members)
    .filter(({ failures }) => failures < (includeBad ? Infinity : 2))
    .filter(({ lastSeenAt }) => !verifiedOnly || lastSeenAt > -Infinity)
    .map(({ contact }) => contact)
    .filter((contact) => exclude === undefined || !idsEqual(contact.id, exclude))
    .sort(byDistance(target))
    .slice(0, count)
}

describe.each([1, 20, 32])('in a world of %i bytes', (width) => {
  it('RT-14, RT-56, META-1, META-60: closest is the sorted members, bad ones apart', () => {
    const anyCount = fc.oneof(fc.nat({ max: 12 }), fc.constant(Infinity))
    fc.assert(
      fc.property(
        anyScript(width, 50).chain((script) => {
          const target = fc.oneof(anyId(width), idAround(script.self), fc.constant(script.self))
          return fc.tuple(fc.constant(script), target, anyCount, fc.nat(), fc.boolean())
        }),
        ([script, target, count, pick, includeBad]) => {
          const table = new RoutingTable<Node>(script.self, script.options)
          play(table, script)
          const members = [...table.members()]
          const query = { target, count, includeBad }
          expect(table.closest(target, count, { includeBad })).toEqual(sortedMembers(table, query))
          const exclude = members[pick % Math.max(1, members.length)]?.id ?? target
          expect(table.closest(target, count, { exclude, includeBad })).toEqual(
            sortedMembers(table, { ...query, exclude }),
          )
          const verified = { exclude, includeBad, verifiedOnly: true }
          expect(table.closest(target, count, verified)).toEqual(
            sortedMembers(table, { ...query, ...verified }),
          )
          expect(table.closest(target, 0)).toEqual([])
          const good = new Set(sortedMembers(table, { target, count: Infinity }))
          const all = sortedMembers(table, { target, count: Infinity, includeBad: true })
          expect(table.nearestBad(target)).toEqual(all.find((each) => !good.has(each)))
          expect(table.closest(members[0]?.id ?? target, Infinity).length).toBeLessThanOrEqual(
            table.size,
          )
        },
      ),
    )
  })

  it('RT-56: in crowded tables, for random targets and for targets at every depth', () => {
    fc.assert(
      fc.property(anyRandom(), fc.constantFrom(1, 2, 8, 20), (random, k) => {
        const self = idFromBytes(random(width))
        const table = new RoutingTable<Node>(self, { k })
        for (let i = 0; i < 200; i++) {
          const depth = i % Math.min(8 * width, 40)
          const sharing = idFromBytes(random(width))
          for (let bit = 0; bit < depth; bit++) copyBit(sharing, self, bit)
          table.responded({ id: sharing, address: '' }, i)
        }
        for (let depth = 0; depth <= Math.min(8 * width, 44); depth += 3) {
          const target = idFromBytes(random(width))
          for (let bit = 0; bit < Math.min(depth, 8 * width); bit++) copyBit(target, self, bit)
          const query = { target, count: 8 }
          expect(table.closest(target, 8)).toEqual(sortedMembers(table, query))
        }
      }),
      { numRuns: 6 },
    )
  })
})

it('RT-56: ids that agree in their first 32 bits are distinguished by the rest', () => {
  const self = idFromBigInt(0n, 20)
  fc.assert(
    fc.property(
      fc.array(
        fc.integer({ min: 64, max: 159 }).chain((bits) => idSharing(self, bits)),
        {
          minLength: 20,
          maxLength: 40,
          size: 'max',
        },
      ),
      idSharing(self, 70),
      (ids, target) => {
        const table = new RoutingTable<Node>(self, { k: 4 })
        for (const each of ids) table.responded({ id: each, address: '' }, 0)
        expect(table.closest(target, 6)).toEqual(sortedMembers(table, { target, count: 6 }))
      },
    ),
  )
})

it('RT-14, RT-56: an excluded nearest contact takes no place from those behind it', () => {
  const [self, target] = [idFromBigInt(0n, 20), idFromBigInt(1n << 159n, 20)]
  // At growing distances, so that no two share as many bits with the target.
  const ladder = fc.tuple(...Array.from({ length: 24 }, (_, rung) => idSharing(target, 40 - rung)))
  const failures = fc.array(fc.nat({ max: 3 }), { minLength: 24, maxLength: 24 })
  fc.assert(
    fc.property(
      ladder,
      failures,
      fc.integer({ min: 1, max: 12 }),
      fc.nat(23),
      (ids, bad, count, asker) => {
        const table = new RoutingTable<Node>(self, { k: 4, widths: [24] })
        for (const each of ids) table.responded({ id: each, address: '' }, 0)
        for (const [at, times] of bad.entries()) {
          for (let i = 0; i < times; i++) table.failed({ id: ids[at]!, address: '' }, 0)
        }
        const exclude = ids[asker]!
        expect(table.closest(target, count, { exclude })).toEqual(
          sortedMembers(table, { target, count, exclude }),
        )
        expect(table.closest(target, count)).toEqual(sortedMembers(table, { target, count }))
      },
    ),
  )
})

it('is exact for every target of a world of one byte, and every count', () => {
  const table = new RoutingTable<Node>(id(0x5a), { k: 3 })
  for (let byte = 0; byte < 256; byte += 1) table.responded(node((byte * 37) & 0xff), 0)
  for (let target = 0; target < 256; target++) {
    for (const count of [1, 2, 3, 8, 100]) {
      const query = { target: id(target), count }
      expect(table.closest(id(target), count)).toEqual(sortedMembers(table, query))
    }
  }
})

function copyBit(into: Id, from: Id, bit: number): void {
  const mask = 0x80 >> (bit & 7)
  const index = bit >> 3
  into[index] = (into[index]! & ~mask) | (from[index]! & mask)
}

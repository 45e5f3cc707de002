// Which contacts become members when all respond: compared with a flat list that repeats the splits
// of the paper, in all orders in tiny worlds, and at the upper bounds.

import { type Id, idFromBigInt, idKey, idToBigInt } from '@dht/id'
import { distinctIds, idAround } from '@dht/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RoutingTable, type RoutingTableOptions } from '../../src/index.ts'
import { id, type Node, node, sharedBits } from '../support/world.ts'

/**
 * The plain algorithm: one flat list and a depth. Our own bucket splits when it has more than its
 * width, while that makes room. A contact without room is refused. Our own bucket is never wide.
 */
class FlatTable {
  members: Id[] = []
  depth = 0
  readonly self: Id
  readonly k: number
  readonly widthOf: (index: number) => number
  readonly deepest: number

  constructor(self: Id, k: number, widthOf: (index: number) => number, maxBuckets = Infinity) {
    this.self = self
    this.k = k
    this.widthOf = widthOf
    this.deepest = Math.min(8 * self.length, maxBuckets - 1)
  }

  insert(newcomer: Id): void {
    if (sharedBits(newcomer, this.self) === 8 * this.self.length) return
    if (this.members.some((each) => idToBigInt(each) === idToBigInt(newcomer))) return
    const all = [...this.members, newcomer]
    const isOwn = sharedBits(newcomer, this.self) >= this.depth
    for (let depth = this.depth; depth <= this.deepest; depth++) {
      if (this.#fits(all, depth)) {
        this.members = all
        this.depth = depth
        return
      }
      if (!isOwn) return
    }
  }

  /** Members by bucket. */
  groups(ids = this.members, depth = this.depth): string[][] {
    const groups: string[][] = Array.from({ length: depth + 1 }, () => [])
    for (const each of ids) groups[Math.min(sharedBits(each, this.self), depth)]!.push(idKey(each))
    return groups.map((group) => group.sort())
  }

  #fits(ids: Id[], depth: number): boolean {
    return this.groups(ids, depth).every(
      (group, index) => group.length <= (index < depth ? this.widthOf(index) : this.k),
    )
  }
}

function groupsOf(table: RoutingTable<Node>): string[][] {
  const { buckets } = table.snapshot()
  return buckets.map(({ members }) => members.map(({ contact }) => idKey(contact.id)).sort())
}

const anyOptions: fc.Arbitrary<RoutingTableOptions<Node>> = fc
  .constantFrom(1, 2, 3, 4, 8)
  .chain((k) =>
    fc.record({
      k: fc.constant(k),
      widths: fc.array(fc.integer({ min: k, max: 2 * k + 3 }), { maxLength: 4 }),
      maxBuckets: fc.constantFrom(33, 257, 1, 2, 5),
    }),
  )

describe.each([1, 2, 20, 32])('in a world of %i bytes', (width) => {
  const self = idFromBigInt(0xc5n, width)

  it('RT-62, RT-3, RT-4, RT-5, RT-8: the table equals the flat list, members and prefixes', () => {
    fc.assert(
      fc.property(
        fc.array(idAround(self), { maxLength: 30, size: 'max' }),
        anyOptions,
        (ids, options) => {
          const { k = 8, widths = [], maxBuckets } = options
          const flat = new FlatTable(self, k, (index) => widths[index] ?? k, maxBuckets)
          const table = new RoutingTable<Node>(self, options)
          for (const each of ids) {
            flat.insert(each)
            table.responded({ id: each, address: '' }, 0)
            expect(groupsOf(table)).toEqual(flat.groups())
          }
        },
      ),
    )
  })

  it('RT-58: what fits into every level of distance joins, in every order', () => {
    const crowd = distinctIds(idAround(self), { maxLength: 40 })
    fc.assert(
      fc.property(crowd, fc.constantFrom(1, 2, 4, 8), fc.func(fc.integer()), (ids, k, rank) => {
        const levels = new Map<number, number>()
        const fitting = ids.filter((each) => {
          const level = sharedBits(each, self)
          levels.set(level, (levels.get(level) ?? 0) + 1)
          return level < 8 * width && levels.get(level)! <= k
        })
        const shuffled = [...fitting].sort((a, b) => rank(idKey(a)) - rank(idKey(b)))
        const table = new RoutingTable<Node>(self, { k, maxBuckets: 8 * width })
        for (const each of shuffled) {
          expect(table.responded({ id: each, address: '' }, 0)).toEqual({ kind: 'added' })
        }
        expect(table.size).toBe(fitting.length)
      }),
    )
  })

  it('RT-61, RT-7: adding and forgetting a contact leaves the members as they were', () => {
    fc.assert(
      fc.property(
        fc.array(idAround(self), { maxLength: 40, size: 'max' }),
        idAround(self),
        (ids, one) => {
          const table = new RoutingTable<Node>(self, { k: 2 })
          for (const each of ids) table.responded({ id: each, address: '' }, 0)
          if (table.get(one) !== undefined) return
          const before = [...table.members()].map((each) => idKey(each.id)).sort()
          const isIn = table.responded({ id: one, address: '' }, 0).kind === 'added'
          expect(table.forget(one)).toBe(isIn || sharedBits(one, self) < 8 * width)
          expect([...table.members()].map((each) => idKey(each.id)).sort()).toEqual(before)
          expect(table.forget(one)).toBe(false)
        },
      ),
    )
  })
})

describe('all orders in small worlds', () => {
  it('STATE-6: our own bucket splits for equal contacts when the other half is wide enough', () => {
    const table = new RoutingTable<Node>(id(0), { k: 1, widths: [2] })
    expect(table.responded(node(0x80), 0)).toEqual({ kind: 'added' })
    expect(table.responded(node(0x90), 0)).toEqual({ kind: 'added' })
    expect(table.responded(node(0xa0), 0)).toEqual({ kind: 'waiting' })
    expect(groupsOf(table).map(({ length }) => length)).toEqual([2, 0])
  })

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('RT-50, RT-51: k = %i reaches its bounds, no more', (k) => {
    // The first `bits` bits of a byte are the world; the rest is 0 and shared with our own id.
    for (const self of [0x00, 0x5a, 0xff]) {
      const table = new RoutingTable<Node>(id(self), { k })
      for (let byte = 0; byte < 256; byte++) table.responded(node(byte), 0)
      const { buckets } = table.snapshot()
      expect(buckets.length).toBe(8 - Math.ceil(Math.log2(k + 2)) + 2)
      const expected = buckets.map(({ prefix }, i) => {
        const ids = 2 ** (8 - prefix.length) - (i === buckets.length - 1 ? 1 : 0)
        return Math.min(k, ids)
      })
      expect(buckets.map(({ members }) => members.length)).toEqual(expected)
    }
  })

  it.each([1, 2, 4, 8])('RT-51: k = %i reaches the supremum k(B - log2 k) + k - 1', (k) => {
    for (const width of [1, 2, 20, 32]) {
      const bits = 8 * width
      const self = idFromBigInt(0n, width)
      const table = new RoutingTable<Node>(self, { k, maxBuckets: bits })
      // Nearest first: all ids below k, then k of every level of distance beyond.
      for (let value = 1n; value < BigInt(k); value++) {
        table.responded({ id: idFromBigInt(value, width), address: '' }, 0)
      }
      for (let level = BigInt(Math.log2(k)); level < BigInt(bits); level++) {
        for (let i = 0n; i < BigInt(k); i++) {
          table.responded({ id: idFromBigInt((1n << level) + i, width), address: '' }, 0)
        }
      }
      expect(table.size).toBe(k * (bits - Math.log2(k)) + k - 1)
    }
  })

  it.each([1, 4, 8])('RT-64: k = %i reaches k · maxBuckets, whatever the nearest ids are', (k) => {
    for (const [options, most] of [
      [{}, 33],
      [{ maxBuckets: 7 }, 7],
      [{ maxBuckets: 1 }, 1],
    ] as const) {
      const table = new RoutingTable<Node>(idFromBigInt(0n, 32), { k, ...options })
      const sharing = (bits: number, n: number): Node => {
        return { id: idFromBigInt((1n << BigInt(255 - bits)) + BigInt(n), 32), address: '' }
      }
      // More than fit into one bucket; all share 200 bits with us and differ beyond.
      for (let n = 0; n < 3 * k; n++) table.responded(sharing(200 + n, n), 0)
      expect(table.size).toBe(k)
      expect(table.snapshot().buckets).toHaveLength(1)
      for (let bits = 0; bits < 240; bits++) {
        for (let n = 0; n < k; n++) table.responded(sharing(bits, n), 0)
      }
      expect(table.snapshot().buckets).toHaveLength(most)
      expect(table.size).toBe(k * most)
    }
  })

  it('RT-2, RT-60: five contacts in every order, k = 1: added or not, no other change', () => {
    const bytes = [0x80, 0xc0, 0x40, 0x41, 0x01]
    for (const order of permutations(bytes)) {
      const flat = new FlatTable(id(0), 1, () => 1)
      const table = new RoutingTable<Node>(id(0), { k: 1, cacheSize: 0 })
      for (const byte of order) {
        const before = table.snapshot()
        flat.insert(id(byte))
        const { kind } = table.responded(node(byte), 0)
        expect(groupsOf(table)).toEqual(flat.groups())
        if (kind === 'refused') expect(table.snapshot()).toEqual(before)
        else expect(kind).toBe('added')
      }
    }
  })
})

it('RT-1, RT-11: a new table is one empty prefix, the whole space, and has its own id', () => {
  const table = new RoutingTable<Node>(id(7))
  expect(table.self).toEqual(id(7))
  expect(table.size).toBe(0)
  const { self, buckets } = table.snapshot()
  expect(self).toEqual(id(7))
  expect(buckets).toHaveLength(1)
  expect(buckets[0]).toMatchObject({ prefix: { base: id(0), length: 0 }, members: [] })
})

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]]
  return items.flatMap((item, i) =>
    permutations(items.filter((_, j) => j !== i)).map((rest) => [item, ...rest]),
  )
}

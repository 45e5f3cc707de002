// Which ranges are due for a refresh, and what a restart restores. In worlds of one byte.

import { idFromBytes, idToHex } from '@dht/id'
import { seededRandom } from '@dht/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RoutingTable } from '../../src/index.ts'
import { fullTable, ids, newTable, T } from '../support/tables.ts'
import { addressOf, id, type Node, node } from '../support/world.ts'

describe('refreshes', () => {
  const prefixes = (table: RoutingTable<Node>, now: number) => {
    const taken: string[] = []
    const random = seededRandom(now)
    for (let next = table.takeRefresh(now, random); next; next = table.takeRefresh(now, random)) {
      expect(next.prefix.contains(next.target)).toBe(true)
      taken.push(`${idToHex(next.prefix.base)}/${next.prefix.length}`)
    }
    return taken
  }

  it('META-56, REFRESH-3: every prefix once, empty ones too, the quietest first', () => {
    const table = fullTable()
    table.responded(node(0x20), 0)
    table.responded(node(0x21), 0)
    table.forget(id(0x40))
    table.responded(node(0x80), 100)
    // The empty bucket is refreshed with the next one.
    expect(prefixes(table, T - 1)).toEqual([])
    expect(table.nextRefreshAt()).toBe(T)
    expect(prefixes(table, T)).toEqual(['00/1', '80/1'])
    expect(prefixes(table, 2 * T - 1)).toEqual([])
    for (const byte of [0x20, 0x21]) for (const now of [1, 2]) table.failed(node(byte), T + now)
    // Nobody near us is left.
    expect(prefixes(table, 2 * T)).toEqual(['00/1', '80/1'])
  })

  it('REFRESH-4, META-11: activity postpones one; the most silent live member counts', () => {
    const table = newTable()
    table.responded(node(0x80), 0)
    table.responded(node(0x90), 900)
    expect(prefixes(table, T - 1)).toEqual([])
    table.responded(node(0x80), 500)
    expect(prefixes(table, T + 499)).toEqual([])
    expect(prefixes(table, T + 500)).toEqual(['00/0'])
    // REFRESH-5: whatever its outcome, the next is due one period after it was taken.
    table.failed(node(0x80), T + 501)
    expect(table.nextRefreshAt()).toBe(2 * T + 500)
    expect(prefixes(table, 2 * T + 499)).toEqual([])
    expect(prefixes(table, 2 * T + 500)).toEqual(['00/0'])
  })

  it('REFRESH-4: a range without live members is quiet at once', () => {
    const table = fullTable()
    expect(prefixes(table, T)).toEqual(['00/1', '80/1'])
    for (const byte of [0x80, 0x90, 0x40]) table.responded(node(byte), 2 * T - 1)
    expect(prefixes(table, 2 * T)).toEqual([])
    for (const now of [1, 2]) table.failed(node(0x40), 2 * T + now)
    expect(table.nextRefreshAt()).toBe(2 * T)
    expect(prefixes(table, 2 * T + 2)).toEqual(['00/1'])
  })

  it('REFRESH-2: the target is uniform in its prefix', () => {
    const random = seededRandom(7)
    const counts = new Map<number, number>()
    const table = fullTable()
    for (let i = 1; i <= 12_800; i++) {
      // Both halves are equally quiet; our own comes first.
      table.takeRefresh(i * T, random)
      const [byte] = table.takeRefresh(i * T, random)!.target
      counts.set(byte!, (counts.get(byte!) ?? 0) + 1)
    }
    expect(counts.size).toBe(128)
    // Chi-square with 127 degrees of freedom exceeds 200 once in 30,000 draws of a fair source.
    const chi = [...counts.values()].reduce((sum, n) => sum + (n - 100) ** 2 / 100, 0)
    expect(chi).toBeLessThan(200)
  })

  it('META-56: after a split the quieter half is due at its own time', () => {
    const table = newTable()
    expect(prefixes(table, 0)).toEqual(['00/0'])
    table.responded(node(0x80), 10)
    table.responded(node(0x40), 20)
    expect(prefixes(table, T)).toEqual([])
    expect(table.nextRefreshAt()).toBe(T + 10)
    table.responded(node(0x20), T + 1)
    expect(table.nextRefreshAt()).toBe(T + 10)
    expect(prefixes(table, T + 10)).toEqual(['00/0'])
  })

  it('REFRESH-8: neighbours with few members are refreshed as one, from their whole prefix', () => {
    const table = new RoutingTable<Node>(id(0), { k: 4, addressOf })
    // The farthest three buckets have four members, and so has our own.
    for (const byte of [0x80, 0x81, 0x40, 0x20, 0x10, 0x08, 0x04, 0x02]) {
      table.responded(node(byte), 0)
    }
    expect(prefixes(table, T)).toEqual(['00/3', '00/0'])
    // A bad member counts as none.
    for (const now of [1, 2]) table.failed(node(0x81), T + now)
    expect(prefixes(table, 2 * T)).toEqual(['00/0'])
  })

  it('REFRESH-8: members near us make at most one refresh for each k of them', () => {
    const near = fc.array(fc.tuple(fc.nat({ max: 159 }), fc.nat({ max: 255 }), fc.boolean()), {
      maxLength: 200,
      size: 'max',
    })
    const self = idFromBytes(new Uint8Array(20))
    fc.assert(
      fc.property(near, (all) => {
        const table = new RoutingTable<Node>(self, { k: 4, maxBuckets: 161 })
        for (const [level, byte, fails] of all) {
          const bytes = new Uint8Array(20)
          bytes[19] = byte
          bytes[level >> 3]! ^= 0x80 >> (level & 7)
          const one: Node = { id: idFromBytes(bytes), address: 'a' }
          if (idToHex(one.id) === idToHex(self)) continue
          table.responded(one, 0)
          if (fails) for (const now of [1, 2]) table.failed(one, now)
        }
        const { buckets } = table.snapshot()
        const members = buckets.flatMap((bucket) => bucket.members)
        const live = members.filter(({ failures }) => failures < 2).length
        expect(prefixes(table, 2 * T).length).toBeLessThanOrEqual(Math.floor(live / 4) + 1)
      }),
    )
  })

  it('META-13: nothing that was due is lost by a split or a departure', () => {
    const table = newTable()
    expect(table.nextRefreshAt()).toBe(-Infinity)
    expect(prefixes(table, 0)).toEqual(['00/0'])
    table.responded(node(0x80), 10)
    table.responded(node(0x81), 10)
    expect(table.nextRefreshAt()).toBeLessThanOrEqual(T + 10)
    table.responded(node(0x40), 20)
    expect(table.nextRefreshAt()).toBe(T + 10)
    table.forget(id(0x40))
    expect(table.nextRefreshAt()).toBe(T)
    expect(prefixes(table, T)).toEqual(['00/1'])
    expect(prefixes(table, T + 10)).toEqual(['80/1'])
  })
})

describe('restoring', () => {
  it('META-1: all are questionable until they respond; own id and duplicates are left out', () => {
    const table = newTable()
    const contacts = [
      node(0x80),
      node(0),
      node(0x80),
      node(0x80, 'elsewhere'),
      node(0x81, 'a128'),
      { id: new Uint8Array(2) as Node['id'], address: 'wide' },
      node(0x90),
      node(0x91),
      node(0x40),
      node(0xa0),
    ]
    expect(table.restore(contacts)).toBe(3)
    expect(ids(table)).toEqual(['40', '80', '90'])
    for (const member of table.members()) expect(table.standing(member.id, 0)).toBe('questionable')
    // They are returned nevertheless: `closest` is exact.
    expect(table.closest(id(0x80), 8)).toHaveLength(3)
  })

  it('members in their order restore the same members', () => {
    const table = fullTable()
    table.responded(node(0x20), 0)
    const again = newTable()
    expect(again.restore(table.members())).toBe(table.size)
    expect(ids(again)).toEqual(ids(table))
  })
})

// Which ranges are due for a refresh, and what a restart restores. In worlds of one byte.

import { idToHex } from '@dht/id'
import { seededRandom } from '@dht/testing'
import { describe, expect, it } from 'vitest'
import type { RoutingTable } from '../../src/index.ts'
import { fullTable, ids, newTable, T } from '../support/tables.ts'
import { id, type Node, node } from '../support/world.ts'

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
    expect(prefixes(table, 100)).toEqual(['40/2'])
    expect(table.nextRefreshAt()).toBe(T)
    expect(prefixes(table, T)).toEqual(['00/2', '80/1'])
    expect(prefixes(table, T + 99)).toEqual([])
    expect(prefixes(table, T + 100)).toEqual(['40/2'])
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
    expect(prefixes(table, T + 10)).toEqual(['80/1'])
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

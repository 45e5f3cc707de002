// How evidence changes the standing of a contact, and the one comparison at every limit of time.

import { seededRandom } from '@dht/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fullTable, newTable, T } from '../support/tables.ts'
import { id, type Node, node } from '../support/world.ts'

describe('one comparison at every limit', () => {
  it.each([
    [-1, 'good', false],
    [0, 'questionable', true],
    [1, 'questionable', true],
  ] as const)('META-58, BUG-24: at T %i ms: %s; refresh due: %s', (offset, standing, isDue) => {
    const table = newTable()
    const random = seededRandom(1)
    while (table.takeRefresh(0, random) !== undefined);
    table.responded(node(0x80), 0)
    expect(table.nextRefreshAt()).toBe(T)
    expect(table.standing(id(0x80), T + offset)).toBe(standing)
    expect(table.takeRefresh(T + offset, random) !== undefined).toBe(isDue)

    const full = fullTable()
    full.responded(node(0xa0), 0)
    expect(full.nextCheckAt()).toBe(T)
    expect(full.takeCheck(T + offset) !== undefined).toBe(isDue)
  })

  it('META-58: what is announced is due at that instant, whatever unit the clock has', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (start) => {
        const table = newTable()
        const random = seededRandom(1)
        while (table.takeRefresh(start, random) !== undefined);
        for (const byte of [0x80, 0x90, 0x40, 0xa0]) table.responded(node(byte), start)
        expect(table.standing(id(0x80), table.nextCheckAt()!)).toBe('questionable')
        expect(table.takeCheck(table.nextCheckAt()!)).toBeDefined()
        expect(table.takeRefresh(table.nextRefreshAt(), random)).toBeDefined()
      }),
    )
  })

  it('META-59: a clock that runs backwards throws nothing and makes no contact younger', () => {
    const table = fullTable()
    table.responded(node(0x80), T)
    for (const kind of ['queried', 'responded'] as const) table[kind](node(0x80), 5)
    table.queried(node(0xa0), -T)
    table.takeCheck(-T)
    table.takeRefresh(-T, seededRandom(1))
    table.failed(node(0x90), -T)
    const [bucket] = table.snapshot().buckets
    const member = bucket!.members.find(({ contact }) => contact.id[0] === 0x80)
    expect(member!.lastSeenAt).toBe(T)
    expect(table.standing(id(0x80), 2 * T - 1)).toBe('good')
    expect(table.standing(id(0x80), -T)).toBe('good')
    expect(table.standing(id(0x80), 2 * T)).toBe('questionable')
  })

  it('META-52: time alone makes good contacts questionable, and nothing else', () => {
    const rank = { good: 0, questionable: 1, bad: 2 }
    fc.assert(
      fc.property(
        fc.nat({ max: 4 }),
        fc.array(fc.nat({ max: T }), { minLength: 2 }),
        (n, steps) => {
          const table = newTable()
          table.responded(node(0x80), 0)
          for (let i = 0; i < n; i++) table.failed(node(0x80), 0)
          let now = 0
          let before = table.standing(id(0x80), 0)!
          for (const ms of steps) {
            now += ms
            const standing = table.standing(id(0x80), now)!
            expect(rank[standing]).toBeGreaterThanOrEqual(rank[before])
            if (before !== 'good') expect(standing).toBe(before)
            before = standing
          }
        },
      ),
    )
  })
})

describe('evidence', () => {
  it('META-8: a failure adds one to the failures of its contact, and changes nothing else', () => {
    const table = fullTable()
    const before = table.snapshot()
    expect(table.failed(node(0x80), 7)).toEqual({ kind: 'failed', standing: 'good' })
    const [far, ...others] = table.snapshot().buckets
    const [oldFar, ...oldOthers] = before.buckets
    expect(others).toEqual(oldOthers)
    const [first, ...rest] = oldFar!.members
    expect(far).toEqual({ ...oldFar, members: [{ ...first, failures: 1 }, ...rest] })
  })

  it('META-7: bad after two failures in a row, not after one; a response resets them', () => {
    const table = newTable()
    table.responded(node(0x80), 0)
    expect(table.failed(node(0x80), 0)).toMatchObject({ standing: 'good' })
    expect(table.failed(node(0x80), 0)).toMatchObject({ standing: 'bad' })
    table.responded(node(0x80), 0)
    expect(table.standing(id(0x80), 0)).toBe('good')
    expect(table.failed(node(0x80), 0)).toMatchObject({ standing: 'good' })
  })

  it('META-10, META-16: a query renews a contact that has responded; an instant is kept', () => {
    const table = newTable()
    table.restore([node(0x80)])
    table.queried(node(0x80), 10)
    expect(table.standing(id(0x80), 10)).toBe('questionable')
    table.responded(node(0x80), 20)
    table.queried(node(0x80), 30)
    expect(table.standing(id(0x80), T + 29)).toBe('good')
    expect(table.standing(id(0x80), T + 30)).toBe('questionable')
    expect(table.snapshot().buckets[0]!.members[0]!.lastSeenAt).toBe(30)
  })

  it('META-1: a restored member is left out on request until it responds, split or not', () => {
    const table = newTable()
    table.restore([0x80, 0x90, 0x10, 0x11].map((byte) => node(byte)))
    table.responded(node(0x20), 10)
    const told = (): Node[] => table.closest(id(0), 8, { verifiedOnly: true })
    expect(told()).toEqual([node(0x20)])
    for (let byte = 1; byte < 9; byte++) table.responded(node(byte), 20)
    expect(told()).toHaveLength(7)
    expect(told()).not.toContainEqual(node(0x10))
    table.responded(node(0x80), 30)
    expect(table.closest(id(0xff), 1, { verifiedOnly: true })).toEqual([node(0x80)])
    expect(table.closest(id(0xff), 1)).toEqual([node(0x90)])
  })

  it('STATE-9, RT-10: a failure at another address does not count for the member', () => {
    const table = newTable()
    table.responded(node(0x80), 0)
    expect(table.failed(node(0x80, 'elsewhere'), 1)).toEqual({ kind: 'unknown' })
    expect(table.failed(node(0x90), 1)).toEqual({ kind: 'unknown' })
    expect(table.failed(node(0), 1)).toEqual({ kind: 'unknown' })
    expect(table.snapshot().buckets[0]!.members[0]!.failures).toBe(0)
  })
})

it('RT-59: ids of another width are errors of the caller, everywhere but in restore', () => {
  const table = newTable()
  const wide = { id: new Uint8Array(2) as Node['id'], address: 'wide' }
  const attempts = [
    () => table.queried(wide, 0),
    () => table.responded(wide, 0),
    () => table.failed(wide, 0),
    () => table.forget(wide.id),
    () => table.get(wide.id),
    () => table.standing(wide.id, 0),
    () => table.closest(wide.id, 0),
    () => table.nearestBad(wide.id),
    () => table.closest(id(1), 1, { exclude: wide.id }),
  ]
  for (const attempt of attempts) expect(attempt).toThrow(/expected 1 byte, got 2/)
})

import { idToHex } from '@dht/id'
// Which contacts join, are replaced and are checked: the rules one by one, in worlds of one byte.

import { describe, expect, it } from 'vitest'
import type { RoutingTable } from '../../src/index.ts'
import { fullTable, ids, MINUTE, newTable, T } from '../support/tables.ts'
import { id, type Node, node } from '../support/world.ts'

describe('joining', () => {
  it('STATE-5, META-2: a contact that responds joins where there is room, as good', () => {
    const table = newTable()
    expect(table.responded(node(0x80), 5)).toEqual({ kind: 'added' })
    expect(table.snapshot().buckets[0]!.members).toEqual([
      { contact: node(0x80), lastSeenAt: 5, failures: 0, respondedAt: 5 },
    ])
    expect(table.standing(id(0x80), 5)).toBe('good')
  })

  it('STATE-6: a full own bucket splits first, even with bad and questionable members', () => {
    const table = newTable()
    table.restore([node(0x80), node(0x81)])
    table.failed(node(0x80), 0)
    table.failed(node(0x80), 0)
    expect(table.standing(id(0x80), 0)).toBe('bad')
    expect(table.responded(node(0x40), 1)).toEqual({ kind: 'added' })
    expect(ids(table)).toEqual(['40', '80', '81'])
  })

  it('STATE-6, META-3: a bucket full of good members adds no contact and causes no check', () => {
    const table = fullTable()
    expect(table.responded(node(0xa0), 1)).toEqual({ kind: 'waiting' })
    expect(ids(table)).toEqual(['40', '80', '90'])
    // STATE-53: all are good, so a check could change nothing.
    expect(table.takeCheck(T - 1)).toBeUndefined()
    expect(table.nextCheckAt()).toBe(T)
  })

  it('RT-60: a refusal changes nothing', () => {
    const table = fullTable([0x80, 0x90], { cacheSize: 0 })
    const before = table.snapshot()
    expect(table.responded(node(0xa0), 1)).toEqual({ kind: 'refused', reason: 'full' })
    expect(table.queried(node(0xa0), 1)).toEqual({ kind: 'refused', reason: 'full' })
    expect(table.queried(node(0), 1)).toEqual({ kind: 'refused', reason: 'self' })
    expect(table.responded(node(0), 1)).toEqual({ kind: 'refused', reason: 'self' })
    expect(table.snapshot()).toEqual(before)
  })

  it('an unverified contact that queries waits and is checked; when it responds, it joins', () => {
    const table = newTable()
    const stranger = node(0x80)
    expect(table.queried(stranger, 0)).toEqual({ kind: 'waiting' })
    expect(table.takeCheck(0)).toEqual(stranger)
    expect(table.size).toBe(0)
    expect(table.responded(stranger, 1)).toEqual({ kind: 'added' })
    expect(table.snapshot().buckets[0]!.waiting).toEqual([])
  })

  it('an unverified contact that does not respond to its check is forgotten', () => {
    const table = newTable()
    table.queried(node(0x80), 0)
    expect(table.failed(node(0x80), 1)).toEqual({ kind: 'dropped' })
    expect(table.failed(node(0x80), 1)).toEqual({ kind: 'unknown' })
    expect(table.takeCheck(T)).toBeUndefined()
  })
})

describe('replacing', () => {
  const makeBad = (table: RoutingTable<Node>, byte: number, failures = 2) => {
    for (let i = 0; i < failures; i++) table.failed(node(byte), 1)
  }

  it('STATE-7: a bad member is replaced by a contact that responds, at once', () => {
    const table = fullTable()
    makeBad(table, 0x80)
    expect(table.responded(node(0xa0), 2)).toEqual({ kind: 'replaced', evicted: node(0x80) })
    expect(ids(table)).toEqual(['40', '90', 'a0'])
  })

  it('STATE-7: replaced is that with most failures, then least recently seen, then nearest', () => {
    const most = fullTable([0x80, 0x90])
    makeBad(most, 0x80, 2)
    makeBad(most, 0x90, 3)
    expect(most.responded(node(0xa0), 2)).toMatchObject({ evicted: node(0x90) })

    const oldest = fullTable([0x80, 0x90])
    oldest.responded(node(0x80), 1)
    for (const byte of [0x80, 0x90]) makeBad(oldest, byte)
    expect(oldest.responded(node(0xa0), 2)).toMatchObject({ evicted: node(0x90) })

    for (const order of [
      [0x80, 0x90],
      [0x90, 0x80],
    ]) {
      const tied = fullTable(order)
      for (const byte of order) makeBad(tied, byte)
      expect(tied.responded(node(0xa0), 2)).toMatchObject({ evicted: node(0x80) })
    }
  })

  it('the newest good waiting contact joins as soon as a member turns bad', () => {
    const table = fullTable()
    for (const byte of [0xa0, 0xb0]) table.responded(node(byte), 1)
    expect(table.failed(node(0x80), 2)).toEqual({ kind: 'failed', standing: 'good' })
    const answer = { kind: 'replaced', evicted: node(0x80), by: node(0xb0) }
    expect(table.failed(node(0x80), 2)).toEqual(answer)
    expect(ids(table)).toEqual(['40', '90', 'b0'])
    expect(table.standing(id(0xb0), 2)).toBe('good')
  })

  it('STATE-54: a waiting contact that never responded, or is stale, replaces no member', () => {
    const heard = fullTable()
    heard.queried(node(0xa0), 0)
    makeBad(heard, 0x80)
    expect(ids(heard)).toEqual(['40', '80', '90'])
    // The waiting contact itself is to be checked now.
    expect(heard.takeCheck(1_000)).toEqual(node(0xa0))

    const late = fullTable()
    makeBad(late, 0x80)
    expect(late.queried(node(0xa0), 2)).toEqual({ kind: 'waiting' })
    expect(late.takeCheck(2)).toEqual(node(0xa0))
    expect(ids(late)).toEqual(['40', '80', '90'])

    const stale = fullTable()
    stale.responded(node(0xa0), 0)
    expect(stale.failed(node(0x80), T).kind).toBe('failed')
    expect(stale.failed(node(0x80), T)).toEqual({ kind: 'failed', standing: 'bad' })
    expect(ids(stale)).toEqual(['40', '80', '90'])
  })

  it('STATE-58: with the network down no member leaves', () => {
    const table = fullTable()
    for (let round = 0; round < 20; round++) {
      for (const byte of [0x80, 0x90, 0x40]) table.failed(node(byte), round * MINUTE)
    }
    expect(ids(table)).toEqual(['40', '80', '90'])
    expect(table.closest(id(1), 8)).toEqual([])
    expect(table.closest(id(1), 8, { includeBad: true })).toHaveLength(3)
    table.responded(node(0x80), 20 * MINUTE)
    expect(table.closest(id(1), 8)).toEqual([node(0x80)])
  })

  it('STATE-50: a member that responds to every check is never replaced', () => {
    const table = fullTable()
    for (let now = 0; now < 10 * T; now += MINUTE) {
      table.responded(node(0xa0 + ((now / MINUTE) % 64)), now)
      for (let check = table.takeCheck(now); check; check = table.takeCheck(now)) {
        if ([0x80, 0x90, 0x40].includes(check.id[0]!)) table.responded(check, now)
        else table.failed(check, now)
      }
    }
    expect(ids(table)).toEqual(['40', '80', '90'])
  })
})

describe('checking', () => {
  it('STATE-8: the least recently seen questionable member, as soon as there is one', () => {
    const table = fullTable()
    table.responded(node(0x40), T)
    table.responded(node(0x80), 500)
    table.responded(node(0xa0), 600)
    expect(table.takeCheck(T - 1)).toBeUndefined()
    expect(table.takeCheck(T)).toEqual(node(0x90))
    expect(table.takeCheck(T + 1)).toBeUndefined()
    table.responded(node(0x90), T + 1)
    // The other one is questionable from T + 500 on, but a second has to pass first.
    expect(table.takeCheck(T + 999)).toBeUndefined()
    expect(table.takeCheck(T + 1_000)).toEqual(node(0x80))
  })

  it('STATE-8: without a waiting contact, too: a dead member is bad after two checks', () => {
    const table = fullTable()
    expect(table.nextCheckAt()).toBe(T)
    expect(table.takeCheck(T - 1)).toBeUndefined()
    const gone = new Set(['80', '40'])
    for (let now = T; now < T + 10_000; now += 1_000) {
      for (let check = table.takeCheck(now); check !== undefined; check = table.takeCheck(now)) {
        if (gone.has(idToHex(check.id))) table.failed(check, now)
        else table.responded(check, now)
      }
    }
    expect(table.closest(id(0), 8)).toEqual([node(0x90)])
    // Bad ones are not checked from then on; only the one that responds is checked again.
    for (let now = table.nextCheckAt()!; now <= 8 * T; now += T) {
      expect(table.takeCheck(now)).toEqual(node(0x90))
      expect(table.takeCheck(now)).toBeUndefined()
      table.responded(node(0x90), now)
      expect(table.nextCheckAt()).toBe(now + T)
    }
  })

  it('a member that was bad and has responded is checked again in its turn', () => {
    const table = newTable()
    table.restore([node(0x80)])
    for (const now of [1, 2]) table.failed(node(0x80), now)
    expect(table.nextCheckAt()).toBeUndefined()
    table.responded(node(0x80), 3)
    expect(table.nextCheckAt()).toBe(T + 3)
    expect(table.takeCheck(T + 3)).toEqual(node(0x80))
  })

  it('STATE-58: no member is replaced because of the failure of another that is not bad', () => {
    let isOpen = true
    const rule = { admits: () => isOpen, joined: () => {}, left: () => {} }
    const table = fullTable([0x80, 0x90], { admission: rule })
    table.responded(node(0xa0), 5)
    isOpen = false
    for (const now of [6, 7]) expect(table.failed(node(0x80), now).kind).toBe('failed')
    isOpen = true
    expect(table.failed(node(0x90), 8)).toEqual({ kind: 'failed', standing: 'good' })
    expect(table.failed(node(0x80), 9)).toMatchObject({ kind: 'replaced', by: node(0xa0) })
  })

  it('STATE-53: for one waiting contact at most k * badAfter checks, then a decision', () => {
    const table = fullTable()
    table.responded(node(0xa0), 0)
    table.responded(node(0x40), T)
    let checks = 0
    for (let now = T; checks < 100; now += 1_000) {
      table.responded(node(0xa0), now)
      const check = table.takeCheck(now)
      if (check === undefined) break
      checks++
      if (table.failed(check, now).kind === 'replaced') break
    }
    expect(checks).toBe(2)
    expect(ids(table)).toContain('a0')
  })

  it('a check of a member without an outcome is forgotten after 30 s, not 1 ms earlier', () => {
    const table = newTable()
    table.restore([node(0x80)])
    expect(table.takeCheck(0)).toEqual(node(0x80))
    expect(table.takeCheck(29_999)).toBeUndefined()
    expect(table.nextCheckAt()).toBe(30_000)
    expect(table.takeCheck(30_000)).toEqual(node(0x80))
  })

  it('STATE-53: a waiting contact is checked once until it is seen again', () => {
    const table = newTable()
    table.queried(node(0x80), 0)
    expect(table.takeCheck(0)).toEqual(node(0x80))
    expect(table.takeCheck(T)).toBeUndefined()
    expect(table.nextCheckAt()).toBeUndefined()
    table.queried(node(0x80), T + 1)
    expect(table.takeCheck(T + 1)).toEqual(node(0x80))
  })

  it('STATE-61: a waiting contact that does not respond to its check delays no other', () => {
    const table = newTable({ checkIntervalMs: 0 })
    table.restore([node(0x40)])
    for (const byte of [0x80, 0x90]) table.queried(node(byte), 0)
    // Members and waiting contacts alternate; of the latter the newest comes first.
    expect(table.takeCheck(0)).toEqual(node(0x40))
    expect(table.takeCheck(0)).toEqual(node(0x90))
    expect(table.takeCheck(0)).toEqual(node(0x80))
    expect(table.takeCheck(0)).toBeUndefined()
    table.queried(node(0xa0), 1)
    expect(table.takeCheck(1)).toEqual(node(0xa0))
  })

  it('STATE-61: the waiting contact seen most often is checked first, up to three times', () => {
    const table = newTable({ k: 8, checkIntervalMs: 0 })
    const heard = { 128: 3, 144: 5, 160: 2, 176: 1, 192: 1 }
    for (const [byte, times] of Object.entries(heard)) {
      for (let i = 0; i < times; i++) table.queried(node(Number(byte)), 0)
    }
    const order = Array.from({ length: 6 }, () => table.takeCheck(1)?.id[0])
    expect(order).toEqual([0x90, 0x80, 0xa0, 0xc0, 0xb0, undefined])
  })

  it('STATE-61: no evidence marks a check as open', () => {
    const table = newTable({ checkIntervalMs: 0 })
    table.restore([node(0x40)])
    for (let i = 0; i < 50; i++) table.queried(node(0x80 + i), i)
    expect(table.snapshot().buckets.every(({ checkedAt }) => checkedAt === -Infinity)).toBe(true)
    expect(table.takeCheck(100)).toBeDefined()
  })

  it('STATE-56: a response under another id fails the one and verifies the other', () => {
    const table = fullTable()
    const other = node(0xa0, 'a128')
    table.responded(node(0xb0), 0)
    table.responded(node(0x40), T)
    table.responded(node(0x90), 5)
    expect(table.takeCheck(T)).toEqual(node(0x80))
    expect(table.failed(node(0x80), T)).toEqual({ kind: 'failed', standing: 'questionable' })
    expect(table.responded(other, T)).toEqual({ kind: 'refused', reason: 'address' })
    expect(table.failed(node(0x80), T).kind).toBe('failed')
    expect(table.responded(other, T)).toEqual({ kind: 'replaced', evicted: node(0x80) })
  })

  it('STATE-52: until its check is over, or has lapsed, no other of a bucket begins', () => {
    const table = newTable()
    table.restore([0x80, 0x90, 0x40].map((byte) => node(byte)))
    const [far, beside, near] = [node(0x80), node(0x90), node(0x40)]
    table.queried(far, 0)
    expect(table.takeCheck(0)).toEqual(near)
    expect(table.takeCheck(0)).toEqual(far)
    for (const at of [0, 1_000, 29_999]) {
      for (const member of [far, beside, near]) table.queried(member, at)
      expect(table.takeCheck(at)).toBeUndefined()
    }
    table.queried(beside, 30_000)
    expect(table.takeCheck(30_000)).toEqual(near)
    expect(table.takeCheck(30_000)).toEqual(beside)
    table.responded(near, 30_001)
    table.responded(beside, 30_001)
    table.queried(far, 30_999)
    expect(table.takeCheck(30_999)).toBeUndefined()
    expect(table.takeCheck(31_000)).toEqual(far)
  })

  it('STATE-52: a check stays open when our own bucket splits', () => {
    const table = newTable()
    table.restore([node(0x40)])
    expect(table.takeCheck(0)).toEqual(node(0x40))
    for (const byte of [0x80, 0x81, 0x20]) table.responded(node(byte), 1)
    expect(table.snapshot().buckets.map(({ checking }) => checking)).toEqual([
      undefined,
      node(0x40),
    ])
    expect(table.takeCheck(29_999)).toBeUndefined()
    expect(table.takeCheck(30_000)).toEqual(node(0x40))
  })

  it('one more waiting contact may bring the check forward', () => {
    const claimed = fullTable()
    claimed.responded(node(0xa0), 1)
    expect(claimed.nextCheckAt()).toBe(T)
    expect(claimed.queried(node(0x80, 'elsewhere'), 2)).toEqual({ kind: 'waiting' })
    expect(claimed.takeCheck(2)).toEqual(node(0x80))

    const splittable = fullTable()
    splittable.responded(node(0x41), 1)
    expect(splittable.queried(node(0x42), 2)).toEqual({ kind: 'waiting' })
    expect(splittable.nextCheckAt()).toBe(T)
    expect(splittable.queried(node(0x20), 3)).toEqual({ kind: 'waiting' })
    expect(splittable.takeCheck(3)).toEqual(node(0x20))
  })

  it('among equals the nearest bucket is checked first', () => {
    const table = newTable({ checkIntervalMs: 0 })
    table.restore([node(0x80), node(0x81), node(0x40), node(0x41), node(0x20)])
    table.queried(node(0xa0), 0)
    table.queried(node(0x50), 0)
    table.queried(node(0x21), 0)
    for (const byte of [0x80, 0x40, 0x21]) table.failed(node(byte), 0)
    expect(table.takeCheck(0)).toEqual(node(0x20))
    expect(table.takeCheck(0)).toEqual(node(0x40))
    expect(table.takeCheck(0)).toEqual(node(0x80))
    expect(table.takeCheck(0)).toBeUndefined()
  })

  it('a member that is not good and queries us is checked', () => {
    const table = newTable()
    table.restore([node(0x80)])
    expect(table.queried(node(0x80), 0)).toEqual({ kind: 'updated' })
    expect(table.takeCheck(0)).toEqual(node(0x80))
    expect(table.queried(node(0x80), 1)).toEqual({ kind: 'updated' })
    expect(table.responded(node(0x80), 2)).toEqual({ kind: 'updated' })
    expect(table.standing(id(0x80), 2)).toBe('good')
  })

  it('after a member is forgotten, a waiting contact is checked and joins', () => {
    const table = fullTable()
    table.responded(node(0xa0), 0)
    expect(table.forget(id(0x80))).toBe(true)
    expect(table.takeCheck(10)).toEqual(node(0xa0))
    expect(table.responded(node(0xa0), 11)).toEqual({ kind: 'added' })
  })
})

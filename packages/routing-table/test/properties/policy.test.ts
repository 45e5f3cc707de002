// Who gets in, who gives way, who is checked: the rules one by one, in worlds of one byte.

import { idToHex } from '@dht/id'
import { seededRandom } from '@dht/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RoutingTable, type RoutingTableOptions } from '../../src/index.ts'
import { addressOf, id, type Node, node } from '../support/world.ts'

const MINUTE = 60_000
const T = 15 * MINUTE

/** Our id is 0, k is 2; 0x80 and up is the far half, whose bucket never splits again. */
function newTable(options: RoutingTableOptions<Node> = {}): RoutingTable<Node> {
  return new RoutingTable<Node>(id(0), { k: 2, addressOf, ...options })
}

/** The far bucket full with `far` at time 0, and our own bucket split off it. */
function fullTable(far: readonly number[] = [0x80, 0x90], options = {}): RoutingTable<Node> {
  const table = newTable(options)
  for (const byte of [...far, 0x40]) expect(table.confirm(node(byte), 0).kind).toBe('added')
  return table
}

const ids = (table: RoutingTable<Node>) =>
  [...table.members()].map((each) => idToHex(each.id)).sort()

describe('joining', () => {
  it('STATE-5, META-2: who answers joins where there is room, seen now and good', () => {
    const table = newTable()
    expect(table.confirm(node(0x80), 5)).toEqual({ kind: 'added' })
    expect(table.snapshot().buckets[0]!.members).toEqual([
      { contact: node(0x80), lastSeenAt: 5, failures: 0 },
    ])
    expect(table.standing(id(0x80), 5)).toBe('good')
  })

  it('STATE-6: a full own bucket splits first, even with bad and questionable members', () => {
    const table = newTable()
    table.restore([node(0x80), node(0x81)])
    table.doubt(node(0x80), 0)
    table.doubt(node(0x80), 0)
    expect(table.standing(id(0x80), 0)).toBe('bad')
    expect(table.confirm(node(0x40), 1)).toEqual({ kind: 'added' })
    expect(ids(table)).toEqual(['40', '80', '81'])
  })

  it('STATE-6, META-3: a bucket full of good members takes nobody, and checks nobody', () => {
    const table = fullTable()
    expect(table.confirm(node(0xa0), 1)).toEqual({ kind: 'held' })
    expect(ids(table)).toEqual(['40', '80', '90'])
    // STATE-53: all are good, so nothing is to be learnt by asking.
    expect(table.takeCheck(T - 1)).toBeUndefined()
    expect(table.nextCheckAt()).toBe(T)
  })

  it('RT-60: a refusal leaves everything as it was', () => {
    const table = fullTable([0x80, 0x90], { cacheSize: 0 })
    const before = table.snapshot()
    expect(table.confirm(node(0xa0), 1)).toEqual({ kind: 'refused', reason: 'full' })
    expect(table.hear(node(0xa0), 1)).toEqual({ kind: 'refused', reason: 'full' })
    expect(table.hear(node(0), 1)).toEqual({ kind: 'refused', reason: 'self' })
    expect(table.confirm(node(0), 1)).toEqual({ kind: 'refused', reason: 'self' })
    expect(table.snapshot()).toEqual(before)
  })

  it('a stranger that queries is held and checked; when it answers, it joins', () => {
    const table = newTable()
    const stranger = node(0x80)
    expect(table.hear(stranger, 0)).toEqual({ kind: 'held', check: stranger })
    expect(table.size).toBe(0)
    expect(table.confirm(stranger, 1)).toEqual({ kind: 'added' })
    expect(table.snapshot().buckets[0]!.candidates).toEqual([])
  })

  it('a stranger that does not answer its check is forgotten', () => {
    const table = newTable()
    table.hear(node(0x80), 0)
    expect(table.doubt(node(0x80), 1)).toEqual({ kind: 'dropped' })
    expect(table.doubt(node(0x80), 1)).toEqual({ kind: 'unknown' })
    expect(table.takeCheck(T)).toBeUndefined()
  })
})

describe('giving way', () => {
  const makeBad = (table: RoutingTable<Node>, byte: number, failures = 2) => {
    for (let i = 0; i < failures; i++) table.doubt(node(byte), 1)
  }

  it('STATE-7: a bad member gives way to who answers, at once', () => {
    const table = fullTable()
    makeBad(table, 0x80)
    expect(table.confirm(node(0xa0), 2)).toEqual({ kind: 'replaced', evicted: node(0x80) })
    expect(ids(table)).toEqual(['40', '90', 'a0'])
  })

  it('STATE-7: the victim has most failures, then was seen least lately, then is nearest', () => {
    const most = fullTable([0x80, 0x90])
    makeBad(most, 0x80, 2)
    makeBad(most, 0x90, 3)
    expect(most.confirm(node(0xa0), 2)).toMatchObject({ evicted: node(0x90) })

    const oldest = fullTable([0x80, 0x90])
    oldest.confirm(node(0x80), 1)
    for (const byte of [0x80, 0x90]) makeBad(oldest, byte)
    expect(oldest.confirm(node(0xa0), 2)).toMatchObject({ evicted: node(0x90) })

    for (const order of [
      [0x80, 0x90],
      [0x90, 0x80],
    ]) {
      const tied = fullTable(order)
      for (const byte of order) makeBad(tied, byte)
      expect(tied.confirm(node(0xa0), 2)).toMatchObject({ evicted: node(0x80) })
    }
  })

  it('a candidate that is good takes over the moment a member turns bad; the newest of them', () => {
    const table = fullTable()
    for (const byte of [0xa0, 0xb0]) table.confirm(node(byte), 1)
    expect(table.doubt(node(0x80), 2)).toEqual({ kind: 'doubted', standing: 'good' })
    const answer = { kind: 'replaced', evicted: node(0x80), by: node(0xb0) }
    expect(table.doubt(node(0x80), 2)).toEqual(answer)
    expect(ids(table)).toEqual(['40', '90', 'b0'])
    expect(table.standing(id(0xb0), 2)).toBe('good')
  })

  it('STATE-54: a candidate that never answered displaces nobody, a stale one neither', () => {
    const heard = fullTable()
    heard.hear(node(0xa0), 0)
    makeBad(heard, 0x80)
    expect(ids(heard)).toEqual(['40', '80', '90'])
    // The candidate itself is what to check now.
    expect(heard.takeCheck(1_000)).toEqual(node(0xa0))

    const stale = fullTable()
    stale.confirm(node(0xa0), 0)
    expect(stale.doubt(node(0x80), T).kind).toBe('doubted')
    expect(stale.doubt(node(0x80), T)).toEqual({ kind: 'doubted', standing: 'bad' })
    expect(ids(stale)).toEqual(['40', '80', '90'])
  })

  it('STATE-58: with the network down nobody leaves, and all are there still for the return', () => {
    const table = fullTable()
    for (let round = 0; round < 20; round++) {
      for (const byte of [0x80, 0x90, 0x40]) table.doubt(node(byte), round * MINUTE)
    }
    expect(ids(table)).toEqual(['40', '80', '90'])
    expect(table.closest(id(1), 8)).toEqual([])
    expect(table.closest(id(1), 8, { includeBad: true })).toHaveLength(3)
    table.confirm(node(0x80), 20 * MINUTE)
    expect(table.closest(id(1), 8)).toEqual([node(0x80)])
  })

  it('STATE-50: a member that answers every check is never evicted', () => {
    const table = fullTable()
    for (let now = 0; now < 10 * T; now += MINUTE) {
      table.confirm(node(0xa0 + ((now / MINUTE) % 64)), now)
      for (let check = table.takeCheck(now); check; check = table.takeCheck(now)) {
        if ([0x80, 0x90, 0x40].includes(check.id[0]!)) table.confirm(check, now)
        else table.doubt(check, now)
      }
    }
    expect(ids(table)).toEqual(['40', '80', '90'])
  })
})

describe('checking', () => {
  it('STATE-8: the least recently seen questionable member, as soon as there is one', () => {
    const table = fullTable()
    table.confirm(node(0x80), 500)
    table.confirm(node(0xa0), 600)
    expect(table.takeCheck(T - 1)).toBeUndefined()
    expect(table.takeCheck(T)).toEqual(node(0x90))
    expect(table.takeCheck(T + 1)).toBeUndefined()
    table.confirm(node(0x90), T + 1)
    // The other one is questionable from T + 500 on, but a second has to go by first.
    expect(table.takeCheck(T + 999)).toBeUndefined()
    expect(table.takeCheck(T + 1_000)).toEqual(node(0x80))
  })

  it('STATE-53: for one candidate at most k * badAfter checks, then a decision', () => {
    const table = fullTable()
    table.confirm(node(0xa0), 0)
    let checks = 0
    for (let now = T; checks < 100; now += 1_000) {
      const answer = table.confirm(node(0xa0), now)
      if (answer.kind !== 'held' || answer.check === undefined) break
      checks++
      if (table.doubt(answer.check, now).kind === 'replaced') break
    }
    expect(checks).toBe(2)
    expect(ids(table)).toContain('a0')
  })

  it('a check whose outcome never comes is forgotten after 30 s, not a ms before', () => {
    const table = newTable()
    expect(table.hear(node(0x80), 0)).toHaveProperty('check')
    expect(table.takeCheck(29_999)).toBeUndefined()
    expect(table.nextCheckAt()).toBe(30_000)
    expect(table.takeCheck(30_000)).toEqual(node(0x80))
  })

  it('STATE-56: a check answered by another id fails the one and confirms the other', () => {
    const table = fullTable()
    const other = node(0xa0, 'a128')
    table.confirm(node(0xb0), 0)
    table.confirm(node(0x90), 5)
    expect(table.takeCheck(T)).toEqual(node(0x80))
    expect(table.doubt(node(0x80), T)).toEqual({ kind: 'doubted', standing: 'questionable' })
    expect(table.confirm(other, T)).toEqual({ kind: 'refused', reason: 'address' })
    expect(table.doubt(node(0x80), T).kind).toBe('doubted')
    expect(table.confirm(other, T)).toEqual({ kind: 'replaced', evicted: node(0x80) })
  })

  it('among equals the nearest bucket is checked first', () => {
    const table = newTable({ checkIntervalMs: 0 })
    table.restore([node(0x80), node(0x81), node(0x40), node(0x41), node(0x20)])
    table.hear(node(0xa0), 0)
    table.hear(node(0x50), 0)
    table.hear(node(0x21), 0)
    for (const byte of [0x80, 0x40, 0x21]) table.doubt(node(byte), 0)
    expect(table.takeCheck(0)).toEqual(node(0x40))
    expect(table.takeCheck(0)).toEqual(node(0x80))
    expect(table.takeCheck(0)).toBeUndefined()
  })

  it('a member that is not good and queries us is worth a check', () => {
    const table = newTable()
    table.restore([node(0x80)])
    expect(table.hear(node(0x80), 0)).toEqual({ kind: 'refreshed', check: node(0x80) })
    expect(table.hear(node(0x80), 1)).toEqual({ kind: 'refreshed' })
    expect(table.confirm(node(0x80), 2)).toEqual({ kind: 'refreshed' })
    expect(table.standing(id(0x80), 2)).toBe('good')
  })

  it('after a member is forgotten, who waits is checked and joins', () => {
    const table = fullTable()
    table.confirm(node(0xa0), 0)
    expect(table.forget(id(0x80))).toBe(true)
    expect(table.takeCheck(10)).toEqual(node(0xa0))
    expect(table.confirm(node(0xa0), 11)).toEqual({ kind: 'added' })
  })
})

describe('one id, one address', () => {
  const moved = node(0x80, 'elsewhere')

  it('STATE-55: an id that moves is held until its old address is bad and the new one answered', () => {
    const table = fullTable()
    expect(table.confirm(moved, 1)).toEqual({ kind: 'held', check: node(0x80) })
    expect(table.doubt(node(0x80), 2)).toEqual({ kind: 'doubted', standing: 'good' })
    const answer = { kind: 'replaced', evicted: node(0x80), by: moved }
    expect(table.doubt(node(0x80), 3)).toEqual(answer)
    expect(table.get(id(0x80))).toEqual(moved)
    expect(table.size).toBe(3)
  })

  it('STATE-55: when the old address answers, the claim is forgotten', () => {
    const table = fullTable()
    table.confirm(moved, 1)
    table.confirm(node(0x80), 2)
    expect(table.snapshot().buckets[0]!.candidates).toEqual([])
    expect(table.doubt(moved, 2)).toEqual({ kind: 'unknown' })
  })

  it('STATE-55: a claim that never answered does not move the entry', () => {
    const table = fullTable()
    expect(table.hear(moved, 1)).toEqual({ kind: 'held', check: node(0x80) })
    table.doubt(node(0x80), 2)
    expect(table.doubt(node(0x80), 2)).toEqual({ kind: 'doubted', standing: 'bad' })
    expect(table.takeCheck(1_001)).toEqual(moved)
    expect(table.confirm(moved, 1_002)).toEqual({ kind: 'replaced', evicted: node(0x80) })
  })

  it('another id at the address of a member is refused, and the member is checked', () => {
    const table = fullTable()
    const thief = node(0x41, 'a128')
    const refused = { kind: 'refused', reason: 'address' }
    expect(table.hear(thief, 1)).toEqual({ ...refused, check: node(0x80) })
    expect(table.confirm(thief, 2)).toEqual(refused)
  })

  it('who has answered at the address of a bad member takes over from it, in one move', () => {
    const table = fullTable()
    for (let i = 0; i < 2; i++) table.doubt(node(0x80), 1)
    const other = node(0x41, 'a128')
    expect(table.hear(other, 2)).toMatchObject({ kind: 'held' })
    expect(table.confirm(other, 3)).toEqual({ kind: 'replaced', evicted: node(0x80) })
    expect(ids(table)).toEqual(['40', '41', '90'])
    // The room it leaves behind is there for the next.
    expect(table.confirm(node(0xa0), 4)).toEqual({ kind: 'added' })
  })

  it('but not when that would take the places of two', () => {
    const table = fullTable()
    table.confirm(node(0x20), 0)
    table.confirm(node(0x10), 0)
    table.confirm(node(0x41), 0)
    for (const byte of [0x80, 0x40]) {
      for (let i = 0; i < 2; i++) table.doubt(node(byte), 1)
    }
    const refused = { kind: 'refused', reason: 'address' }
    expect(table.confirm(node(0x50, 'a128'), 2)).toEqual(refused)
    expect(table.confirm(node(0x40, 'a128'), 2)).toEqual(refused)
    expect(table.size).toBe(6)
  })

  it('without addressOf, addresses are ignored and an answer brings the new contact', () => {
    const table = new RoutingTable<Node>(id(0), { k: 2 })
    table.confirm(node(0x80), 0)
    expect(table.confirm(moved, 1)).toEqual({ kind: 'refreshed' })
    expect(table.get(id(0x80))).toBe(moved)
    expect(table.confirm(node(0x90, 'elsewhere'), 1)).toEqual({ kind: 'added' })
  })
})

describe('one comparison at every boundary', () => {
  it.each([
    [-1, 'good', false],
    [0, 'questionable', true],
    [1, 'questionable', true],
  ] as const)('META-58, BUG-24: at T %i ms: %s; refresh due: %s', (offset, standing, isDue) => {
    const table = newTable()
    const random = seededRandom(1)
    while (table.takeRefresh(0, random) !== undefined);
    table.confirm(node(0x80), 0)
    expect(table.nextRefreshAt()).toBe(T)
    expect(table.standing(id(0x80), T + offset)).toBe(standing)
    expect(table.takeRefresh(T + offset, random) !== undefined).toBe(isDue)

    const full = fullTable()
    full.confirm(node(0xa0), 0)
    expect(full.nextCheckAt()).toBe(T)
    expect(full.takeCheck(T + offset) !== undefined).toBe(isDue)
  })

  it('META-58: what is announced is due at that very instant, whatever the clock counts in', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (start) => {
        const table = newTable()
        const random = seededRandom(1)
        while (table.takeRefresh(start, random) !== undefined);
        for (const byte of [0x80, 0x90, 0x40, 0xa0]) table.confirm(node(byte), start)
        expect(table.standing(id(0x80), table.nextCheckAt()!)).toBe('questionable')
        expect(table.takeCheck(table.nextCheckAt()!)).toBeDefined()
        expect(table.takeRefresh(table.nextRefreshAt(), random)).toBeDefined()
      }),
    )
  })

  it('META-59: a clock that goes backwards throws nothing and makes nobody younger', () => {
    const table = fullTable()
    table.confirm(node(0x80), T)
    for (const kind of ['hear', 'confirm'] as const) table[kind](node(0x80), 5)
    table.hear(node(0xa0), -T)
    table.takeCheck(-T)
    table.takeRefresh(-T, seededRandom(1))
    table.doubt(node(0x90), -T)
    const [bucket] = table.snapshot().buckets
    expect(bucket!.members[0]!.lastSeenAt).toBe(T)
    expect(table.standing(id(0x80), 2 * T - 1)).toBe('good')
    expect(table.standing(id(0x80), -T)).toBe('good')
    expect(table.standing(id(0x80), 2 * T)).toBe('questionable')
  })

  it('META-52: time alone makes good questionable, and nothing else', () => {
    const rank = { good: 0, questionable: 1, bad: 2 }
    fc.assert(
      fc.property(
        fc.nat({ max: 4 }),
        fc.array(fc.nat({ max: T }), { minLength: 2 }),
        (n, steps) => {
          const table = newTable()
          table.confirm(node(0x80), 0)
          for (let i = 0; i < n; i++) table.doubt(node(0x80), 0)
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
  it('META-8: a failure adds one to its account, and changes nothing else', () => {
    const table = fullTable()
    const before = table.snapshot()
    expect(table.doubt(node(0x80), 7)).toEqual({ kind: 'doubted', standing: 'good' })
    const [far, ...others] = table.snapshot().buckets
    const [oldFar, ...oldOthers] = before.buckets
    expect(others).toEqual(oldOthers)
    const [first, ...rest] = oldFar!.members
    expect(far).toEqual({ ...oldFar, members: [{ ...first, failures: 1 }, ...rest] })
  })

  it('META-7: bad after two failures in a row, not after one; an answer forgives all', () => {
    const table = newTable()
    table.confirm(node(0x80), 0)
    expect(table.doubt(node(0x80), 0)).toMatchObject({ standing: 'good' })
    expect(table.doubt(node(0x80), 0)).toMatchObject({ standing: 'bad' })
    table.confirm(node(0x80), 0)
    expect(table.standing(id(0x80), 0)).toBe('good')
    expect(table.doubt(node(0x80), 0)).toMatchObject({ standing: 'good' })
  })

  it('META-10, META-16: a query renews who has answered; a member keeps the moment, not an age', () => {
    const table = newTable()
    table.restore([node(0x80)])
    table.hear(node(0x80), 10)
    expect(table.standing(id(0x80), 10)).toBe('questionable')
    table.confirm(node(0x80), 20)
    table.hear(node(0x80), 30)
    expect(table.standing(id(0x80), T + 29)).toBe('good')
    expect(table.standing(id(0x80), T + 30)).toBe('questionable')
    expect(table.snapshot().buckets[0]!.members[0]!.lastSeenAt).toBe(30)
  })

  it('STATE-9, RT-10: a failure at another address is not the member’s', () => {
    const table = newTable()
    table.confirm(node(0x80), 0)
    expect(table.doubt(node(0x80, 'elsewhere'), 1)).toEqual({ kind: 'unknown' })
    expect(table.doubt(node(0x90), 1)).toEqual({ kind: 'unknown' })
    expect(table.doubt(node(0), 1)).toEqual({ kind: 'unknown' })
    expect(table.snapshot().buckets[0]!.members[0]!.failures).toBe(0)
  })
})

describe('the replacement cache', () => {
  const waiting = (table: RoutingTable<Node>) =>
    table.snapshot().buckets[0]!.candidates.map(({ contact }) => contact.id[0])

  it('STATE-52: keeps the newest of those that answered', () => {
    const table = fullTable([0x80, 0x90], { cacheSize: 3 })
    for (const byte of [0xa0, 0xa1, 0xa2, 0xa3]) table.confirm(node(byte), 1)
    expect(waiting(table)).toEqual([0xa1, 0xa2, 0xa3])
    table.confirm(node(0xa1), 2)
    expect(waiting(table)).toEqual([0xa2, 0xa3, 0xa1])
  })

  it('keeps the newest of those that only queried, behind whoever answered', () => {
    const table = fullTable([0x80, 0x90], { cacheSize: 3 })
    table.confirm(node(0xa0), 1)
    for (const byte of [0xb0, 0xb1, 0xb2]) table.hear(node(byte), 1)
    expect(waiting(table)).toEqual([0xb1, 0xb2, 0xa0])
    table.confirm(node(0xb1), 2)
    expect(waiting(table)).toEqual([0xb2, 0xa0, 0xb1])
    table.confirm(node(0xa5), 2)
    expect(waiting(table)).toEqual([0xa0, 0xb1, 0xa5])
    expect(table.hear(node(0xb3), 3)).toEqual({ kind: 'refused', reason: 'full' })
    expect(waiting(table)).toEqual([0xa0, 0xb1, 0xa5])
  })

  it('one address waits once, and a query does not unseat who answered there', () => {
    const table = fullTable([0x80, 0x90], { cacheSize: 3 })
    table.hear(node(0xa0, 'x'), 1)
    table.hear(node(0xa1, 'x'), 1)
    expect(waiting(table)).toEqual([0xa1])
    table.confirm(node(0xa2, 'x'), 1)
    expect(waiting(table)).toEqual([0xa2])
    expect(table.hear(node(0xa3, 'x'), 2)).toEqual({ kind: 'refused', reason: 'address' })
    expect(table.hear(node(0xa2, 'y'), 2)).toEqual({ kind: 'refused', reason: 'address' })
    expect(waiting(table)).toEqual([0xa2])
  })

  it('a candidate at an address that a member has since taken does not take over', () => {
    const table = fullTable()
    table.confirm(node(0xa0, 'x'), 1)
    table.confirm(node(0x41, 'x'), 1)
    table.doubt(node(0x80), 2)
    expect(table.doubt(node(0x80), 2)).toEqual({ kind: 'doubted', standing: 'bad' })
  })
})

describe('refreshing', () => {
  const prefixes = (table: RoutingTable<Node>, now: number) => {
    const taken: string[] = []
    const random = seededRandom(now)
    for (let next = table.takeRefresh(now, random); next; next = table.takeRefresh(now, random)) {
      expect(next.prefix.contains(next.target)).toBe(true)
      taken.push(`${idToHex(next.prefix.base)}/${next.prefix.length}`)
    }
    return taken
  }

  it('META-56, REFRESH-3: every prefix once, empty ones too, the quietest first, then in 15 min', () => {
    const table = fullTable()
    table.confirm(node(0x20), 0)
    table.confirm(node(0x21), 0)
    table.forget(id(0x40))
    expect(prefixes(table, 100)).toEqual(['40/2'])
    expect(table.nextRefreshAt()).toBe(T)
    expect(prefixes(table, T)).toEqual(['00/2', '80/1'])
    expect(prefixes(table, T + 99)).toEqual([])
    expect(prefixes(table, T + 100)).toEqual(['40/2'])
  })

  it('REFRESH-4, META-11: activity postpones, and the newest member counts', () => {
    const table = newTable()
    table.confirm(node(0x80), 0)
    table.confirm(node(0x90), 500)
    expect(prefixes(table, T + 499)).toEqual([])
    expect(prefixes(table, T + 500)).toEqual(['00/0'])
    // REFRESH-5: however it ends, the next is due a span after it was handed out.
    table.doubt(node(0x80), T + 501)
    expect(table.nextRefreshAt()).toBe(2 * T + 500)
    expect(prefixes(table, 2 * T + 499)).toEqual([])
    expect(prefixes(table, 2 * T + 500)).toEqual(['00/0'])
  })

  it('REFRESH-2: the target is uniform in its prefix', () => {
    const random = seededRandom(7)
    const counts = new Map<number, number>()
    for (let i = 0; i < 12_800; i++) {
      const table = fullTable()
      let refresh = table.takeRefresh(T, random)!
      while (refresh.prefix.length !== 1 || refresh.prefix.base[0] !== 0x80) {
        refresh = table.takeRefresh(T, random)!
      }
      const [byte] = refresh.target
      counts.set(byte!, (counts.get(byte!) ?? 0) + 1)
    }
    expect(counts.size).toBe(128)
    // Chi squared with 127 degrees of freedom exceeds 200 once in 30,000 draws of a fair source.
    const chi = [...counts.values()].reduce((sum, n) => sum + (n - 100) ** 2 / 100, 0)
    expect(chi).toBeLessThan(200)
  })

  it('META-13: nothing that was due is lost by a split or a departure', () => {
    const table = newTable()
    expect(table.nextRefreshAt()).toBe(-Infinity)
    expect(prefixes(table, 0)).toEqual(['00/0'])
    table.confirm(node(0x80), 10)
    table.confirm(node(0x81), 10)
    expect(table.nextRefreshAt()).toBeLessThanOrEqual(T + 10)
    table.confirm(node(0x40), 20)
    expect(table.nextRefreshAt()).toBe(T + 10)
    table.forget(id(0x40))
    expect(table.nextRefreshAt()).toBe(T)
    expect(prefixes(table, T)).toEqual(['00/1'])
    expect(prefixes(table, T + 10)).toEqual(['80/1'])
  })
})

describe('restoring', () => {
  it('META-1: all are questionable until they answer; own id and doubles are left out', () => {
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
    // They are offered nevertheless: the nearest are the nearest.
    expect(table.closest(id(0x80), 8)).toHaveLength(3)
  })

  it('members in their order restore the same members', () => {
    const table = fullTable()
    table.confirm(node(0x20), 0)
    const again = newTable()
    expect(again.restore(table.members())).toBe(table.size)
    expect(ids(again)).toEqual(ids(table))
  })
})

it('RT-59: ids of another width are the caller’s fault, everywhere but in restore', () => {
  const table = newTable()
  const wide = { id: new Uint8Array(2) as Node['id'], address: 'wide' }
  const attempts = [
    () => table.hear(wide, 0),
    () => table.confirm(wide, 0),
    () => table.doubt(wide, 0),
    () => table.forget(wide.id),
    () => table.get(wide.id),
    () => table.standing(wide.id, 0),
    () => table.closest(wide.id, 0),
    () => table.closest(id(1), 1, { exclude: wide.id }),
  ]
  for (const attempt of attempts) expect(attempt).toThrow(/expected \d bytes, got \d/)
})

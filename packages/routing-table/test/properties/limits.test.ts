// How many members may share a key, such as an address or a subnet.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RoutingTable, type RoutingTableOptions } from '../../src/index.ts'
import { addressOf, id, type Node, node } from '../support/world.ts'

/** One subnet per letter: the address is `<subnet>.<host>`; other contacts have none. */
const keyOf = ({ address }: Node) => (address.includes('.') ? address.split('.')[0] : undefined)

/** A table with k = 4 in which there is room for 16 in the far half. */
function newTable(
  limits: { perBucket?: number; perTable?: number },
  options: RoutingTableOptions<Node> = {},
) {
  const wide = { k: 4, widths: [16], addressOf, limits: [{ keyOf, ...limits }] }
  return new RoutingTable<Node>(id(0), { ...wide, ...options })
}

/** Makes `count` contacts without a subnet members, from `first` on. */
function know(table: RoutingTable<Node>, first: number, count: number): void {
  for (let n = 0; n < count; n++) table.responded(node(first + n, `other${first + n}`), 0)
}

const refused = { kind: 'refused', reason: 'admission' }

const countOf = (table: RoutingTable<Node>, subnet: string) =>
  [...table.members()].filter((each) => keyOf(each) === subnet).length

describe('RT-68: where k others are known', () => {
  it('a bucket has no more of one subnet than its limit; others are not refused', () => {
    const table = newTable({ perBucket: 2 })
    know(table, 0x40, 4)
    for (const byte of [0x80, 0x81]) table.responded(node(byte, `s.${byte}`), 0)
    expect(table.queried(node(0x82, 's.82'), 0)).toEqual(refused)
    expect(table.responded(node(0x82, 's.82'), 0)).toEqual(refused)
    expect(table.restore([node(0x82, 's.82')])).toBe(0)
    expect(table.responded(node(0x83, 'r.83'), 0)).toEqual({ kind: 'added' })
    expect(table.responded(node(0x84, 'free'), 0)).toEqual({ kind: 'added' })
    expect(table.responded(node(0x20, 's.20'), 0)).toEqual({ kind: 'added' })
  })

  it('a table has no more of one subnet than its limit; one that leaves makes room', () => {
    const table = newTable({ perTable: 2 })
    know(table, 0x40, 4)
    table.responded(node(0x80, 's.1'), 0)
    table.responded(node(0x20, 's.2'), 0)
    expect(table.responded(node(0x10, 's.3'), 0)).toEqual(refused)
    table.forget(id(0x80))
    expect(table.responded(node(0x10, 's.3'), 0)).toEqual({ kind: 'added' })
  })

  it('a bad member of the subnet gives way to one that responds, also of another bucket', () => {
    const table = newTable({ perTable: 1 })
    know(table, 0x40, 4)
    table.responded(node(0x80, 's.1'), 0)
    for (let i = 0; i < 2; i++) table.failed(node(0x80, 's.1'), 0)
    expect(table.queried(node(0x20, 's.2'), 0)).toEqual(refused)
    const replaced = { kind: 'replaced', evicted: node(0x80, 's.1') }
    expect(table.responded(node(0x20, 's.2'), 0)).toEqual(replaced)
    expect(table.responded(node(0x81, 's.3'), 0)).toEqual(refused)
  })

  it('a waiting contact that a limit now excludes does not join; its check ends the wait', () => {
    const table = newTable({ perTable: 1 }, { widths: [] })
    for (const byte of [0x80, 0x81, 0x82, 0x83, 0x40]) table.responded(node(byte), 0)
    expect(table.responded(node(0x90, 's.1'), 0)).toMatchObject({ kind: 'waiting' })
    table.responded(node(0x41, 's.2'), 0)
    for (let i = 0; i < 2; i++) expect(table.failed(node(0x80), 1).kind).toBe('failed')
    expect(table.takeCheck(2_000)).toEqual(node(0x90, 's.1'))
    expect(table.responded(node(0x90, 's.1'), 2_001)).toEqual(refused)
    expect(table.takeCheck(9_000)).toBeUndefined()
  })
})

describe('RT-69: where fewer than k others are known', () => {
  it('all of a subnet join, and one gives way to each further contact once k are known', () => {
    const table = newTable({ perBucket: 2 })
    for (let n = 0; n < 10; n++) {
      expect(table.responded(node(0x80 + n, `s.${n}`), 0)).toEqual({ kind: 'added' })
    }
    know(table, 0x40, 3)
    expect(countOf(table, 's')).toBe(10)
    for (let n = 2; n < 10; n++) {
      const evicted = node(0x80 + n, `s.${n}`)
      const newcomer = node(0xa0 + n, `other${n}`)
      expect(table.responded(newcomer, 0)).toEqual({ kind: 'replaced', evicted })
    }
    expect(countOf(table, 's')).toBe(2)
    expect(table.responded(node(0xb0, 'last'), 0)).toEqual({ kind: 'added' })
  })

  it('a full bucket prefers a contact within its limits to a member above them', () => {
    const table = newTable({ perBucket: 1 }, { widths: [] })
    for (let n = 0; n < 4; n++) table.responded(node(0x80 + n, `s.${n}`), 0)
    table.responded(node(0x40), 0)
    for (let n = 1; n < 4; n++) {
      const evicted = node(0x80 + n, `s.${n}`)
      const newcomer = node(0x90 + n, `other${n}`)
      expect(table.queried(newcomer, 0)).toEqual({ kind: 'waiting' })
      expect(table.responded(newcomer, 0)).toEqual({ kind: 'replaced', evicted })
    }
    expect(table.responded(node(0x9f, 'last'), 0)).toEqual({ kind: 'waiting' })
  })

  it('a restored state is held to the limits, too', () => {
    const table = newTable({ perBucket: 1 })
    const saved = Array.from({ length: 6 }, (_, n) => node(0x80 + n, `s.${n}`))
    const others = Array.from({ length: 12 }, (_, n) => node(0x90 + n, `other${n}`))
    table.restore([...saved.slice(0, 5), ...others.slice(0, 3), saved[5]!, ...others.slice(3)])
    // Of the others nine come after the third, and each of five makes one of the subnet leave.
    expect(countOf(table, 's')).toBe(1)
    expect(table.size).toBe(13)
  })
})

const TOLD = ['responded', 'responded', 'responded', 'failed', 'queried', 'forget'] as const

/** The members of each bucket, by the first byte of their ids. */
const bucketsOf = (table: RoutingTable<Node>) =>
  table.snapshot().buckets.map(({ members }) => members)

it('RT-68, RT-69: only above a limit is a contact refused, or made to leave', () => {
  const anyNode = fc.record({
    id: fc.nat({ max: 255 }).map(id),
    address: fc
      .tuple(fc.constantFrom('r', 's', 't', 'u'), fc.nat({ max: 40 }))
      .map((one) => one.join('.')),
  })
  const script = fc.array(fc.tuple(fc.constantFrom(...TOLD), anyNode), {
    maxLength: 60,
    size: 'max',
  })
  fc.assert(
    fc.property(script, (steps) => {
      const table = newTable({ perBucket: 2, perTable: 5 }, { k: 3, badAfter: 1 })
      for (const [kind, each] of steps) {
        const before = bucketsOf(table)
        const subnet = keyOf(each)
        const [mine, size] = [countOf(table, subnet!), table.size]
        const answer = kind === 'forget' ? table.forget(each.id) : table[kind](each, 0)
        const alike = (members: (typeof before)[number], like: Node) =>
          members.filter(({ contact }) => keyOf(contact) === keyOf(like)).length
        if (typeof answer === 'object' && 'reason' in answer && answer.reason === 'admission') {
          expect(size - mine).toBeGreaterThanOrEqual(3)
          expect(mine).toBeGreaterThanOrEqual(2)
        }
        if (kind === 'forget' || kind === 'failed') continue
        const left = new Set(
          bucketsOf(table)
            .flat()
            .map(({ contact }) => contact.address),
        )
        for (const members of before) {
          for (const { contact, failures } of members) {
            if (left.has(contact.address) || failures > 0) continue
            const all = before.reduce((sum, one) => sum + alike(one, contact), 0)
            expect(all > 5 || alike(members, contact) > 2).toBe(true)
          }
        }
      }
    }),
  )
})

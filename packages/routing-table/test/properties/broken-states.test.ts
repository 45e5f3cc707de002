// Each law finds states that break it, made by hand: a law that nothing can break is worthless. A
// law reports all violations, not only the first.

import { idFromBytes } from '@dht/id'
import { describe, expect, it } from 'vitest'
import { RoutingTable, type TableSnapshot } from '../../src/index.ts'
import { dueViolations, type Window, windowViolations } from '../support/window-laws.ts'
import { id, type Node, node, violations } from '../support/world.ts'

type State = TableSnapshot<Node>
type Bucket = State['buckets'][number]

const LIMITS = { k: 2, cacheSize: 2 }

function soundTable(): RoutingTable<Node> {
  const table = new RoutingTable<Node>(id(0), { k: 2 })
  for (const byte of [0x80, 0xc0, 0x40, 0x60, 0x20]) table.responded(node(byte), 5)
  return table
}

const sound = (): State => soundTable().snapshot()
const entry = (byte: number, address?: string) => ({
  contact: node(byte, address),
  lastSeenAt: 5,
  failures: 0,
  messagesSinceCheck: 1,
  respondedAt: 5,
})
const later = { ...entry(0xc0), lastSeenAt: 6 }
const entries = (...bytes: number[]) => bytes.map((byte) => entry(byte))

/** The valid state with a change in one bucket; -1: our own. */
function broken(at: number, change: Partial<Bucket>): State {
  const { self, buckets } = sound()
  return { self, buckets: buckets.with(at, { ...buckets.at(at)!, ...change }) }
}

/** Deeper than any table with its k can be. */
function tooDeep(): State {
  const empty = { ...sound().buckets[0]!, members: [], candidates: [] }
  const prefix = (index: number, length: number) => ({
    base: id(index < 8 ? 0x80 >> index : 0),
    length,
  })
  const far = Array.from({ length: 8 }, (_, i) => ({ ...empty, prefix: prefix(i, i + 1) }))
  return { self: id(0), buckets: [...far, { ...empty, prefix: prefix(8, 8) }] }
}

const lawsOf = (found: readonly string[]) => [...new Set(found.map((one) => one.split(':')[0]))]

describe('the shape', () => {
  it('of a table is valid', () => expect(violations(sound(), LIMITS)).toEqual([]))

  it.each<[string, string, State]>([
    ['RT-15', 'one member too many', broken(0, { members: entries(0x80, 0x90, 0xa0) })],
    ['RT-16', 'a bucket missing', { ...sound(), buckets: sound().buckets.slice(1) }],
    ['RT-16', 'a bucket twice', broken(1, { prefix: sound().buckets[0]!.prefix })],
    ['RT-16', 'an end too early', { ...sound(), buckets: sound().buckets.slice(0, -1) }],
    ['RT-17', 'a range that is not aligned', broken(0, { prefix: { base: id(0xc0), length: 1 } })],
    ['RT-17', 'a member elsewhere', broken(0, { members: entries(0x41) })],
    ['RT-17', 'a candidate elsewhere', broken(0, { waiting: entries(0x41) })],
    ['RT-50', 'a bucket of another width', broken(0, { prefix: { base: id(0x80), length: 2 } })],
    ['RT-50', 'too many buckets', tooDeep()],
    ['RT-54', 'our own id', broken(-1, { members: entries(0) })],
    ['RT-54', 'our own id waiting', broken(-1, { waiting: entries(0) })],
    ['RT-55', 'a member twice', broken(0, { members: entries(0x80, 0x80) })],
    ['RT-55', 'an address twice', broken(0, { members: [entry(0x80), entry(0xc0, 'a128')] })],
    ['RT-55', 'a candidate twice', broken(0, { waiting: entries(0x90, 0x90) })],
    ['STATE-8', 'an earlier one behind a later one', broken(0, { members: [later, entry(0x80)] })],
    ['STATE-52', 'a cache too full', broken(0, { waiting: entries(0x90, 0xa0, 0xb0) })],
  ])('%s: refuses %s', (law, _, state) => {
    expect(lawsOf(violations(state, LIMITS))).toContain(law)
  })

  it('RT-51: refuses more members than there are ids', () => {
    const state = tooDeep()
    const full = { ...state.buckets[7]!, members: entries(1, 1, 1) }
    const found = violations(
      { ...state, buckets: state.buckets.with(7, full) },
      { ...LIMITS, k: 9 },
    )
    expect(lawsOf(found)).toContain('RT-51')
  })

  it('RT-15: a wide bucket is as wide as configured', () => {
    const state = broken(0, { members: entries(0x80, 0x90, 0xa0) })
    expect(violations(state, { ...LIMITS, widths: [3] })).toEqual([])
    expect(lawsOf(violations(state, { ...LIMITS, widths: [2] }))).toEqual(['RT-15'])
  })

  it('RT-15, RT-17, RT-54, RT-55, STATE-52: reports all violations together', () => {
    const state = broken(0, {
      members: entries(0x80, 0x80, 0, 0x41),
      waiting: entries(0x90, 0x90, 0xa0),
    })
    expect(lawsOf(violations(state, LIMITS)).sort()).toEqual([
      ...['RT-15', 'RT-17', 'RT-54', 'RT-55'],
      'STATE-52',
    ])
  })
})

describe('what the methods show', () => {
  const windowOf = (change: Partial<Window>): Window => {
    const table = soundTable()
    return {
      size: table.size,
      get: (each) => table.get(each),
      members: () => table.members(),
      standing: (each, now) => table.standing(each, now),
      ...change,
    }
  }
  // The same contacts as in the snapshot, because members are compared by identity.
  const same = soundTable()
  const state = same.snapshot()
  const contacts = [...same.members()]
  const find = (each: Uint8Array) => contacts.find((one) => String(one.id) === String(each))
  const right = { get: find, members: () => contacts.values() }

  it('of a table is valid', () => {
    expect(windowViolations(state, windowOf(right))).toEqual([])
  })

  it.each<[string, Partial<Window>, number]>([
    ['a count of another number', { size: 4 }, 1],
    ['a member that is not found', { get: () => undefined }, 5],
    ['a member that is found as another', { get: () => contacts[0] }, 4],
    ['a member that is not listed', { members: () => contacts.slice(1).values() }, 2],
    ['one that is listed twice', { members: () => [...contacts, contacts[0]!].values() }, 1],
    ['a member without a standing', { standing: () => undefined }, 5],
  ])('META-55: refuse %s', (_, change, count) => {
    const found = windowViolations(state, windowOf({ ...right, ...change }))
    expect(lawsOf(found)).toEqual(['META-55'])
    expect(found).toHaveLength(count)
  })
})

describe('due times', () => {
  const announced = { nextRefreshAt: 15, refreshAfterMs: 10, now: 5, k: LIMITS.k }
  const active = (change: Partial<Bucket>): State => {
    const { self, buckets } = sound()
    return { self, buckets: buckets.map((each) => ({ ...each, refreshedAt: 5, ...change })) }
  }

  it('of a table are valid', () => {
    expect(dueViolations(active({}), announced)).toEqual([])
    expect(dueViolations(active({}), { ...announced, nextRefreshAt: -Infinity })).toEqual([])
  })

  it.each<[string, State, number]>([
    ['an instant announced late', active({ refreshedAt: 4, members: [] }), 15],
    ['a refresh in the future', active({ refreshedAt: 6 }), 15],
    ['a check in the future', active({ checkedAt: 6 }), 15],
    ['a check that never began', active({ checking: node(0x80), checkedAt: -Infinity }), 15],
    ['ranges that are forgotten', active({ refreshedAt: -Infinity, members: [] }), 0],
  ])('META-56: are not %s', (_, state, nextRefreshAt) => {
    const found = dueViolations(state, { ...announced, nextRefreshAt })
    expect(lawsOf(found)).toEqual(['META-56'])
  })

  it('META-56: are checked for every range', () => {
    const late = active({ refreshedAt: 1, members: [], checkedAt: 6 })
    expect(dueViolations(late, announced)).toHaveLength(2 * late.buckets.length)
  })
})

it('a state of wider ids is checked by the same laws', () => {
  const self = idFromBytes(new Uint8Array(20))
  const table = new RoutingTable<Node>(self, { k: 1 })
  const near = idFromBytes(new Uint8Array(20).fill(1, 19))
  table.responded({ id: near, address: 'a' }, 0)
  expect(violations(table.snapshot(), { k: 1, cacheSize: 1 })).toEqual([])
  const { buckets } = table.snapshot()
  const member = { contact: { id: self, address: 'b' }, lastSeenAt: 0, failures: 0, respondedAt: 0 }
  const own = { ...buckets[0]!, members: [member, member] }
  const found = violations({ self, buckets: [own] }, { k: 1, cacheSize: 1 })
  expect(lawsOf(found).sort()).toEqual(['RT-15', 'RT-54', 'RT-55'])
})

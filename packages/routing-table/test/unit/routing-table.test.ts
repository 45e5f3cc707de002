// The history of one small table, as a user sees it.

import { idFromHex } from '@dht/id'
import { describe, expect, it } from 'vitest'
import { RoutingTable } from '../../src/index.ts'

const contact = (hex: string, address: string) => ({ id: idFromHex(hex), address })
const ann = contact('80', '192.0.2.1:6881')
const bob = contact('c0', '192.0.2.2:6881')
const eve = contact('e0', '192.0.2.3:6881')

it('learns by evidence, returns what is due, and does nothing itself', () => {
  const table = new RoutingTable<typeof ann>(idFromHex('00'), { k: 1, addressOf: (c) => c.address })
  expect(table.responded(ann, 0)).toEqual({ kind: 'added' })
  expect(table.queried(bob, 1_000)).toEqual({ kind: 'waiting' })
  expect(table.responded(bob, 1_100)).toEqual({ kind: 'waiting' })
  // Fifteen minutes later nothing has been received from Ann: a ping is due, because Bob waits.
  expect(table.nextCheckAt()).toBe(900_000)
  expect(table.takeCheck(900_000)).toBe(ann)
  expect(table.failed(ann, 902_000)).toEqual({ kind: 'failed', standing: 'questionable' })
  expect(table.failed(ann, 904_000)).toEqual({ kind: 'failed', standing: 'bad' })
  // Bob has been silent for too long as well, so he has to respond again to replace her.
  expect(table.takeCheck(905_000)).toBe(bob)
  expect(table.responded(bob, 905_100)).toEqual({ kind: 'replaced', evicted: ann })
  expect(table.closest(eve.id, 8)).toEqual([bob])
  expect([...table.members()]).toEqual([bob])
})

it('a query from elsewhere under the id of a member waits until it responds', () => {
  const table = new RoutingTable<typeof ann>(idFromHex('00'), { k: 1, addressOf: (c) => c.address })
  expect(table.nextCheckAt()).toBeUndefined()
  table.responded(ann, 0)
  expect(table.nextCheckAt()).toBe(15 * 60_000)
  const waiting = () => table.snapshot().buckets[0]!.waiting.length
  table.queried({ ...ann, address: bob.address }, 1)
  expect(waiting()).toBe(1)
  table.queried(ann, 2)
  expect(waiting()).toBe(1)
  table.responded(ann, 3)
  expect(waiting()).toBe(0)
})

it('members lists our own bucket first, outwards; a copy, so changes have no effect', () => {
  const table = new RoutingTable<typeof ann>(idFromHex('00'), { k: 1 })
  for (const hex of ['80', '40', '20', '10']) table.responded(contact(hex, ''), 0)
  const members = table.members()
  table.forget(idFromHex('10'))
  expect([...members].map(({ id }) => id[0])).toEqual([0x10, 0x20, 0x40, 0x80])
})

it('copies our own id', () => {
  const self = idFromHex('0f')
  const table = new RoutingTable<typeof ann>(self)
  self[0] = 0xff
  expect(table.self).toEqual(idFromHex('0f'))
  const { self: copy } = table.snapshot()
  copy[0] = 0xff
  expect(table.self).toEqual(idFromHex('0f'))
})

it('wide buckets hold more, in whatever order contacts come', () => {
  const table = new RoutingTable<typeof ann>(idFromHex('00'), { k: 1, widths: [4, 2] })
  for (let byte = 1; byte < 256; byte++) {
    table.responded(contact(byte.toString(16).padStart(2, '0'), ''), 0)
  }
  const { buckets } = table.snapshot()
  expect(buckets.map(({ members }) => members.length)).toEqual([4, 2, 1, 1, 1, 1, 1, 1])
})

describe('META-61: a late response', () => {
  const table = () => new RoutingTable<typeof ann>(idFromHex('00'), { addressOf: (c) => c.address })
  const failuresOf = (one: RoutingTable<typeof ann>) => one.snapshot().buckets[0]!.members[0]

  it('takes back the failure of its own query, and no other', () => {
    const one = table()
    one.responded(ann, 0)
    one.failed(ann, 4_000)
    one.failed(ann, 5_000)
    expect(one.standing(ann.id, 5_000)).toBe('bad')
    expect(one.respondedLate(ann, 4_000, 6_000)).toEqual({ kind: 'updated' })
    expect(failuresOf(one)).toMatchObject({ failures: 1, lastSeenAt: 6_000, respondedAt: 0 })
    expect(one.standing(ann.id, 6_000)).toBe('good')
    one.respondedLate(ann, 5_000, 7_000)
    expect(failuresOf(one)).toMatchObject({ failures: 0 })
    one.respondedLate(ann, 5_000, 8_000)
    expect(failuresOf(one)).toMatchObject({ failures: 0 })
  })

  it('takes nothing back that a response in time has reset', () => {
    const one = table()
    one.responded(ann, 0)
    one.failed(ann, 4_000)
    one.responded(ann, 5_000)
    one.failed(ann, 9_000)
    one.respondedLate(ann, 4_000, 10_000)
    expect(failuresOf(one)).toMatchObject({ failures: 1 })
  })

  it('adds a contact that is not a member, because it is verified', () => {
    const one = table()
    one.queried(ann, 0)
    one.failed(ann, 4_000)
    expect(one.respondedLate(ann, 4_000, 5_000)).toEqual({ kind: 'added' })
    expect(one.standing(ann.id, 5_000)).toBe('good')
  })

  it("from another address than the member's takes nothing back", () => {
    const one = table()
    one.responded(ann, 0)
    one.failed(ann, 4_000)
    const moved = { ...ann, address: bob.address }
    expect(one.respondedLate(moved, 4_000, 5_000).kind).toBe('waiting')
    expect(failuresOf(one)).toMatchObject({ failures: 1 })
  })

  it('of a member that is still bad causes a check', () => {
    const one = table()
    one.responded(ann, 0)
    for (const at of [4_000, 5_000, 6_000]) one.failed(ann, at)
    expect(one.takeCheck(7_000)).toBeUndefined()
    expect(one.respondedLate(ann, 4_000, 7_000)).toEqual({ kind: 'updated' })
    expect(one.takeCheck(7_000)).toBe(ann)
  })
})

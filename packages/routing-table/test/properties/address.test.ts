// One address for each id, and which contacts may wait. In worlds of one byte.

import { describe, expect, it } from 'vitest'
import { RoutingTable } from '../../src/index.ts'
import { fullTable, ids } from '../support/tables.ts'
import { id, type Node, node } from '../support/world.ts'

describe('one address for each id', () => {
  const moved = node(0x80, 'elsewhere')

  it('STATE-55: an id moves when its old address is bad and the new one has responded', () => {
    const table = fullTable()
    expect(table.responded(moved, 1)).toEqual({ kind: 'waiting' })
    expect(table.takeCheck(1)).toEqual(node(0x80))
    expect(table.failed(node(0x80), 2)).toEqual({ kind: 'failed', standing: 'good' })
    const answer = { kind: 'replaced', evicted: node(0x80), by: moved }
    expect(table.failed(node(0x80), 3)).toEqual(answer)
    expect(table.get(id(0x80))).toEqual(moved)
    expect(table.size).toBe(3)
  })

  it('STATE-55: when the old address responds, a waiting contact with its id is removed', () => {
    const table = fullTable()
    table.responded(moved, 1)
    table.responded(node(0x80), 2)
    expect(table.snapshot().buckets[0]!.waiting).toEqual([])
    expect(table.failed(moved, 2)).toEqual({ kind: 'unknown' })
  })

  it('STATE-55: a contact that never responded does not move an id', () => {
    const table = fullTable()
    expect(table.queried(moved, 1)).toEqual({ kind: 'waiting' })
    expect(table.takeCheck(1)).toEqual(node(0x80))
    table.failed(node(0x80), 2)
    expect(table.failed(node(0x80), 2)).toEqual({ kind: 'failed', standing: 'bad' })
    expect(table.takeCheck(1_001)).toEqual(moved)
    expect(table.responded(moved, 1_002)).toEqual({ kind: 'replaced', evicted: node(0x80) })
  })

  it('another id at the address of a member is refused, and the member is checked', () => {
    const table = fullTable()
    const thief = node(0x41, 'a128')
    const refused = { kind: 'refused', reason: 'address' }
    expect(table.queried(thief, 1)).toEqual(refused)
    expect(table.takeCheck(1)).toEqual(node(0x80))
    expect(table.responded(thief, 2)).toEqual(refused)
  })

  it('a contact that responds at the address of a bad member replaces it, in one step', () => {
    const table = fullTable()
    for (let i = 0; i < 2; i++) table.failed(node(0x80), 1)
    const other = node(0x41, 'a128')
    expect(table.queried(other, 2)).toMatchObject({ kind: 'waiting' })
    expect(table.responded(other, 3)).toEqual({ kind: 'replaced', evicted: node(0x80) })
    expect(ids(table)).toEqual(['40', '41', '90'])
    // The room that is left is there for the next.
    expect(table.responded(node(0xa0), 4)).toEqual({ kind: 'added' })
  })

  it('but not when it would replace two members', () => {
    const table = fullTable()
    table.responded(node(0x20), 0)
    table.responded(node(0x10), 0)
    table.responded(node(0x41), 0)
    for (const byte of [0x80, 0x40]) {
      for (let i = 0; i < 2; i++) table.failed(node(byte), 1)
    }
    const refused = { kind: 'refused', reason: 'address' }
    expect(table.responded(node(0x50, 'a128'), 2)).toEqual(refused)
    expect(table.responded(node(0x40, 'a128'), 2)).toEqual(refused)
    expect(table.size).toBe(6)
  })

  it('META-55: an address is free once its member has left, for whatever reason', () => {
    const forgotten = fullTable()
    forgotten.forget(id(0x80))
    expect(forgotten.responded(node(0x41, 'a128'), 1)).toEqual({ kind: 'added' })

    const replaced = fullTable()
    for (let i = 0; i < 2; i++) replaced.failed(node(0x80), 1)
    expect(replaced.responded(node(0xa0), 2)).toMatchObject({ kind: 'replaced' })
    expect(replaced.responded(node(0x41, 'a128'), 3)).toEqual({ kind: 'added' })

    const relocated = fullTable()
    for (let i = 0; i < 2; i++) relocated.failed(node(0x80), 1)
    expect(relocated.responded(moved, 2)).toMatchObject({ kind: 'replaced' })
    expect(relocated.responded(node(0x41, 'a128'), 3)).toEqual({ kind: 'added' })
    expect(relocated.responded(node(0x42, 'elsewhere'), 3)).toMatchObject({ reason: 'address' })
  })

  it('without addressOf, addresses are ignored and a response replaces the contact', () => {
    const table = new RoutingTable<Node>(id(0), { k: 2 })
    table.responded(node(0x80), 0)
    expect(table.responded(moved, 1)).toEqual({ kind: 'updated' })
    expect(table.get(id(0x80))).toBe(moved)
    expect(table.responded(node(0x90, 'elsewhere'), 1)).toEqual({ kind: 'added' })
  })

  it('STATE-50: a waiting contact whose address a good member has displaces no member', () => {
    const table = fullTable([0x80, 0x90], { badAfter: 1 })
    table.responded(node(0xa0, 'x'), 1)
    table.responded(node(0x20, 'x'), 1)
    table.forget(id(0x90))
    expect(table.failed(node(0x80), 2)).toEqual({ kind: 'failed', standing: 'bad' })
    expect(ids(table)).toEqual(['20', '40', '80'])
  })

  it('STATE-53: a contact refused for its address no longer waits and is not checked', () => {
    const table = fullTable()
    table.responded(node(0xa0, 'x'), 1)
    table.responded(node(0x20, 'x'), 1)
    table.forget(id(0x90))
    expect(table.takeCheck(2)).toEqual(node(0xa0, 'x'))
    expect(table.responded(node(0xa0, 'x'), 3)).toMatchObject({ reason: 'address' })
    table.responded(node(0x20, 'x'), 4)
    expect(table.takeCheck(5_000)).toBeUndefined()
  })
})

describe('the replacement cache', () => {
  const waiting = (table: RoutingTable<Node>) =>
    table.snapshot().buckets[0]!.waiting.map(({ contact }) => contact.id[0])

  it('STATE-52: keeps the newest of those that responded', () => {
    const table = fullTable([0x80, 0x90], { cacheSize: 3 })
    for (const byte of [0xa0, 0xa1, 0xa2, 0xa3]) table.responded(node(byte), 1)
    expect(waiting(table)).toEqual([0xa1, 0xa2, 0xa3])
    table.responded(node(0xa1), 2)
    expect(waiting(table)).toEqual([0xa2, 0xa3, 0xa1])
  })

  it('keeps the newest of those that only queried, behind those that responded', () => {
    const table = fullTable([0x80, 0x90], { cacheSize: 3 })
    table.responded(node(0xa0), 1)
    for (const byte of [0xb0, 0xb1, 0xb2]) table.queried(node(byte), 1)
    expect(waiting(table)).toEqual([0xb1, 0xb2, 0xa0])
    table.responded(node(0xb1), 2)
    expect(waiting(table)).toEqual([0xb2, 0xa0, 0xb1])
    table.responded(node(0xa5), 2)
    expect(waiting(table)).toEqual([0xa0, 0xb1, 0xa5])
    expect(table.queried(node(0xb3), 3)).toEqual({ kind: 'refused', reason: 'full' })
    expect(waiting(table)).toEqual([0xa0, 0xb1, 0xa5])
  })

  it('one address waits once, and a query does not displace one that responded there', () => {
    const table = fullTable([0x80, 0x90], { cacheSize: 3 })
    table.queried(node(0xa0, 'x'), 1)
    table.queried(node(0xa1, 'x'), 1)
    expect(waiting(table)).toEqual([0xa1])
    table.responded(node(0xa2, 'x'), 1)
    expect(waiting(table)).toEqual([0xa2])
    expect(table.queried(node(0xa3, 'x'), 2)).toEqual({ kind: 'refused', reason: 'address' })
    expect(table.queried(node(0xa2, 'y'), 2)).toEqual({ kind: 'refused', reason: 'address' })
    expect(waiting(table)).toEqual([0xa2])
  })

  it('a waiting contact at the address of a newer member replaces no member', () => {
    const table = fullTable()
    table.responded(node(0xa0, 'x'), 1)
    table.responded(node(0x41, 'x'), 1)
    table.failed(node(0x80), 2)
    expect(table.failed(node(0x80), 2)).toEqual({ kind: 'failed', standing: 'bad' })
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Members } from '../../src/members.ts'
import { newEntry, type TableEntry } from '../../src/table-entry.ts'
import { id, type Node, node } from '../support/world.ts'

function entry(byte: number, lastSeenAt: number): TableEntry<Node> {
  const made = newEntry(node(byte), undefined)
  made.lastSeenAt = lastSeenAt
  return made
}

const bytesOf = (members: Members<Node>) => members.entries.map(({ contact }) => contact.id[0])

describe('members', () => {
  it('STATE-8: are in the order of their silence, whatever order they come in', () => {
    const changes = fc.array(fc.record({ byte: fc.nat(9), at: fc.integer({ min: -3, max: 3 }) }), {
      maxLength: 40,
    })
    fc.assert(
      fc.property(changes, (list) => {
        const members = new Members<Node>()
        const expected = new Map<number, number>()
        for (const { byte, at } of list) {
          const known = members.find(id(byte))
          if (known === undefined) members.add(entry(byte, at))
          else if (at === 0) members.remove(known)
          else {
            known.lastSeenAt = Math.max(known.lastSeenAt, at)
            members.reorder(known)
          }
          if (known !== undefined && at === 0) expected.delete(byte)
          else expected.set(byte, Math.max(at, expected.get(byte) ?? at))
        }
        const seen = members.entries.map(({ lastSeenAt }) => lastSeenAt)
        expect(seen).toEqual([...expected.values()].sort((a, b) => a - b))
        expect(new Set(bytesOf(members))).toEqual(new Set(expected.keys()))
        expect(members.size).toBe(expected.size)
      }),
    )
  })

  it('when another is found in between, or leaves, the right one moves to the end', () => {
    const disturb = [
      (members: Members<Node>) => members.find(id(3)),
      (members: Members<Node>) => members.remove(members.entries[0]!),
      (members: Members<Node>) => members.add(entry(9, 0)),
    ]
    for (const between of disturb) {
      const members = new Members<Node>()
      for (const byte of [1, 2, 3, 4]) members.add(entry(byte, byte))
      const second = members.find(id(2))!
      between(members)
      const others = bytesOf(members).filter((byte) => byte !== 2)
      second.lastSeenAt = 7
      members.reorder(second)
      expect(bytesOf(members)).toEqual([...others, 2])
    }
  })

  it('of those seen at one instant, the first stays in front', () => {
    const members = new Members<Node>()
    for (const byte of [3, 1, 2]) members.add(entry(byte, 5))
    expect(bytesOf(members)).toEqual([3, 1, 2])
  })

  it('are found by their whole id, not by its head', () => {
    const wide = (last: number) => ({ id: Uint8Array.of(1, 2, 3, 4, last) as never, address: '' })
    const members = new Members<Node>()
    for (const last of [7, 8]) members.add(newEntry(wide(last), undefined))
    expect(members.find(wide(8).id)?.contact.id[4]).toBe(8)
    expect(members.find(wide(9).id)).toBeUndefined()
  })
})

import { idFromBytes } from '@dht/id'
import { expect, it } from 'vitest'
import { ReplacementCache } from '../../src/replacement-cache.ts'
import { newEntry, type TableEntry } from '../../src/table-entry.ts'
import { type Node, node } from '../support/world.ts'

const entry = (byte: number, address?: string, lastSeenAt = -Infinity): TableEntry<Node> => {
  const made = newEntry(node(byte, address), address ?? `a${byte}`)
  made.lastSeenAt = lastSeenAt
  return made
}
const bytes = (cache: ReplacementCache<Node>) => cache.entries.map(({ contact }) => contact.id[0])

function offer(
  cache: ReplacementCache<Node>,
  each: TableEntry<Node>,
): 'address' | 'full' | undefined {
  return cache.hold(each, false, cache.conflictingWith(each))
}

it('a full cache drops the oldest, round after round, and the order stays', () => {
  const cache = new ReplacementCache<Node>(3)
  for (let byte = 1; byte <= 11; byte++) {
    expect(offer(cache, entry(byte, undefined, byte))).toBeUndefined()
    const newest = [byte - 2, byte - 1, byte].filter((each) => each > 0)
    expect(bytes(cache)).toEqual(newest)
  }
  expect(bytes(cache)).toEqual([9, 10, 11])
})

it('the contact that has responded wins a conflict, wherever it is in the cache', () => {
  const cache = new ReplacementCache<Node>(3)
  for (const byte of [1, 2]) offer(cache, entry(byte))
  for (const byte of [3, 4]) offer(cache, entry(byte, undefined, 0))
  // Two has never responded, four has; the new one has the address of one and the id of the other.
  const claimant = entry(4, 'a2')
  expect(cache.conflictingWith(claimant)?.contact.id[0]).toBe(4)
  expect(offer(cache, claimant)).toBe('address')
})

it('removes the right contact and adds the next one at its end', () => {
  const cache = new ReplacementCache<Node>(3)
  const five = [1, 2, 3, 4, 5].map((byte) => entry(byte, undefined, 0))
  for (const each of five) offer(cache, each)
  cache.remove(five[3]!)
  expect(bytes(cache)).toEqual([3, 5])
  offer(cache, entry(6, undefined, 0))
  expect(bytes(cache)).toEqual([3, 5, 6])
})

it('a contact that has responded displaces one that has not, and never the other way round', () => {
  const cache = new ReplacementCache<Node>(3)
  for (const byte of [1, 2, 3, 4]) offer(cache, entry(byte))
  offer(cache, entry(5, undefined, 0))
  expect(bytes(cache)).toEqual([3, 4, 5])
  offer(cache, entry(6))
  expect(bytes(cache)).toEqual([4, 6, 5])
  for (const byte of [7, 8]) offer(cache, entry(byte, undefined, 0))
  expect(bytes(cache)).toEqual([5, 7, 8])
  expect(offer(cache, entry(9))).toBe('full')
})

it('the contact that has responded wins a conflict', () => {
  const cache = new ReplacementCache<Node>(3)
  for (const each of [entry(1, 'x'), entry(2, 'y', 0)]) offer(cache, each)
  expect(offer(cache, entry(1, 'y'))).toBe('address')
  expect(bytes(cache)).toEqual([1, 2])
  expect(offer(cache, entry(1, 'y', 1))).toBeUndefined()
  expect(bytes(cache)).toEqual([1])
})

it('two ids are distinguished even if their first 32 bits are equal', () => {
  const cache = new ReplacementCache<Node>(3)
  for (const last of [1, 2]) {
    const id = idFromBytes(Uint8Array.of(9, 9, 9, 9, last))
    offer(cache, newEntry({ id, address: `a${last}` }, `a${last}`))
  }
  expect(cache.size).toBe(2)
})

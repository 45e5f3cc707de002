import { idFromBigInt } from '@dht/id'
import { expect, it } from 'vitest'
import {
  findEntry,
  isSameContact,
  NEVER,
  newEntry,
  record,
  removeEntry,
} from '../../src/table-entry.ts'
import { node } from '../support/world.ts'

it('an entry begins before every instant', () => {
  const entry = newEntry(node(1), 'x')
  expect(entry).toMatchObject({ address: 'x', lastSeenAt: NEVER, failures: 0 })
  expect(NEVER + 900_000).toBe(-Infinity)
})

it('a response renews and resets failures; a query only renews, and only after a response', () => {
  const entry = newEntry(node(1), undefined)
  entry.failures = 1
  record(entry, node(1), 'query', 5)
  expect(entry).toMatchObject({ lastSeenAt: NEVER, failures: 1 })
  const newer = node(1)
  record(entry, newer, 'response', 6)
  expect(entry).toMatchObject({ lastSeenAt: 6, failures: 0 })
  expect(entry.contact).toBe(newer)
  record(entry, node(1), 'query', 9)
  record(entry, node(1), 'response', 3)
  expect(entry.lastSeenAt).toBe(9)
})

it('entries are found by the whole id, and removed one at a time', () => {
  const long = (value: bigint) => ({ id: idFromBigInt(value, 8), address: '' })
  const [a, b] = [newEntry(long(1n), ''), newEntry(long(2n), 'y')]
  const entries = [a, b]
  expect(findEntry(entries, long(2n).id)).toBe(b)
  expect(findEntry(entries, long(3n).id)).toBeUndefined()
  expect(isSameContact(b, long(2n).id, 'y')).toBe(true)
  expect(isSameContact(b, long(2n).id, '')).toBe(false)
  expect(isSameContact(b, long(1n).id, 'y')).toBe(false)
  removeEntry(entries, a)
  removeEntry(entries, a)
  expect(entries).toEqual([b])
})

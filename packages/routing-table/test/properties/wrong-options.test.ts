// Wrong options and arguments of a table, as callers without types may pass them.

import { idFromBytes } from '@dht/id'
import { expectOptionsChecked, expectRefusal, wrongFor } from '@dht/testing/refusals'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { RoutingTable, resolveRoutingTableOptions } from '../../src/index.ts'

const self = idFromBytes(new Uint8Array(32))
const random = (length: number): Uint8Array => new Uint8Array(length)
const contact = { id: idFromBytes(new Uint8Array(32).fill(0x80)) }

it('API-1: the error of a wrong option of a table has its name and value', () => {
  const kinds = {
    k: 'number',
    widths: 'object',
    maxBuckets: 'number',
    cacheSize: 'number',
    badAfter: 'number',
    questionableAfterMs: 'number',
    refreshAfterMs: 'number',
    checkIntervalMs: 'number',
    checkTimeoutMs: 'number',
    addressOf: 'function',
    admission: 'object',
    isPreferred: 'function',
    limits: 'object',
  } as const
  expect(Object.keys(kinds).sort()).toEqual(Object.keys(resolveRoutingTableOptions({})).sort())
  expectOptionsChecked(kinds, resolveRoutingTableOptions)
})

it('API-1: an invalid instant is refused by every method that takes one', () => {
  const instant = fc.oneof(
    fc.constant(undefined),
    wrongFor('number').filter((value) => typeof value !== 'number' || Number.isNaN(value)),
  )
  fc.assert(
    fc.property(instant, (value) => {
      const table = new RoutingTable(self)
      table.responded(contact, 0)
      const before = table.snapshot()
      const now = value as never
      const calls = [
        () => table.queried(contact, now),
        () => table.responded(contact, now),
        () => table.failed(contact, now),
        () => table.standing(contact.id, now),
        () => table.takeCheck(now),
        () => table.takeRefresh(now, random),
      ]
      for (const call of calls) expectRefusal(call, { name: 'now', value })
      expect(table.snapshot()).toEqual(before)
    }),
  )
})

it('API-1: invalid counts, contacts and random sources are refused', () => {
  const table = new RoutingTable(self)
  for (const value of [undefined, null, '8', Number.NaN]) {
    expectRefusal(() => table.closest(self, value as never), { name: 'count', value })
  }
  for (const value of [undefined, null, 'ab', {}, { id: 'ab' }]) {
    for (const call of [
      () => table.queried(value as never, 0),
      () => table.responded(value as never, 0),
      () => table.failed(value as never, 0),
      () => table.restore([value as never]),
    ]) {
      expectRefusal(call, { name: 'contact', value })
    }
  }
  for (const value of [undefined, 5]) {
    expectRefusal(() => table.takeRefresh(0, value as never), { name: 'random', value })
    const limits = [{ keyOf: value as never }]
    expectRefusal(() => new RoutingTable(self, { limits }), { name: 'limits[0].keyOf', value })
  }
  for (const value of ['2', Number.NaN, 0]) {
    const keyOf = (): string => 'a'
    const perBucket = value as never
    const limits = [{ keyOf, perBucket }]
    expectRefusal(() => new RoutingTable(self, { limits }), { name: 'limits[0].perBucket', value })
  }
})

it('API-1: the error of an id of another width has the id and the width of our own', () => {
  const table = new RoutingTable(self)
  const narrow = { id: idFromBytes(new Uint8Array(20)) }
  const calls = [
    () => table.queried(narrow, 0),
    () => table.responded(narrow, 0),
    () => table.failed(narrow, 0),
    () => table.forget(narrow.id),
    () => table.get(narrow.id),
    () => table.nearestBad(narrow.id),
    () => table.closest(narrow.id, 8),
    () => table.closest(self, 8, { exclude: narrow.id }),
  ]
  const code = 'ERR_DHT_ID_LENGTH'
  for (const call of calls) {
    expect(call).toThrow(
      expect.objectContaining({ code, message: 'id: expected 32 bytes, got 20' }),
    )
  }
})

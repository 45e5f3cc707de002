// What callers of the item store do wrong, and what they may do with the bytes that they gave.

import { idFromBytes } from '@dht/id'
import { expectOptionsChecked } from '@dht/testing/refusals'
import { expect, it } from 'vitest'
import {
  ITEM_STORE_DEFAULTS,
  type ItemPut,
  ItemStore,
  resolveItemStoreOptions,
  StoreArgumentError,
} from '../../src/index.ts'

const target = idFromBytes(Uint8Array.of(1))
const v = Uint8Array.of(105, 49, 101)
const signed = { k: new Uint8Array(32), salt: new Uint8Array(0), seq: 1n, sig: new Uint8Array(64) }
const right: ItemPut = { target, item: { v, signed }, source: 'a', cas: 0n }

it('API-1: the error of a wrong option of an item store has its name and value', () => {
  const names = Object.keys(ITEM_STORE_DEFAULTS)
  const kinds = Object.fromEntries(names.map((name) => [name, 'number'] as const))
  expectOptionsChecked(kinds, resolveItemStoreOptions)
})

it.each([
  ['put', undefined],
  ['target', { ...right, target: '00' }],
  ['item', { ...right, item: undefined }],
  ['v', { ...right, item: { v: 'text' } }],
  ['signed', { ...right, item: { v, signed: null } }],
  ['k', { ...right, item: { v, signed: { ...signed, k: 1 } } }],
  ['salt', { ...right, item: { v, signed: { ...signed, salt: undefined } } }],
  ['sig', { ...right, item: { v, signed: { ...signed, sig: [] } } }],
  ['seq', { ...right, item: { v, signed: { ...signed, seq: 1 } } }],
  ['cas', { ...right, cas: 1 }],
  ['source', { ...right, source: 1 }],
  ['subnet', { ...right, subnet: 1 }],
])('API-1: a put with a wrong %s is refused', (argument, put) => {
  const store = new ItemStore()
  const error = (() => {
    try {
      store.put(put as never, 0)
    } catch (thrown) {
      return thrown
    }
    return undefined
  })()
  expect(StoreArgumentError.is(error) && error.argument).toBe(argument)
  expect(store.size).toBe(0)
})

it('an instant that is not a number is refused by every method that takes one', () => {
  const store = new ItemStore()
  const now = Number.NaN
  const calls = [
    () => store.put(right, now),
    () => store.get(target, now),
    () => store.boundReached({ target, source: 'a' }, now),
    () => store.expire(now),
    () => store.snapshot(now),
  ]
  for (const call of calls) expect(call).toThrow(StoreArgumentError)
})

it('what is stored does not change with the bytes that were given', () => {
  const store = new ItemStore()
  const bytes = v.slice()
  const id = idFromBytes(target)
  store.put({ target: id, item: { v: bytes, signed }, source: 'a' }, 0)
  bytes.fill(0)
  id.fill(0)
  expect(store.get(target, 0)).toEqual({ v, signed })
  const [copied] = store.snapshot(0).items
  copied?.item.v.fill(0)
  copied?.target.fill(0)
  expect(store.get(target, 0)).toEqual({ v, signed })
})

it('ITEM-2: with the defaults 32 hosts with the largest items are needed to fill the store', () => {
  const { maxItems, maxItemBytes, maxItemsPerSource } = ITEM_STORE_DEFAULTS
  // A value of 1,000 bytes and a salt of 64.
  expect(maxItemBytes).toBeGreaterThanOrEqual(31 * maxItemsPerSource * 1_064)
  expect(maxItems).toBeGreaterThan(31 * maxItemsPerSource)
})

// The hosts of a subnet fill at most its share of the room for items that others leave, so a few
// subnets can't fill a store.

import { idFromBytes } from '@dht/id'
import { expect, it } from 'vitest'
import { type ItemPut, ItemStore, type ItemStoreOptions } from '../../src/index.ts'

/** An immutable item of so many bytes under target `n`. */
function itemPut(n: number, subnet: string | undefined, bytes = 1): ItemPut {
  const target = idFromBytes(Uint8Array.of(n >> 16, n >> 8, n))
  return { target, item: { v: new Uint8Array(bytes) }, source: `${subnet} ${n >> 4}`, subnet }
}

const WIDE: ItemStoreOptions = { maxItems: 800, maxItemBytes: 100_000 }

/** Puts one item after another until none is accepted. @returns how many were */
function flood(store: ItemStore, from: number, subnet: string | undefined, bytes = 1): number {
  let accepted = 0
  for (let n = 0; n < 1_000; n++) {
    if (store.put(itemPut(from + n, subnet, bytes), 0).kind === 'added') accepted++
  }
  return accepted
}

it.each([
  ['items', 1, 800],
  ['bytes', 1_000, 100],
])('ITEM-26: n subnets that put without end leave (7/8)^n of the %s', (_, bytes, most) => {
  const store = new ItemStore(WIDE)
  for (let n = 0; n < 12; n++) {
    flood(store, n * 1_000, `subnet ${n}`, bytes)
    // Each takes a whole number of items: the next one above its share.
    const free = most - store.size
    expect(Math.abs(free - most * (7 / 8) ** (n + 1))).toBeLessThan(8)
    const query = { target: itemPut(99_999, 'new').target, source: 'new', subnet: 'new' }
    expect(store.boundReached({ ...query, bytes }, 0)).toBeUndefined()
  }
})

it('ITEM-26: a subnet with its share is refused by name, and renews what it holds', () => {
  const store = new ItemStore(WIDE)
  expect(flood(store, 0, 'a')).toBe(100)
  expect(store.put(itemPut(5_000, 'a'), 0)).toEqual({ kind: 'refused', reason: 'subnetShare' })
  for (let n = 0; n < 100; n++) expect(store.put(itemPut(n, 'a'), 0).kind).toBe('renewed')
  // Another subnet that renews an item has it from then on.
  expect(store.put(itemPut(0, 'b'), 0).kind).toBe('renewed')
  expect(store.put(itemPut(5_000, 'a'), 0).kind).toBe('added')
})

it('ITEM-26: no share is kept of hosts without a subnet, or where it is switched off', () => {
  expect(flood(new ItemStore(WIDE), 0, undefined)).toBe(800)
  expect(flood(new ItemStore({ ...WIDE, subnetShare: 1 }), 0, 'a')).toBe(800)
})

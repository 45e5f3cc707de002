// The targets and items with most in them, compared with what a snapshot has.

import { idFromBytes, idToHex, idView } from '@dht/id'
import { seededRandom } from '@dht/testing'
import { expect, it } from 'vitest'
import { ItemStore, type PeerStore, StoreArgumentError } from '../../src/index.ts'
import { HOUR_MS, peerOf, storeOf, targetOf } from '../support/world.ts'

function filled(): PeerStore {
  const store = storeOf()
  for (let target = 1; target <= 6; target++) {
    for (let peer = 0; peer < target * 3; peer++) {
      const seed = peer % 2 === 0
      store.put({ target: targetOf(target), peer: peerOf(peer + 1), sourcePort: 1, seed }, 0)
    }
  }
  return store
}

/** Number of peers of each target, counted in a snapshot. */
function sizesOf(store: PeerStore): Map<string, number> {
  const sizes = new Map<string, number>()
  for (const { target } of store.snapshot(Number.NEGATIVE_INFINITY).peers) {
    const hex = idToHex(idView(target))
    sizes.set(hex, (sizes.get(hex) ?? 0) + 1)
  }
  return sizes
}

it('returns the targets with most peers, seeds included, those with most first', () => {
  const store = filled()
  const expected = [...sizesOf(store)].sort(([, a], [, b]) => b - a)
  const read = (count: number) =>
    store.largestTargets(count).map(({ target, peers }) => [idToHex(idView(target)), peers])
  expect(expected[0]?.[1]).toBe(18)
  expect(read(Number.POSITIVE_INFINITY)).toEqual(expected)
  expect(read(2)).toEqual(expected.slice(0, 2))
  expect(read(0)).toEqual([])
  expect(read(-1)).toEqual([])
})

it('removes nothing: what has expired is removed by the calls that tell the time', () => {
  const store = filled()
  expect(store.largestTargets(9)).toHaveLength(6)
  expect(store.size).toBe(63)
  store.expire(2 * HOUR_MS)
  expect(store.largestTargets(9)).toEqual([])
})

it('API-1: refuses a count that is no number', () => {
  expect(() => filled().largestTargets(Number.NaN)).toThrow(StoreArgumentError)
})

it('returns the longest items, with the number of their version', () => {
  const store = new ItemStore()
  const random = seededRandom(1)
  const signed = { k: random(32), salt: random(3), seq: 7n, sig: random(64) }
  const put = (first: number, length: number, isSigned = false) =>
    store.put(
      {
        target: idFromBytes(Uint8Array.of(first)),
        item: { v: new Uint8Array(length), ...(isSigned && { signed }) },
        source: 'a',
      },
      0,
    )
  put(1, 10)
  put(2, 30)
  put(3, 25, true)
  const all = store.largest(9)
  expect(all).toEqual([
    { target: Uint8Array.of(2), bytes: 30, seq: undefined },
    { target: Uint8Array.of(3), bytes: 28, seq: 7n },
    { target: Uint8Array.of(1), bytes: 10, seq: undefined },
  ])
  expect(all.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(store.bytes)
  expect(store.largest(1)).toEqual(all.slice(0, 1))
  all[0]!.target[0] = 99
  expect(store.largest(1)[0]!.target[0]).toBe(2)
})

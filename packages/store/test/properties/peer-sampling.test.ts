// Whether samples are uniform, counted over many draws from fixed seeds.

import { seededRandom } from '@dht/testing'
import { describe, expect, it } from 'vitest'
import { PeerStore } from '../../src/index.ts'
import { addressOf, HOUR_MS, peerOf, targetOf } from '../support/world.ts'

const TARGET = targetOf(1)
const ROUNDS = 20_000

const numberOf = (peer: Uint8Array): number =>
  new DataView(peer.buffer, peer.byteOffset).getUint32(0)

/** Pearson's chi-square statistic of counts that should be equal. */
function chiSquare(counts: readonly number[]): number {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length
  return counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0)
}

/** Every third peer is a seed. */
const isSeed = (peer: Uint8Array): boolean => numberOf(peer) % 3 === 0

/**
 * Twenty live IPv4 peers, 0 to 19, seven of them seeds, among others that expired, were withdrawn
 * or have another size, so that rows have been freed and used again.
 */
function usedStore(seed: number): PeerStore {
  const store = new PeerStore(seededRandom(seed))
  const put = (peer: Uint8Array, now: number) =>
    store.put({ target: TARGET, peer, sourcePort: 1, seed: isSeed(peer) }, now)
  const withdraw = (peer: Uint8Array) =>
    store.withdraw({ target: TARGET, address: addressOf(peer), sourcePort: 1 }, HOUR_MS)
  for (let i = 0; i < 30; i += 1) put(peerOf(100 + i), 0)
  for (let i = 0; i < 10; i += 1) put(peerOf(200 + i), 5)
  for (let i = 0; i < 20; i += 1) put(peerOf(i), HOUR_MS)
  for (let i = 0; i < 9; i += 1) put(peerOf(300 + i, 18), HOUR_MS)
  for (let i = 0; i < 10; i += 1) withdraw(peerOf(200 + i))
  return store
}

describe('STORE-57: samples are uniform', () => {
  const now = HOUR_MS + 1
  // The 99.99 % quantiles of chi-square with 19 and 189 degrees of freedom.
  const LIMIT_19 = 50.8
  const LIMIT_189 = 268

  it.each([1, 2, 3])(
    'every peer is drawn equally often, and drawn first equally often (seed %i)',
    (seed) => {
      const store = usedStore(seed)
      const drawn = new Array<number>(20).fill(0)
      const first = new Array<number>(20).fill(0)
      const last = new Array<number>(20).fill(0)
      for (let round = 0; round < ROUNDS; round += 1) {
        const numbers = store.sample({ target: TARGET, count: 5, size: 6 }, now).map(numberOf)
        for (const number of numbers) drawn[number]! += 1
        first[numbers[0]!]! += 1
        last[numbers[4]!]! += 1
      }
      expect(drawn).toHaveLength(20)
      expect(chiSquare(drawn)).toBeLessThan(LIMIT_19)
      expect(chiSquare(first)).toBeLessThan(LIMIT_19)
      expect(chiSquare(last)).toBeLessThan(LIMIT_19)
    },
  )

  it('every pair is drawn together equally often', () => {
    const store = usedStore(4)
    const pairs = new Map<string, number>()
    for (let round = 0; round < ROUNDS; round += 1) {
      const both = store.sample({ target: TARGET, count: 2, size: 6 }, now).map(numberOf)
      const pair = both.sort((a, b) => a - b).join()
      pairs.set(pair, (pairs.get(pair) ?? 0) + 1)
    }
    expect(pairs.size).toBe(190)
    expect(chiSquare([...pairs.values()])).toBeLessThan(LIMIT_189)
  })

  it('successive samples are independent', () => {
    const store = usedStore(5)
    const follows = new Map<string, number>()
    let before = 0
    for (let round = 0; round < 4 * ROUNDS; round += 1) {
      const [peer] = store.sample({ target: TARGET, count: 1, size: 6 }, now)
      const after = numberOf(peer!)
      follows.set(`${before} ${after}`, (follows.get(`${before} ${after}`) ?? 0) + 1)
      before = after
    }
    // 399 degrees of freedom; 99.99 % quantile.
    expect(follows.size).toBe(400)
    expect(chiSquare([...follows.values()])).toBeLessThan(512)
  })

  it('STORE-61: without seeds, every other peer is drawn equally often', () => {
    const store = usedStore(6)
    const query = { target: TARGET, count: 5, size: 6, withoutSeeds: true }
    const drawn = new Array<number>(20).fill(0)
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const peer of store.sample(query, now)) drawn[numberOf(peer)]! += 1
    }
    expect(drawn.filter((_, number) => number % 3 === 0)).toEqual(Array(7).fill(0))
    // 12 degrees of freedom; 99.99 % quantile.
    expect(chiSquare(drawn.filter((_, number) => number % 3 !== 0))).toBeLessThan(39.2)
  })
})

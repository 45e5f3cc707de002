// Whether samples of the targets are uniform and hold live targets only.

import { idFromBytes } from '@dht/id'
import { seededRandom } from '@dht/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { PeerStore } from '../../src/index.ts'
import { HOUR_MS, peerOf, targetOf } from '../support/world.ts'

const numberOf = (target: Uint8Array): number => target[0] as number

it('STORE-70: a sample has min(count, targets) live targets, each once', () => {
  const anyPut = fc.record({
    target: fc.nat({ max: 9 }),
    peer: fc.nat({ max: 5 }),
    now: fc.nat({ max: 2 * HOUR_MS }),
  })
  fc.assert(
    fc.property(fc.array(anyPut), fc.nat({ max: 12 }), (puts, count) => {
      const store = new PeerStore(seededRandom(1))
      const lastAt = new Map<number, number>()
      const inOrder = [...puts].sort((a, b) => a.now - b.now)
      for (const { target, peer, now } of inOrder) {
        store.put({ target: targetOf(target), peer: peerOf(peer), sourcePort: 1 }, now)
        lastAt.set(target, now)
      }
      const now = 2 * HOUR_MS
      const live = [...lastAt].filter(([, at]) => now - at <= HOUR_MS).map(([target]) => target)
      const sample = store.sampleTargets(count, now).map(numberOf)
      expect(sample).toHaveLength(Math.min(count, live.length))
      expect(new Set(sample).size).toBe(sample.length)
      for (const target of sample) expect(live).toContain(target)
    }),
  )
})

it.each([1, 2, 3])('STORE-70: every target is drawn equally often, seed %i', (seed) => {
  const store = new PeerStore(seededRandom(seed))
  // One target has many peers, and some targets have expired: neither changes the shares.
  for (let n = 0; n < 15; n++) {
    store.put({ target: targetOf(100 + n), peer: peerOf(n), sourcePort: 1 }, 0)
  }
  for (let n = 0; n < 20; n++) {
    store.put({ target: targetOf(n), peer: peerOf(n), sourcePort: 1 }, HOUR_MS)
  }
  for (let n = 0; n < 30; n++) {
    store.put({ target: targetOf(3), peer: peerOf(50 + n), sourcePort: 1 }, HOUR_MS)
  }
  const rounds = 10_000
  const drawn = new Array<number>(20).fill(0)
  for (let round = 0; round < rounds; round++) {
    for (const target of store.sampleTargets(5, HOUR_MS + 1)) drawn[numberOf(target)]! += 1
  }
  const mean = (5 * rounds) / 20
  const chiSquare = drawn.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0)
  // The 99.99 % quantile of chi-square with 19 degrees of freedom.
  expect(chiSquare).toBeLessThan(50.8)
})

it('a copy is returned: changing it changes no target', () => {
  const store = new PeerStore(seededRandom(1))
  store.put({ target: targetOf(7), peer: peerOf(1), sourcePort: 1 }, 0)
  store.sampleTargets(1, 0)[0]!.fill(0)
  expect(store.peers(idFromBytes(Uint8Array.of(7)), 0)).toHaveLength(1)
  expect(() => store.sampleTargets(Number.NaN, 0)).toThrow('a number')
})

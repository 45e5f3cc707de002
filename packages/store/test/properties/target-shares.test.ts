// The places of a full target, and the places of a sample, are shared out by subnet, so a subnet
// with many peers crowds out only itself.

import { seededRandom } from '@dht/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PeerStore, type PutOutcome } from '../../src/index.ts'
import { addressOf, HOUR_MS, hexOf, shareOf, sourceOf, storeOf, target } from '../support/world.ts'

/** A peer of host `host` of subnet `subnet`. */
function peerAt(subnet: number, host: number, port = 80): Uint8Array {
  return Uint8Array.of(45, subnet >> 8, subnet & 255, host, port >> 8, port & 255)
}

const put = (store: PeerStore, peer: Uint8Array, now = 0): PutOutcome =>
  store.put({ target, peer, sourcePort: 1 }, now)

/** How many of the peers have the same key. */
function countsBy(peers: readonly Uint8Array[], keyOf: (peer: Uint8Array) => string) {
  const counts = new Map<string, number>()
  for (const peer of peers) counts.set(keyOf(peer), (counts.get(keyOf(peer)) ?? 0) + 1)
  return counts
}

/** A store in which `count` endpoints of so many subnets have put before anybody else. */
function floodedStore(count: number, subnets: number): PeerStore {
  const store = storeOf()
  for (let n = 0; n < count; n++) {
    const host = Math.floor(n / subnets)
    put(store, peerAt(n % subnets, host & 255, 80 + (host >> 8)))
  }
  return store
}

const HONEST = peerAt(1_000, 7)
const QUERY = { target, count: 50, size: 6 }

/** Share of samples in which the peer is. */
function shareOfSamples(store: PeerStore, peer: Uint8Array): number {
  let seen = 0
  for (let n = 0; n < 400; n++) {
    if (store.sample(QUERY, 1).some((one) => hexOf(one) === hexOf(peer))) seen++
  }
  return seen / 400
}

describe('STORE-64: 500 endpoints put a peer before its publisher does', () => {
  it.each([1, 2, 25, 49])('in %i subnets: the publisher is stored and is in each sample', (n) => {
    const store = floodedStore(500, n)
    expect(store.boundReached({ target, address: addressOf(HONEST) }, 1)).toBeUndefined()
    expect(put(store, HONEST, 1)).toEqual({ kind: 'added' })
    expect(store.size).toBe(500)
    expect(shareOfSamples(store, HONEST)).toBe(1)
  })

  it('in 100 subnets: it is in half of the samples', () => {
    const store = floodedStore(500, 100)
    put(store, HONEST, 1)
    expect(Math.abs(shareOfSamples(store, HONEST) - 50 / 101)).toBeLessThan(0.1)
  })

  it('in 500 subnets: nobody has more than one, so nobody gives way', () => {
    const refused = { kind: 'refused', reason: 'maxPeersPerKey' }
    expect(put(floodedStore(500, 500), HONEST, 1)).toEqual(refused)
  })
})

describe('STORE-64: a full target', () => {
  it('gives each of s subnets that put without end an equal share, in whatever order', () => {
    const puts = fc.array(fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 255 })), { maxLength: 40 })
    fc.assert(
      fc.property(puts, fc.integer({ min: 1, max: 12 }), (all, maxPeersPerKey) => {
        const store = storeOf({ maxPeersPerKey })
        for (const [subnet, host] of all) put(store, peerAt(subnet, host))
        const subnets = 5
        for (let round = 0; round < maxPeersPerKey; round++) {
          for (let subnet = 0; subnet < subnets; subnet++) put(store, peerAt(subnet, round))
        }
        const counts = countsBy(store.peers(target, 0), shareOf)
        const [least, most] = [Math.min(...counts.values()), Math.max(...counts.values())]
        expect(store.size).toBe(Math.min(store.size, maxPeersPerKey))
        if (store.size < maxPeersPerKey) return
        expect(counts.size).toBe(Math.min(subnets, maxPeersPerKey))
        expect(most - least).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('has the source with most give way, and of its peers the one renewed longest ago', () => {
    const store = storeOf({ maxPeersPerKey: 4 })
    put(store, peerAt(1, 1), 1)
    put(store, peerAt(1, 2, 81), 2)
    put(store, peerAt(1, 2, 82), 3)
    put(store, peerAt(1, 2, 83), 4)
    put(store, peerAt(1, 2, 81), 5)
    put(store, HONEST, 6)
    const left = store.peers(target, 6).map(hexOf)
    expect(left).toEqual([peerAt(1, 1), peerAt(1, 2, 83), peerAt(1, 2, 81), HONEST].map(hexOf))
  })

  it('takes the place of no peer where another bound refuses the new one', () => {
    const store = storeOf({ maxPeersPerKey: 2, maxPeersPerSource: 1 })
    put(store, peerAt(1, 1))
    put(store, peerAt(1, 2))
    store.put({ target: HONEST.slice(0, 1) as never, peer: HONEST, sourcePort: 1 }, 0)
    expect(put(store, HONEST)).toEqual({ kind: 'refused', reason: 'maxPeersPerSource' })
    expect(store.peers(target, 0).map(hexOf)).toEqual([peerAt(1, 1), peerAt(1, 2)].map(hexOf))
  })
})

/** Whether each key has as many as the largest, or one fewer, or all that it holds. */
function areTurns(
  drawn: readonly Uint8Array[],
  held: readonly Uint8Array[],
  keyOf: (peer: Uint8Array) => string,
): boolean {
  const [counts, all] = [countsBy(drawn, keyOf), countsBy(held, keyOf)]
  const most = Math.max(0, ...counts.values())
  return [...all].every(([key, size]) => (counts.get(key) ?? 0) >= Math.min(size, most - 1))
}

describe('STORE-65: a sample of some peers', () => {
  const peers = fc.array(
    fc.tuple(fc.nat({ max: 5 }), fc.nat({ max: 2 }), fc.nat({ max: 3 }), fc.boolean()),
    { maxLength: 40, size: 'max' },
  )

  it('has one of each subnet before a second of any, and so for the sources of a subnet', () => {
    fc.assert(
      fc.property(peers, fc.nat({ max: 20 }), fc.boolean(), (all, count, withoutSeeds) => {
        const store = storeOf()
        for (const [subnet, host, port, seed] of all) {
          store.put({ target, peer: peerAt(subnet, host, port), sourcePort: 1, seed }, 0)
        }
        const { seeds, downloaders } = store.peersByRole({ target, size: 6 }, 0)
        const held = withoutSeeds ? downloaders : [...seeds, ...downloaders]
        // More than once: a sample must not depend on the one before it.
        for (let round = 0; round < 3; round++) {
          const drawn = store.sample({ ...QUERY, count, withoutSeeds }, 0)
          expect(drawn).toHaveLength(Math.min(count, held.length))
          expect(new Set(drawn.map(hexOf)).size).toBe(drawn.length)
          expect(areTurns(drawn, held, shareOf)).toBe(true)
          for (const subnet of new Set(held.map(shareOf))) {
            const inSubnet = (peer: Uint8Array) => shareOf(peer) === subnet
            const sourceHex = (peer: Uint8Array) => hexOf(sourceOf(peer))
            const ofSubnet = [drawn.filter(inSubnet), held.filter(inSubnet)] as const
            expect(areTurns(...ofSubnet, sourceHex)).toBe(true)
          }
        }
      }),
    )
  })

  it('draws each subnet, and each peer of one, equally often', () => {
    const store = new PeerStore(seededRandom(5))
    for (let n = 0; n < 30; n++) put(store, peerAt(n % 10, n))
    const rounds = 6_000
    const drawn: Uint8Array[] = []
    for (let n = 0; n < rounds; n++) drawn.push(...store.sample({ ...QUERY, count: 4 }, 0))
    // Four of ten subnets, and each time one of three peers: 5 standard deviations.
    const isNear = (count: number, chance: number) =>
      Math.abs(count - rounds * chance) < 5 * Math.sqrt(rounds * chance * (1 - chance))
    expect([...countsBy(drawn, shareOf).values()].every((n) => isNear(n, 0.4))).toBe(true)
    expect([...countsBy(drawn, hexOf).values()].every((n) => isNear(n, 0.4 / 3))).toBe(true)
    expect(countsBy(drawn, hexOf).size).toBe(30)
  })

  it('is of the peers that are stored now, however many targets were sampled before', () => {
    const targets = Array.from({ length: 40 }, (_, n) => Uint8Array.of(n) as typeof target)
    const store = storeOf()
    for (const now of [0, 1, HOUR_MS + 1]) {
      for (const each of targets) {
        const [gone, seed] = [peerAt(now, 1), peerAt(now, 2)]
        for (const peer of [gone, seed, peerAt(now, 3), peerAt(now + 1, 4)]) {
          store.put({ target: each, peer, sourcePort: 1 }, now)
          store.sample({ target: each, count: 1, size: 6 }, now)
        }
        store.withdraw({ target: each, address: addressOf(gone), sourcePort: 1 }, now)
        const query = { target: each, size: 6, withoutSeeds: true }
        store.sample({ ...query, count: 1 }, now)
        store.put({ target: each, peer: seed, sourcePort: 1, seed: true }, now)
        const left = store.peersByRole(query, now).downloaders.map(hexOf).sort()
        const drawn = new Set<string>()
        for (let n = 0; n < 40; n++) {
          for (const peer of store.sample({ ...query, count: 1 }, now)) drawn.add(hexOf(peer))
        }
        expect([...drawn].sort()).toEqual(left)
      }
    }
  })
})

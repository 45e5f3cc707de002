// What table maintenance costs when an attacker has chosen ids near our own: the lookups of a join
// and those of an hour of refreshes are bounded by what the size of the network justifies.

import { closest, commonPrefixLength, type Id, idFromBytes, Prefix } from '@dht/id'
import { seededRandom } from '@dht/testing'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { CORE_DEFAULTS } from '../../src/core/config/defaults.ts'
import { VirtualNetwork, type VirtualNode } from '../support/virtual-network.ts'

// Simulated networks take long on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const { k } = CORE_DEFAULTS
const HOUR = 60 * 60_000
/** Levels beyond which no network has k nodes, and the buckets of a table. */
const MOST_LEVELS = 32
const MOST_BUCKETS = 33

/** An id that shares exactly so many bits with `self`. */
function near(self: Id, bits: number, salt: number): Id {
  return Prefix.of(self, bits + 1)
    .sibling()
    .randomId(seededRandom(salt))
}

interface Joined {
  readonly net: VirtualNetwork
  readonly node: VirtualNode
  readonly others: readonly Id[]
  /** Lookups of the join alone. */
  readonly lookups: number
}

/** A network of `honest` nodes and of some with chosen ids; then the node joins. */
function joinAmong(honest: number, shared: readonly number[], seed = 1): Joined {
  const net = new VirtualNetwork({ seed })
  const self = idFromBytes(new Uint8Array(32).fill(0xa7))
  net.grow(honest)
  const chosen = shared.map((bits, n) => net.add({ id: near(self, bits, n + 1) }))
  for (const node of chosen) {
    node.join(net.nodes.slice(0, 1))
    net.advance(2_000)
  }
  const others = net.nodes.map(({ id }) => id)
  const node = net.add({ id: self })
  const refreshes = countRefreshes(node)
  net.settle(node, node.join(net.nodes.slice(0, 1)))
  const { lookups } = node.core.info(net.now).counters
  return { net, node, others, lookups: lookups - refreshes() }
}

/** The first buckets are refreshed while the node still joins. */
function countRefreshes(node: VirtualNode): () => number {
  let refreshes = 0
  const carryOut = node.carryOut.bind(node)
  node.core.watch(true)
  node.carryOut = (effects) => {
    for (const effect of effects) {
      if (effect.kind === 'trace' && effect.event.kind === 'refreshing') refreshes++
    }
    carryOut(effects)
  }
  return () => refreshes
}

/** One lookup of our own id, and one for each level down to the k-th nearest. */
function lookupsOfJoin({ node, others }: Joined): number {
  const nearest = closest(
    others.map((id) => ({ id })),
    node.id,
    k,
  )
  const last = nearest.length < k ? undefined : nearest.at(-1)
  const levels = last === undefined ? 1 : commonPrefixLength(last.id, node.id) + 1
  return 1 + Math.min(levels, MOST_LEVELS)
}

describe('BOOT-10: a join walks the levels that the k-th nearest contact justifies', () => {
  it.each([
    ['one shares 150 bits', 20, [150]],
    ['all but one of k share 200 bits', 20, new Array(k - 1).fill(200)],
    ['k share more bits than any network fills', 20, new Array(k).fill(200)],
    ['the only other one shares 150 bits', 0, [150]],
  ])('%s', (_, honest, shared) => {
    const joined = joinAmong(honest, shared)
    expect(joined.lookups).toBe(lookupsOfJoin(joined))
  })

  it('whatever ids other nodes have', () => {
    const anyShared = fc.array(fc.nat({ max: 255 }), { maxLength: 12, size: 'max' })
    const run = (honest: number, shared: readonly number[], seed: number): void => {
      const joined = joinAmong(Math.max(honest, shared.length > 0 ? 0 : 1), shared, seed)
      expect(joined.lookups).toBeLessThanOrEqual(lookupsOfJoin(joined))
    }
    fc.assert(fc.property(fc.nat({ max: 12 }), anyShared, fc.nat({ max: 99 }), run), {
      numRuns: 10,
    })
  })
})

describe('REFRESH-7, REFRESH-8: four refreshes an hour for each k members are the most', () => {
  it.each([
    ['k + 1 neighbours share 200 bits and more', Array.from({ length: k + 1 }, (_, n) => 200 + n)],
    ['neighbours crowd at many levels', Array.from({ length: 24 }, (_, n) => 10 * n)],
  ])('%s', (_, shared) => {
    const { net, node } = joinAmong(20, shared)
    // The few joins after the first are over by then.
    net.advance(HOUR)
    const before = node.core.info(net.now).counters
    net.advance(HOUR)
    const after = node.core.info(net.now)
    const lookups = after.counters.lookups - before.lookups
    // Buckets are refreshed together until they have k members.
    const spans = Math.floor((20 + shared.length) / k) + 1
    const most = spans * Math.ceil(HOUR / CORE_DEFAULTS.quietMs)
    expect(lookups).toBeLessThanOrEqual(most)
    expect(lookups).toBeGreaterThan(0)
    expect(after.overlays[0]!.buckets.length).toBeLessThanOrEqual(MOST_BUCKETS)
    // Each queries the k nearest, those on the way to them, and a bad one, on average.
    const queries = after.counters.queriesSent - before.queriesSent
    expect(queries).toBeLessThanOrEqual(lookups * (2 * k + 2))
  })
})

// Unequal round trips without loss: most nodes are near, some are distant, one or two take as long
// as the longest wait. No living node is missed. The true result is found by sorting all nodes.

import { idToBigInt, idToHex } from '@dht/id'
import { formatEndpoint } from '@dht/krpc'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { CORE_DEFAULTS } from '../../src/core/config/defaults.ts'
import { VirtualNetwork, type VirtualNode } from '../support/virtual-network.ts'

const NODES = 14
const K = 4

/**
 * The delay of a node, added to each round trip, ms: near, distant, or two of them just within the
 * wait.
 */
const roundTrip = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 10, max: 40 }) },
  { weight: 3, arbitrary: fc.integer({ min: 200, max: 1_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1_000, max: CORE_DEFAULTS.giveUpMs / 2 - 1 }) },
)

function unequal(seed: number, roundTrips: readonly number[]): VirtualNetwork {
  const network = new VirtualNetwork({ seed, core: { k: K, bucketWidths: [] } })
  const nodes = roundTrips.map(() => network.add())
  const ways = new Map(nodes.map(({ local }, at) => [formatEndpoint(local), roundTrips[at]! / 2]))
  network.onDatagram = (bytes, from, to) => {
    const afterMs = ways.get(formatEndpoint(from))! + ways.get(formatEndpoint(to))!
    network.inject(bytes, { from, to, afterMs })
    return false
  }
  return network
}

/** The nearest to `target` but for the asker, in order. */
function nearest(network: VirtualNetwork, asker: VirtualNode, target: VirtualNode): string[] {
  const distance = (node: VirtualNode): bigint => idToBigInt(node.id) ^ idToBigInt(target.id)
  return network.nodes
    .filter((node) => node !== asker)
    .sort((a, b) => (distance(a) < distance(b) ? -1 : 1))
    .slice(0, K)
    .map(({ id }) => idToHex(id))
}

it('SEARCH-25: a node that responds within the longest wait is in the result', () => {
  const trips = fc.array(roundTrip, { minLength: NODES, maxLength: NODES })
  fc.assert(
    fc.property(fc.nat(), trips, (seed, roundTrips) => {
      const network = unequal(seed, roundTrips)
      network.introduceAll()
      network.advance(2 * CORE_DEFAULTS.giveUpMs)
      for (const [at, asker] of network.nodes.entries()) {
        const target = network.nodes[(at + 1) % NODES]!
        const outcome = network.settle(asker, asker.request({ kind: 'closest', target: target.id }))
        if (outcome.kind !== 'found') throw new Error(`expected a result, got ${outcome.kind}`)
        const found = outcome.result.closest.map(({ id }) => idToHex(id))
        expect(found).toEqual(nearest(network, asker, target))
      }
      const givenUp = network.nodes.map(
        ({ core }) => core.info(network.now).counters.queriesTimedOut,
      )
      expect(Math.max(...givenUp)).toBe(0)
    }),
    { numRuns: 15 },
  )
})

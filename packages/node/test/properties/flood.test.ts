// A flood that a node needs seconds to read: responses wait behind it and are late by that time.
// Lookups that begin with the flood find what they would have found without it.

import { type Id, randomId } from '@dht/id'
import { dht256, type Endpoint, encodeMessage, endpoint, sameEndpoint } from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { CORE_DEFAULTS } from '../../src/core/config/defaults.ts'
import { VirtualNetwork, type VirtualNode } from '../support/virtual-network.ts'

const NODES = 40
const LOOKUPS = 150
/** What the flooded node needs for one datagram, ms. */
const READ_MS = 1
/** What a round trip takes otherwise, ms. */
const ROUND_TRIP_MS = 50
/** Datagrams of the flood. It takes three quarters of the longest wait; responses take the rest. */
const MOST = (0.75 * CORE_DEFAULTS.giveUpMs) / READ_MS

/** A node that reads one datagram after the other, each in this time. */
function readsSlowly(
  network: VirtualNetwork,
  node: VirtualNode,
): (bytes: Uint8Array, from: Endpoint) => void {
  let freeAt = 0
  const queue = (bytes: Uint8Array, from: Endpoint): void => {
    freeAt = Math.max(freeAt, network.now) + READ_MS
    network.inject(bytes, { from, to: node.local, afterMs: freeAt - network.now })
  }
  network.onDatagram = (bytes, from, to) => {
    if (!sameEndpoint(to, node.local)) return true
    const copy = bytes.slice()
    network.at(network.now + ROUND_TRIP_MS / 2, () => queue(copy, from))
    return false
  }
  return queue
}

/** Queries from as many addresses as datagrams; every fourth one is garbage. */
function* floodOf(count: number, seed: number): Generator<readonly [Uint8Array, Endpoint]> {
  const random = seededRandom(seed)
  for (let i = 0; i < count; i++) {
    const [id, target] = [randomId(32, random), randomId(32, random)]
    const query = { kind: 'query', method: 'find_node', readOnly: false, id, target } as const
    const bytes = encodeMessage({ ...query, transactionId: random(4) }, dht256)
    yield [i % 4 === 0 ? random(100) : bytes, endpoint(`30.${i >> 8}.${i & 255}.1`, 4000)]
  }
}

/** The nodes that announce an identity, in turn. */
function enterAll(network: VirtualNetwork, publishers: readonly VirtualNode[]): Id[] {
  const targets = Array.from({ length: LOOKUPS }, () => randomId(32, network.random))
  for (const [i, target] of targets.entries()) {
    publishers[i % publishers.length]!.request({ kind: 'enter', target, port: 1 + i })
  }
  network.advance(20_000)
  return targets
}

it('SEARCH-26: lookups that begin with a flood find what is published', () => {
  const run = (seed: number, flood: number): void => {
    const network = new VirtualNetwork({ seed, latencyMs: ROUND_TRIP_MS / 2 })
    const [flooded, ...others] = Array.from({ length: NODES }, () => network.add())
    network.introduceAll()
    const targets = enterAll(network, others)
    const queue = readsSlowly(network, flooded!)
    for (const [bytes, from] of floodOf(flood, seed)) queue(bytes, from)
    const tickets = targets.map((target) =>
      flooded!.request({ kind: 'lookup', target, mode: 'quick' }),
    )
    for (const [i, ticket] of tickets.entries()) {
      const outcome = network.settle(flooded!, ticket)
      if (outcome.kind !== 'found') throw new Error(`expected a result, got ${outcome.kind}`)
      expect(outcome.result.endpoints.map(({ port }) => port)).toEqual([1 + i])
    }
    expect(flooded!.core.info(network.now).overlays[0]!.contacts.bad).toBe(0)
  }
  fc.assert(fc.property(fc.nat(), fc.integer({ min: MOST / 2, max: MOST }), run), { numRuns: 3 })
})

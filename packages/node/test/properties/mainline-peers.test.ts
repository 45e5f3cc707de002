// The peers of Mainline over time, in a network in which stored peers expire after half an hour, as
// they do in the clients that are out there, and in which several clients share one address.

import { idFromBytes } from '@dht/id'
import { AddressFilter, contact, endpoint, mainline } from '@dht/krpc'
import { expect, it, vi } from 'vitest'
import { ScrapeGoal } from '../../src/core/lookups/goals/scrape.ts'
import { VirtualNetwork, type VirtualNode } from '../support/virtual-network.ts'

// Simulated networks take long on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const target = idFromBytes(new Uint8Array(20).fill(0x55))
const MINUTE = 60_000
const LIFETIME_MS = 30 * MINUTE

function mainlineNetwork(nodes: number): VirtualNetwork {
  const net = new VirtualNetwork({ core: { network: mainline } })
  net.grow(nodes, { peerLifetimeMs: LIFETIME_MS })
  return net
}

function publisherAt(net: VirtualNetwork, address: string, port: number): VirtualNode {
  const publisher = net.add({ local: endpoint(address, port) })
  publisher.join(net.nodes.slice(0, 1))
  net.advance(2_000)
  return publisher
}

it('STORE-58: two clients of one address, with two ports, are both found', () => {
  const net = mainlineNetwork(10)
  for (const port of [4001, 4002]) {
    publisherAt(net, '203.0.113.1', port).request({ kind: 'enter', target, port: port + 1000 })
    net.advance(MINUTE)
  }
  const { endpoints } = net.lookup(net.nodes[3]!, target)
  const found = endpoints.map(({ address, port }) => `${address}:${port}`)
  expect(found.sort()).toEqual(['203.0.113.1:5001', '203.0.113.1:5002'])
})

it('SCRAPE-5: many peers are found and counted although datagrams are lost', () => {
  const net = mainlineNetwork(12)
  net.loss = 0.05
  for (let host = 1; host <= 30; host++) {
    const publisher = publisherAt(net, `203.0.113.${host}`, 4001)
    publisher.request({ kind: 'enter', target, port: 80, seed: host % 3 === 0 })
    net.advance(10_000)
  }
  net.advance(5 * MINUTE)
  const goal = new ScrapeGoal(target)
  net.settle(net.nodes[3]!, net.nodes[3]!.request({ kind: 'lookup-goal', goal }))
  // Ten seeds and twenty others. Two addresses may have one bit in common.
  expect(Math.abs(goal.seeds - 10)).toBeLessThanOrEqual(1)
  expect(Math.abs(goal.peers - 20)).toBeLessThanOrEqual(1)
  expect(net.lookup(net.nodes[3]!, target).endpoints).toHaveLength(30)
})

it('SCRAPE-8: only the nearest responders count, and no filter that is nearly full', () => {
  const at = (byte: number) => {
    const id = Uint8Array.from(target)
    id[0]! ^= byte
    return contact(idFromBytes(id), endpoint(`20.1.1.${byte}`, 5))
  }
  const filterOf = (hosts: readonly number[]) => {
    const filter = new AddressFilter()
    for (const host of hosts) filter.add(Uint8Array.of(20, 2, 2, host))
    return filter.bytes
  }
  const full = new Uint8Array(256).fill(255)
  const goal = new ScrapeGoal(target)
  const fold = (byte: number, seedFilter: Uint8Array, peerFilter: Uint8Array) =>
    goal.fold({ kind: 'response', seedFilter, peerFilter } as never, at(byte))
  // A node on the way, which eight nearer ones displace.
  fold(200, filterOf([50, 51, 52, 53]), filterOf([60, 61]))
  for (let byte = 8; byte >= 1; byte--) fold(byte, filterOf([byte]), filterOf([100]))
  expect([goal.seeds, goal.peers]).toEqual([8, 1])
  fold(9, filterOf([70]), filterOf([71]))
  expect([goal.seeds, goal.peers]).toEqual([8, 1])
  // The nearest is a liar and takes the place of the eighth, whose seed no other has named.
  fold(0, full, full)
  expect([goal.seeds, goal.peers]).toEqual([7, 1])
})

it('PUB-15: an announcement is renewed every quarter of an hour, before others forget it', () => {
  const net = mainlineNetwork(10)
  const publisher = publisherAt(net, '203.0.113.1', 4001)
  publisher.request({ kind: 'enter', target, port: 80 })
  net.advance(MINUTE)
  for (let minutes = 0; minutes < 135; minutes += 5) {
    net.advance(5 * MINUTE)
    const { endpoints } = net.lookup(net.nodes[3]!, target)
    expect(endpoints).toEqual([endpoint('203.0.113.1', 80)])
  }
  const starts = publisher.rounds.map(({ startedAt }) => startedAt)
  const spans = starts.slice(1).map((at, index) => at - starts[index]!)
  // Each span is at most a minute longer than a quarter of an hour.
  expect(spans.length).toBeGreaterThanOrEqual(8)
  for (const span of spans) expect(Math.abs(span - 15 * MINUTE)).toBeLessThanOrEqual(MINUTE)
})

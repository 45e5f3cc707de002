// One endpoint is stored once: publishers that start again on other UDP ports, and what is reported
// to a publisher whose address has used up its share.

import { type Id, idFromBytes, idsEqual } from '@dht/id'
import { endpoint } from '@dht/krpc'
import { expect, it, vi } from 'vitest'
import { VirtualNetwork } from '../support/virtual-network.ts'

// Simulated networks take long on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const target = idFromBytes(new Uint8Array(32).fill(0x55))
const MINUTE = 60_000

it('STORE-58: five starts of a publisher on other UDP ports leave one stored peer', () => {
  const net = new VirtualNetwork()
  const nodes = net.grow(12)
  for (const port of [4001, 4002, 4003, 4004, 4005]) {
    const publisher = net.add({ local: endpoint('10.200.0.1', port) })
    publisher.join(nodes.slice(0, 1))
    net.advance(2_000)
    publisher.request({ kind: 'enter', target, port: 80 })
    net.advance(MINUTE)
    expect(publisher.rounds.at(-1)?.accepted).toHaveLength(8)
    publisher.crash()
  }
  const { endpoints } = net.lookup(nodes[3]!, target)
  expect(endpoints).toEqual([endpoint('10.200.0.1', 80)])
  for (const { core } of nodes) expect(core.info(net.now).store.peers).toBeLessThanOrEqual(1)
})

it('PUB-7: the report names the limit of one source when it is reached', () => {
  const net = new VirtualNetwork({ core: { maxPeersPerSource: 2 } })
  net.grow(6)
  const publisher = net.add()
  publisher.join(net.nodes.slice(0, 1))
  net.advance(2_000)
  const targets = [1, 2, 3].map((fill): Id => idFromBytes(new Uint8Array(32).fill(fill)))
  for (const each of targets) {
    publisher.request({ kind: 'enter', target: each, port: 80 })
    net.advance(10_000)
  }
  const [first, , third] = targets.map((each) =>
    publisher.rounds.find((round) => idsEqual(round.target, each)),
  )
  expect(first?.accepted).toHaveLength(6)
  expect(third?.accepted).toEqual([])
  expect(third?.refused.map(({ code, text }) => [code, text])).toEqual(
    Array(6).fill([202, 'No room: too many peers at your address (maxPeersPerSource)']),
  )
})

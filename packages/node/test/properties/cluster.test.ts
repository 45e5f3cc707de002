// Many nodes under virtual time: what one of them announced is found by all, through crashes, loss,
// duplication, reordering and partitions; and the same seed gives the same run.

import { closest, idFromBytes, idKey, idToHex } from '@dht/id'
import { decodeMessage, dht256, type Endpoint, endpoint, formatEndpoint } from '@dht/krpc'
import { describe, expect, it, vi } from 'vitest'
import { CORE_DEFAULTS } from '../../src/core/config/defaults.ts'
import { longestRoundMs } from '../../src/core/config/resolve.ts'
import { VirtualNetwork, type VirtualNode } from '../support/virtual-network.ts'

// Simulated networks take long on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const target = idFromBytes(new Uint8Array(32).fill(0x55))

/** A publisher of the target on port 80 and the network around it. */
function published(
  net: VirtualNetwork,
  count: number,
): { readonly nodes: VirtualNode[]; readonly publisher: VirtualNode; readonly entry: Endpoint } {
  const nodes = net.grow(count)
  const publisher = nodes[3]!
  publisher.request({ kind: 'enter', target, port: 80 })
  net.advance(5_000)
  return { nodes, publisher, entry: endpoint(publisher.local.address, 80) }
}

function holders(net: VirtualNetwork): VirtualNode[] {
  return net.alive.filter((node) => node.core.info(net.now).store.peers > 0)
}

/**
 * The k nearest nodes hold it, and perhaps more of the region around the target: a round waits for
 * up to 2k of those, and writes to all that respond.
 */
function expectNearest(held: readonly VirtualNode[], among: readonly VirtualNode[]): void {
  expect(held).toEqual(expect.arrayContaining(closest(among, target, 8)))
  for (const node of held) expect(closest(among, target, 16)).toContain(node)
}

/** The share of living nodes that find the target. */
function finds(net: VirtualNetwork): string[][] {
  return net.alive.map((node) => net.lookup(node, target).endpoints.map(formatEndpoint).toSorted())
}

describe('a network', () => {
  /** A short run with loss, reordering and a crash, as one number per datagram. */
  function trace(seed: number): number {
    const net = new VirtualNetwork({ seed, loss: 0.05, jitterMs: 40 })
    let hash = 0x811c9dc5
    const mix = (byte: number): void => {
      hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
    }
    net.onDatagram = (bytes, from, to) => {
      for (const byte of bytes) mix(byte)
      for (const each of [from, to]) for (const c of formatEndpoint(each)) mix(c.charCodeAt(0))
      for (const c of String(net.now)) mix(c.charCodeAt(0))
      return true
    }
    const { nodes } = published(net, 10)
    nodes[5]!.crash()
    net.lookup(nodes[7]!, target)
    net.advance(HOUR)
    return hash
  }

  it('SIM-S10: is the same for the same seed, datagram for datagram', () => {
    expect(trace(1)).toBe(trace(1))
    expect(trace(1)).not.toBe(trace(2))
  })

  it('SIM-S8: comes to rest: no open query, no operation, one next timeout', () => {
    const net = new VirtualNetwork()
    const { nodes, publisher } = published(net, 12)
    net.advance(10 * MINUTE)
    for (const node of nodes) {
      const info = node.core.info(net.now)
      expect(info).toMatchObject({ operations: 0, overlays: [{ openQueries: 0 }] })
      const { at, reason } = node.core.nextTimeout(net.now)!
      expect(at).toBeGreaterThan(net.now)
      const known = ['a bucket is stale', 'a contact needs a check']
      expect([...known, 'stored peers have expired', 'an announcement is due']).toContain(reason)
    }
    expect(publisher.core.info(net.now).announcements).toHaveLength(1)
  })
})

describe('an announcement', () => {
  it.each([1, 2, 3])(
    'SIM-R1: is stored again within the hour when all its holders crash, seed %i',
    (seed) => {
      const net = new VirtualNetwork({ seed })
      const { publisher, entry } = published(net, 26)
      net.advance(10 * MINUTE)
      const gone = holders(net)
      expectNearest(
        gone,
        net.nodes.filter((node) => node !== publisher),
      )
      for (const node of gone) node.crash()
      expect(holders(net)).toEqual([])
      const { republishMs, republishJitterMs } = CORE_DEFAULTS
      net.advance(republishMs + republishJitterMs + longestRoundMs(CORE_DEFAULTS))
      for (const found of finds(net)) expect(found).toEqual([formatEndpoint(entry)])
      expect(publisher.rounds.at(-1)?.complete).toBe(true)
      // SIM-L2: and no node names the dead ones any more, once it has queried them.
      const dead = new Set(gone.map(({ id }) => idKey(id)))
      const told = net.alive.flatMap((node) => net.lookup(node, target).closest)
      expect(told.filter(({ id }) => dead.has(idKey(id)))).toEqual([])
    },
  )

  it('SIM-R3: is found at any time while one holder lives, and one round may fail', () => {
    const net = new VirtualNetwork({ seed: 4 })
    const { publisher, entry } = published(net, 24)
    const seen = new Set<number>()
    for (let minute = 0; minute < 150; minute += 5) {
      // All but one of the holders crash early; then the network fails for a whole round.
      if (minute === 20) for (const node of holders(net).slice(1, 7)) node.crash()
      net.loss = minute >= 25 && minute < 35 ? 1 : 0
      net.advance(5 * MINUTE)
      if (net.loss === 1) continue
      for (const node of net.alive.slice(0, 3)) {
        expect(net.lookup(node, target).endpoints, `minute ${minute}`).toEqual([entry])
        seen.add(minute)
      }
    }
    expect(seen.size).toBe(28)
    expect(publisher.rounds.some(({ complete }) => !complete)).toBe(true)
  })

  it('SIM-S11: is found for an hour after its publisher has gone, and no longer', () => {
    const net = new VirtualNetwork({ seed: 5 })
    const { nodes, publisher, entry } = published(net, 14)
    publisher.crash()
    net.advance(59 * MINUTE)
    const late = net.lookup(nodes[9]!, target).endpoints
    expect(late).toEqual([entry])
    net.advance(MINUTE + 1_000)
    for (const found of finds(net)) expect(found).toEqual([])
    net.advance(5 * MINUTE)
    expect(holders(net)).toEqual([])
  })

  it('SIM-S11: is found for an hour after it was deleted, and no longer', () => {
    const net = new VirtualNetwork({ seed: 6 })
    const { publisher } = published(net, 10)
    publisher.start({ kind: 'delete', target })
    net.advance(HOUR + 1_000)
    for (const found of finds(net)) expect(found).toEqual([])
  })

  it('SIM-P1, SIM-P3: is found on both sides of a partition, and by all after it', () => {
    const net = new VirtualNetwork({ seed: 7 })
    const { nodes, entry } = published(net, 20)
    const side = new Map(nodes.map((node, i) => [formatEndpoint(node.local), i % 2]))
    net.onDatagram = (_bytes, from, to) =>
      side.get(formatEndpoint(from)) === side.get(formatEndpoint(to))
    const other = nodes[8]!
    other.request({ kind: 'enter', target, port: 81 })
    const ofOther = endpoint(other.local.address, 81)
    net.advance(HOUR + 20 * MINUTE)
    expect(net.lookup(nodes[5]!, target).endpoints).toEqual([entry])
    expect(net.lookup(nodes[6]!, target).endpoints).toEqual([ofOther])
    net.onDatagram = () => true
    net.advance(HOUR + 20 * MINUTE)
    const both = [entry, ofOther].map(formatEndpoint).toSorted()
    for (const found of finds(net)) expect(found).toEqual(both)
  })
})

describe('the simulated network', () => {
  interface Fate {
    readonly finds: string[][]
    readonly holders: string[]
    readonly peers: number[]
    readonly contacts: number[]
  }

  /** Which nodes hold what, and what each finds, after a short run with these options. */
  function outcome(disturb: (net: VirtualNetwork) => void): Fate {
    const net = new VirtualNetwork({ seed: 8 })
    disturb(net)
    published(net, 14)
    net.advance(50 * MINUTE)
    return {
      finds: finds(net),
      holders: holders(net).map(({ id }) => idToHex(id)),
      peers: holders(net).map((node) => node.core.info(net.now).store.peers),
      contacts: net.nodes.map((node) => node.core.info(net.now).overlays[0]!.contacts.good),
    }
  }

  it('NET-63, SIM-D1: may deliver every datagram twice, without any effect', () => {
    const twice = outcome((net) => {
      net.onDatagram = () => 2
    })
    expect(twice).toEqual(outcome(() => {}))
    expect(twice.holders.length).toBeGreaterThanOrEqual(8)
  })

  it('SIM-D2: may deliver them in any order, and lookups are still exact', () => {
    const net = new VirtualNetwork({ seed: 9, jitterMs: 120 })
    const { nodes, publisher, entry } = published(net, 20)
    net.advance(5 * MINUTE)
    const others = (node: VirtualNode): VirtualNode[] => nodes.filter((each) => each !== node)
    expectNearest(holders(net), others(publisher))
    for (const node of nodes) {
      const result = net.lookup(node, target)
      expect(result.endpoints).toEqual([entry])
      const ids = closest(others(node), target, 8).map(({ id }) => id)
      expect(result.closest.map(({ id }) => id)).toEqual(ids)
    }
  })

  it('SIM-D3: may replay datagrams of an hour ago, and no store changes', () => {
    const net = new VirtualNetwork({ seed: 10 })
    const queries: [Uint8Array, Endpoint, Endpoint][] = []
    net.onDatagram = (bytes, from, to) => {
      const message = decodeMessage(bytes, dht256)
      if (message.kind === 'query') queries.push([bytes.slice(), from, to])
      return true
    }
    const { publisher } = published(net, 10)
    net.onDatagram = () => true
    publisher.start({ kind: 'delete', target })
    net.advance(HOUR + 6 * MINUTE)
    expect(queries.length).toBeGreaterThan(100)
    expect(holders(net)).toEqual([])
    for (const [bytes, from, to] of queries) {
      net.inject(bytes, { from, to })
      net.inject(bytes, { from: net.nodes[0]!.local, to })
    }
    net.advance(10_000)
    expect(holders(net)).toEqual([])
  })

  it('STATE-58: may be down for hours, and no contact is forgotten', () => {
    const net = new VirtualNetwork({ seed: 11 })
    const { nodes, entry } = published(net, 16)
    const sizes = (): number[] => nodes.map((node) => node.core.state().contacts.length)
    const before = sizes()
    net.loss = 1
    net.advance(3 * HOUR)
    expect(sizes()).toEqual(before)
    net.loss = 0
    net.advance(10 * MINUTE)
    for (const found of finds(net)) expect(found).toEqual([formatEndpoint(entry)])
    for (const node of nodes) {
      expect(node.core.info(net.now).overlays[0]!.contacts.good).toBeGreaterThan(0)
    }
  })

  it('SIM-N1: may keep queries from a node: it takes part, and is in no table', () => {
    const net = new VirtualNetwork({ seed: 12 })
    const { nodes, entry } = published(net, 12)
    const walled = net.add()
    net.onDatagram = (bytes, _from, to) =>
      formatEndpoint(to) !== formatEndpoint(walled.local) ||
      decodeMessage(bytes, dht256).kind !== 'query'
    walled.join([nodes[0]!])
    const key = walled.id
    walled.request({ kind: 'enter', target: key, port: 9 })
    net.advance(HOUR)
    expect(net.lookup(walled, target).endpoints).toEqual([entry])
    expect(net.lookup(nodes[2]!, key).endpoints).toEqual([endpoint(walled.local.address, 9)])
    const known = nodes.flatMap((node) => node.core.state().contacts)
    expect(known.filter(({ id }) => idKey(id) === idKey(walled.id))).toEqual([])
    expect(walled.rounds.at(-1)).toMatchObject({ complete: true })
  })
})

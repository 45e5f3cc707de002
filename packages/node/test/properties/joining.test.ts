// How a node joins, alone, in pairs and in a network, and what it does when it has lost all
// contacts.

import { closest, commonPrefixLength, type Id, idFromBytes, idKey } from '@dht/id'
import { type Contact, type Endpoint, endpoint } from '@dht/krpc'
import { idSharing } from '@dht/testing'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { CORE_DEFAULTS } from '../../src/core/config/defaults.ts'
import { Bench } from '../support/bench.ts'
import { VirtualNetwork, type VirtualNode } from '../support/virtual-network.ts'

// Simulated networks take long on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const target = idFromBytes(new Uint8Array(32).fill(0x55))

/** Whether the table has, at each level of shared bits, k of the existing nodes, or all of them. */
function isBucketComplete(node: VirtualNode, everybody: readonly VirtualNode[]): boolean {
  const known = new Set(node.core.state().contacts.map(({ id }) => idKey(id)))
  const levels = new Map<number, { known: number; all: number }>()
  for (const { id } of everybody) {
    if (id === node.id) continue
    const level = commonPrefixLength(id, node.id)
    const count = levels.get(level) ?? { known: 0, all: 0 }
    levels.set(level, { known: count.known + Number(known.has(idKey(id))), all: count.all + 1 })
  }
  return [...levels.values()].every((level) => level.known >= Math.min(CORE_DEFAULTS.k, level.all))
}

describe('joining', () => {
  it('BOOT-1: whatever the bootstrap list holds, the join ends with the number of contacts', () => {
    const net = new VirtualNetwork()
    const live = net.grow(3)
    const kinds: Record<string, readonly Endpoint[]> = {
      live: live.map((node) => node.local),
      dead: [endpoint('10.9.9.9', 9), endpoint('10.9.9.8', 9)],
      own: [],
      otherFamily: [endpoint('2001:db8::1', 3739)],
      unroutable: [endpoint('0.0.0.0', 1), endpoint('255.255.255.255', 1)],
    }
    const list = fc.array(fc.constantFrom(...Object.keys(kinds)), { maxLength: 6 })
    const run = (chosen: readonly string[]): void => {
      const node = net.add()
      const endpoints = chosen.flatMap((kind) => (kind === 'own' ? [node.local] : kinds[kind]!))
      node.start({ kind: 'bootstrap', endpoints, routers: [] })
      const outcome = net.settle(node, node.request({ kind: 'join' }))
      expect(outcome.kind).toBe('joined')
      const contacts = outcome.kind === 'joined' ? outcome.result.contacts : -1
      expect(contacts > 0).toBe(chosen.includes('live'))
      node.crash()
    }
    fc.assert(fc.property(list, run), { numRuns: 15 })
  })

  it('BOOT-3, REFRESH-6: a node that joins complete nodes becomes complete, too', () => {
    const world = fc.tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.nat({ max: 12 }))
    const run = ([seed, crowd]: readonly [number, number]): void => {
      const net = new VirtualNetwork({ seed, core: { bucketWidths: [] } })
      const joiner = net.add()
      for (let i = 0; i < 24; i++) net.add()
      // Many ids near the joining node: levels that its own bucket covers until it splits.
      const near = fc.sample(
        fc.nat({ max: 40 }).chain((bits) => idSharing(joiner.id, bits + 3)),
        {
          numRuns: crowd,
          seed,
        },
      )
      for (const id of near) net.add({ id })
      const [, ...others] = net.nodes
      joiner.crash()
      net.introduceAll()
      joiner.isAlive = true
      expect(others.every((node) => isBucketComplete(node, others))).toBe(true)
      const before = others.map((node) => node.core.state().contacts.map(({ id }) => idKey(id)))
      joiner.join([others[0]!])
      net.advance(20_000)
      expect(isBucketComplete(joiner, net.nodes)).toBe(true)
      others.forEach((node, i) => {
        const now = new Set(node.core.state().contacts.map(({ id }) => idKey(id)))
        expect(before[i]!.filter((key) => !now.has(key))).toEqual([])
      })
    }
    fc.assert(fc.property(world, run), { numRuns: 3 })
  })

  it('SIM-L1: after nodes have joined one by one, all have contacts at each existing level', () => {
    const net = new VirtualNetwork({ seed: 5 })
    const nodes = net.grow(30)
    for (const node of nodes) expect(isBucketComplete(node, nodes)).toBe(true)
  })

  it('lookups wait for a family that opens, but only for a time if no node of it responds', () => {
    const locals = [endpoint('10.0.0.1', 3739), endpoint('2001:db8::1', 3739)]
    const bench = new Bench({ locals })
    const guide = bench.newContact()
    const endpoints = [guide.endpoint, endpoint('2001:db8::9', 1)]
    bench.start({ kind: 'bootstrap', endpoints, routers: [] })
    bench.request({ kind: 'join' })
    const early = bench.request({ kind: 'closest', target })
    bench.respondAll([guide])
    expect(bench.outcomes.has(early)).toBe(false)
    bench.pass(10_000, guide)
    expect(bench.outcomes.get(early)).toMatchObject({ kind: 'found', result: { closest: [guide] } })
    // The family without contacts is tried again and again; no operation waits for it any more.
    for (let i = 0; i < 60; i++) {
      const operationId = bench.request({ kind: 'closest', target })
      bench.respondAll([guide])
      expect(bench.outcomes.has(operationId)).toBe(true)
      bench.pass(5_000, guide)
    }
  })
})

describe('a node without contacts', () => {
  it('SOLO-1: finds its own announcement, reports no copies, retries, and sends nothing', () => {
    const bench = new Bench()
    bench.request({ kind: 'join' })
    bench.request({ kind: 'enter', target, port: 80 })
    const mine = bench.request({ kind: 'lookup', target, mode: 'all' })
    const other = bench.request({ kind: 'lookup', target: bench.core.id, mode: 'all' })
    expect(bench.outcomes.get(mine)).toMatchObject({
      kind: 'found',
      result: { endpoints: [endpoint('10.0.0.1', 80)], holders: [], closest: [] },
    })
    expect(bench.outcomes.get(other)).toMatchObject({ kind: 'found', result: { endpoints: [] } })
    bench.pass(3 * HOUR)
    expect(bench.rounds.length).toBeGreaterThan(3 * 11)
    for (const round of bench.rounds) {
      expect(round).toMatchObject({ accepted: [], complete: false })
    }
    expect(bench.datagrams).toEqual([])
  })

  it('SOLO-2: after one ping two nodes know each other and find each other’s endpoints', () => {
    const net = new VirtualNetwork()
    const [a, b] = [net.add(), net.add()]
    net.settle(a, a.request({ kind: 'ping', to: b.local }))
    net.advance(10_000)
    expect(a.core.state().contacts.map(({ id }) => id)).toEqual([b.id])
    expect(b.core.state().contacts.map(({ id }) => id)).toEqual([a.id])
    a.request({ kind: 'enter', target, port: 1 })
    b.request({ kind: 'enter', target: a.id, port: 2 })
    net.advance(1_000)
    expect(net.lookup(b, target).endpoints).toEqual([endpoint(a.local.address, 1)])
    expect(net.lookup(a, a.id).endpoints).toEqual([endpoint(b.local.address, 2)])
  })
})

describe('a node that has lost all contacts', () => {
  /** Instants at which a join began and ended, in order. */
  function joins(
    bench: Bench,
    ms: number,
    responding: readonly Contact[] = [],
  ): [number, string][] {
    const log: [number, string][] = []
    const until = bench.now + ms
    while (bench.now < until) {
      bench.events.length = 0
      bench.pass(100, ...responding)
      for (const { kind } of bench.events) {
        if (kind === 'joining' || kind === 'joined') log.push([bench.now, kind])
      }
    }
    return log
  }

  it('BOOT-4: tries again at growing intervals, one attempt at a time, without end', () => {
    const bench = new Bench()
    bench.start({ kind: 'bootstrap', endpoints: [bench.newContact().endpoint], routers: [] })
    bench.request({ kind: 'join' })
    const log = joins(bench, 2 * HOUR)
    log.forEach(([, kind], i) => {
      expect(kind).toBe(i % 2 === 0 ? 'joined' : 'joining')
    })
    const starts = log.filter(([, kind]) => kind === 'joining').map(([at]) => at)
    const gaps = starts.slice(1).map((at, i) => at - starts[i]!)
    const { rejoinMaxMs } = CORE_DEFAULTS
    // Each wait is drawn from half to one and a half of one that doubles, up to the longest.
    expect(gaps[0]).toBeLessThan(15_000)
    for (const gap of gaps.slice(9)) {
      expect(gap).toBeGreaterThan(0.5 * rejoinMaxMs)
      expect(gap).toBeLessThan(1.5 * rejoinMaxMs + 11_000)
    }
    expect(bench.bootstrapRequests).toBe(starts.length + 1)
  })

  it('STATE-60: with every member bad, queries them once per interval until one responds', () => {
    const bench = new Bench()
    const guide = bench.newContact()
    bench.start({ kind: 'bootstrap', endpoints: [guide.endpoint], routers: [] })
    bench.request({ kind: 'join' })
    bench.pass(MINUTE, guide)
    bench.take()
    for (let i = 0; i < 2; i++) {
      bench.request({ kind: 'ping', to: guide.endpoint })
      bench.undeliverable(guide.endpoint)
    }
    const log = joins(bench, 10_000)
    expect(log.filter(([, kind]) => kind === 'joining').length).toBeGreaterThan(0)
    log.forEach(([, kind], i) => {
      expect(kind).toBe(i % 2 === 0 ? 'joining' : 'joined')
    })
    bench.pass(10 * MINUTE, guide)
    expect(bench.info.overlays[0]).toMatchObject({ joined: true, contacts: { good: 1, bad: 0 } })
    bench.pass(20 * MINUTE, guide)
    expect(joins(bench, 20 * MINUTE, [guide])).toEqual([])
  })
})

describe('SIM-K1, SIM-K2: among nodes that know the nodes near them', () => {
  it.each([1, 2, 3])('every lookup ends with exactly the k nearest, seed %i', (seed) => {
    const net = new VirtualNetwork({ seed, core: { bucketWidths: [] } })
    for (let i = 0; i < 40; i++) net.add()
    net.introduceAll()
    const publisher = net.nodes[7]!
    const key: Id = idFromBytes(net.random(32))
    publisher.request({ kind: 'enter', target: key, port: 8080 })
    net.advance(5_000)
    const others = (node: VirtualNode): VirtualNode[] => net.nodes.filter((each) => each !== node)
    const holders = net.nodes.filter((node) => node.core.info(net.now).store.peers > 0)
    // The k nearest, and perhaps more of the region around the key, at most 2k.
    expect(holders).toEqual(expect.arrayContaining(closest(others(publisher), key, 8)))
    for (const node of holders) expect(closest(others(publisher), key, 16)).toContain(node)
    for (const node of net.nodes) {
      const result = net.lookup(node, key)
      expect(result.closest.map(({ id }) => id)).toEqual(
        closest(others(node), key, 8).map(({ id }) => id),
      )
      expect(result.endpoints).toEqual([endpoint(publisher.local.address, 8080)])
    }
  })
})

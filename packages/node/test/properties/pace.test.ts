// A node with many queries keeps to the pace that receivers allow, lets queries wait, and takes no
// node for dead because of it: whole networks of production cores under virtual time.

import { type Id, randomId } from '@dht/id'
import { dht256, type Endpoint, endpoint, formatEndpoint, mainline, type Network } from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import { describe, expect, it, vi } from 'vitest'
import type { Outcome } from '../../src/core/operations/outcome.ts'
import { Bench, isAt } from '../support/bench.ts'
import { VirtualNetwork, type VirtualNode } from '../support/virtual-network.ts'

// Simulated networks take long on a busy machine.
vi.setConfig({ testTimeout: 240_000 })

const SECOND = 1_000

interface Busy {
  readonly net: VirtualNetwork
  readonly node: VirtualNode
  readonly keys: readonly Id[]
}

/** Twenty nodes that know one another, and fifty announced identities. */
function twenty(network: Network): Busy {
  const net = new VirtualNetwork({ seed: 3, latencyMs: 10, core: { network } })
  for (let n = 0; n < 20; n++) net.add()
  net.introduceAll()
  net.advance(60 * SECOND)
  const random = seededRandom(5)
  const keys = Array.from({ length: 50 }, () => randomId(network.idLength, random))
  for (const [n, target] of keys.entries()) {
    net.nodes[1 + (n % 19)]!.request({ kind: 'enter', target, port: 1_000 + n })
  }
  net.advance(120 * SECOND)
  return { net, node: net.nodes[0]!, keys }
}

/** The outcome of each lookup; one that found nothing has to report why. */
function verdict(outcome: Outcome | undefined): string {
  if (outcome?.kind === 'busy') return 'busy'
  if (outcome?.kind !== 'found') return `ended as ${outcome?.kind}`
  const { endpoints, incompleteReasons } = outcome.result
  if (endpoints.length > 0) return 'found'
  return incompleteReasons.includes('rate-limited')
    ? 'rate-limited'
    : `nothing, ${incompleteReasons.join()}`
}

function tally(
  node: VirtualNode,
  operationIds: readonly number[],
): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const operationId of operationIds) {
    const what = verdict(node.outcomes.get(operationId))
    counts[what] = (counts[what] ?? 0) + 1
  }
  return counts
}

/** No contact is bad, and every query has got a response. */
function expectAllAlive({ net, node }: Busy): void {
  const { overlays, counters } = node.core.info(net.now)
  expect(overlays[0]).toMatchObject({ contacts: { bad: 0 }, waitingQueries: 0, openQueries: 0 })
  expect(counters.queriesTimedOut).toBe(0)
}

describe('PACE-3: a busy node among twenty', () => {
  it.each([300, 500])('%i lookups a second all find, or report why not', (perSecond) => {
    const busy = twenty(dht256)
    const { net, node, keys } = busy
    const operationIds: number[] = []
    for (let n = 0; n < 10 * perSecond; n++) {
      net.at(net.now + (n * SECOND) / perSecond, () => {
        const target = keys[n % keys.length]!
        operationIds.push(node.request({ kind: 'lookup', target, mode: 'all' }))
      })
    }
    net.advance(10 * SECOND)
    const { waitingQueries } = node.core.info(net.now).overlays[0]!
    expect(waitingQueries).toBeGreaterThan(1_000)
    net.advance(90 * SECOND)
    const { found = 0, busy: turnedAway = 0, paced = 0, ...other } = tally(node, operationIds)
    expect(other).toEqual({})
    expect(found + turnedAway + paced).toBe(10 * perSecond)
    // As many as may be active at once, and more.
    expect(found).toBeGreaterThan(2_000)
    expectAllAlive(busy)
  })

  it('2,000 lookups, 200 at a time, all find', () => {
    const busy = twenty(dht256)
    const { net, node, keys } = busy
    const operationIds: number[] = []
    for (let until = net.now + 300 * SECOND; net.now < until; net.advance(5)) {
      const open = operationIds
        .slice(-400)
        .filter((operationId) => !node.outcomes.has(operationId)).length
      for (let n = open; n < 200 && operationIds.length < 2_000; n++) {
        const target = keys[operationIds.length % keys.length]!
        operationIds.push(node.request({ kind: 'lookup', target, mode: 'all' }))
      }
      if (open === 0 && operationIds.length === 2_000) break
    }
    expect(tally(node, operationIds)).toEqual({ found: 2_000 })
    expectAllAlive(busy)
  })
})

/** Most queries that any address got in any period of so many ms. */
function mostIn(ms: number, sent: readonly { readonly at: number; readonly to: string }[]): number {
  const addresses = new Set(sent.map(({ to }) => to))
  let most = 0
  for (const address of addresses) {
    const all = sent.filter(({ to }) => to === address)
    for (const [first, { at }] of all.entries()) {
      let last = first
      while (last < all.length && all[last]!.at < at + ms) last++
      most = Math.max(most, last - first)
    }
  }
  return most
}

describe('PACE-1: no destination gets more than its pace', () => {
  it.each([dht256, mainline])('of $name, in any second and in any ten', (network) => {
    const busy = twenty(network)
    const { net, node, keys } = busy
    const sent: { at: number; to: string }[] = []
    net.onDatagram = (_bytes, from, to) => {
      if (from === node.local) sent.push({ at: net.now, to: to.address })
      return true
    }
    for (let n = 0; n < 300; n++) {
      node.request({ kind: 'lookup', target: keys[n % keys.length]!, mode: 'all' })
    }
    net.advance(20 * SECOND)
    const { perSecond, burst } = network.pace
    expect(mostIn(SECOND, sent)).toBeLessThanOrEqual(burst + perSecond)
    expect(mostIn(10 * SECOND, sent)).toBeLessThanOrEqual(burst + 10 * perSecond)
    // The whole pace is used.
    expect(mostIn(SECOND, sent)).toBeGreaterThanOrEqual(burst + perSecond / 2)
  })
})

/** Pings of a user to `count` ports of one address. @returns how many were sent at once */
function pingPorts(bench: Bench, address: string, count: number): number {
  for (let n = 1; n <= count; n++) bench.request({ kind: 'ping', to: endpoint(address, n) })
  return bench.take().length
}

describe('PACE-4: the destination of a pace', () => {
  const network = mainline
  const { burst } = mainline.pace

  it('is one address, whatever the port', () => {
    expect(pingPorts(new Bench({ core: { network } }), '20.0.0.1', 20)).toBe(burst)
  })

  it('is a /64 of IPv6', () => {
    const bench = new Bench({ core: { network }, locals: [endpoint('2001:db8::1', 1)] })
    for (let n = 1; n <= 20; n++) {
      bench.request({ kind: 'ping', to: endpoint(`2001:db8:1:2::${n}`, 1) })
    }
    expect(bench.take()).toHaveLength(burst)
  })

  it.each([
    ['loopback', '127.0.0.1', []],
    ['a subnet that the user trusts', '10.1.2.3', ['10.0.0.0/8']],
  ])('is one endpoint on %s, where many nodes share an address', (_, address, trustedSubnets) => {
    const bench = new Bench({ core: { network, trustedSubnets } })
    expect(pingPorts(bench, address, 20)).toBe(20)
    for (let n = 0; n < 20; n++) bench.request({ kind: 'ping', to: endpoint(address, 1) })
    expect(bench.take()).toHaveLength(burst - 1)
  })
})

describe('PACE-2: a query that waits', () => {
  const core = { network: mainline }
  const { burst } = mainline.pace
  const to: Endpoint = endpoint('20.0.0.1', 4_000)

  it('is sent in its turn, and its timeout counts from then on', () => {
    const bench = new Bench({ core })
    const who = bench.newContact({ endpoint: to })
    const operationIds = Array.from({ length: burst + 2 }, () =>
      bench.request({ kind: 'ping', to }),
    )
    expect(bench.info.overlays[0]).toMatchObject({ waitingQueries: 2, openQueries: burst })
    expect(bench.info.counters).toMatchObject({
      queriesQueued: 2,
      queriesDropped: 0,
      queriesSent: burst,
    })
    bench.respondAll([who])
    bench.pass(499)
    expect(bench.take()).toEqual([])
    bench.pass(1, who)
    bench.pass(500, who)
    for (const operationId of operationIds)
      expect(bench.outcomes.get(operationId)?.kind).toBe('answered')
  })

  it('is given up when it has waited for ten seconds', () => {
    const bench = new Bench({ core })
    const operationIds = Array.from({ length: 100 }, () => bench.request({ kind: 'ping', to }))
    bench.pass(10_000)
    const failed = { kind: 'failed', reason: 'not-sent' }
    expect(bench.outcomes.get(operationIds.at(-1)!)).toEqual(failed)
    expect(bench.info.overlays[0]!.waitingQueries).toBe(0)
    const { queriesSent, queriesDropped } = bench.info.counters
    expect(queriesDropped).toBeGreaterThan(60)
    expect(queriesSent + queriesDropped).toBe(100)
  })

  it('leaves the queue when its operation is cancelled', () => {
    const bench = new Bench({ core })
    const operationIds = Array.from({ length: burst + 3 }, () =>
      bench.request({ kind: 'ping', to }),
    )
    bench.start({ kind: 'cancel', operationId: operationIds.at(-1)! })
    bench.start({ kind: 'cancel', operationId: operationIds.at(-3)! })
    expect(bench.info.overlays[0]!.waitingQueries).toBe(1)
    bench.take()
    bench.pass(400)
    expect(
      bench.take().filter((datagram) => isAt(datagram.to, bench.newContact({ endpoint: to }))),
    ).toEqual([])
    const before = bench.info.counters.queriesSent
    bench.pass(10_000)
    expect(bench.info.counters.queriesSent).toBe(before + 1)
  })

  it('waits for replies beyond a quarter of the pace, which are sent at once and count', () => {
    const bench = new Bench({ core })
    const who = bench.newContact({ endpoint: to })
    for (let n = 0; n < burst / 4; n++) bench.request({ kind: 'ping', to })
    for (let n = 0; n < burst + 2; n++) {
      expect(bench.queryFrom(who, { method: 'ping', readOnly: true })?.kind).toBe('response')
    }
    bench.take()
    bench.request({ kind: 'ping', to })
    expect(bench.take()).toEqual([])
    bench.pass(2_000)
    expect(bench.take().map((datagram) => formatEndpoint(datagram.to))).toContain(
      formatEndpoint(to),
    )
  })

  it('PACE-6: is sent within a second though others send queries in its name all the time', () => {
    const bench = new Bench({ core })
    const victim = bench.addMember(bench.newContact({ endpoint: to }))
    // With so many members a node does not join again, which would take queries of its own.
    const others = bench.newContacts(10).map((each) => bench.addMember(each))
    bench.pass(60_000, victim, ...others)
    const forge = (): void => {
      for (let n = 0; n < 20; n++) bench.queryFrom(victim, { method: 'ping', readOnly: true })
    }
    for (let second = 0; second < 20; second++) {
      forge()
      bench.pass(1_000, ...others)
    }
    for (let second = 0; second < 10; second++) {
      bench.take()
      bench.request({ kind: 'ping', to })
      forge()
      bench.pass(1_000, ...others)
      const queries = bench.take().filter(({ message }) => message.kind === 'query')
      expect(queries.map((datagram) => formatEndpoint(datagram.to))).toContain(formatEndpoint(to))
      for (const query of queries) bench.respond(query, victim)
      bench.pass(1_000, ...others)
    }
  })

  it('frees the slot of its lookup when it waits for long, and the lookup reports it', () => {
    const bench = new Bench({ core: { network: mainline, k: 4, alpha: 1 } })
    const slow = bench.addMember(bench.newContact({ endpoint: to }))
    const others = bench.newContacts(6).map((each) => bench.addMember(each))
    bench.pass(60_000, slow, ...others)
    bench.take()
    for (let n = 0; n < 60; n++) bench.request({ kind: 'ping', to })
    bench.take()
    const operationId = bench.request({ kind: 'closest', target: slow.id })
    // One query at a time, and that one waits.
    expect(bench.take()).toEqual([])
    bench.pass(999)
    expect(bench.take().every((datagram) => isAt(datagram.to, slow))).toBe(true)
    bench.pass(1, ...others)
    bench.pass(9_000, ...others)
    const outcome = bench.outcomes.get(operationId) as Extract<Outcome, { kind: 'found' }>
    expect(outcome.result.incompleteReasons).toContain('rate-limited')
    expect(outcome.result.closest).toHaveLength(4)
  })
})

// What a node can be made to send. The bounds below are documented. Each test brings the node as
// near to its bound as possible, and fails when the bound is exceeded or is wider than necessary.

import { type Id, idFromBytes, randomId } from '@dht/id'
import {
  type Contact,
  contact,
  dht256,
  type Endpoint,
  encodeMessage,
  endpoint,
  type Message,
  mainline,
  type Network,
  type Query,
  type Response,
} from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import { describe, expect, it } from 'vitest'
import { CORE_DEFAULTS } from '../../src/core/config/defaults.ts'
import { Bench, isAt, type Put, TOKEN } from '../support/bench.ts'
import { VirtualNetwork } from '../support/virtual-network.ts'

/** Bytes sent back per byte received, at most, to a source that has proved nothing. */
const UNPROVEN: Readonly<Record<string, number>> = { ping: 1.5, error: 1 }
const UNPROVEN_LONG = 3.5

/**
 * The same to a source that has proved its address. `want` requests contacts of two families. The
 * largest replies consist of peers, and are limited by the reply budget of the network.
 */
const AMPLIFICATION: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  dht256: { ping: 1.3, find_node: 4.1, find_node_both: 6.2, get_peers: 8.5, error: 2 },
  mainline: { ping: 1.5, find_node: 4.4, find_node_both: 6.3, get_peers: 10.2, error: 2.4 },
}

/**
 * Pings in `ms` because of queries from unverified nodes. Those to members are sent again when they
 * stall.
 */
function pingsIn(ms: number): number {
  const { checkBurst, checksPerSecond } = CORE_DEFAULTS
  return 2 * (checkBurst + Math.ceil((ms / 1000) * checksPerSecond))
}

/** Unsolicited datagrams to any one address, per minute, whatever is sent in its name. */
const PER_ADDRESS_AND_MINUTE = 100

const four = endpoint('10.0.0.1', 3739)
const ours6 = endpoint('2001:db8::1', 3739)

/** A node of two families with full replies: many contacts in each, more peers than one holds. */
function opulent(network: Network, target: Id): Bench {
  const bench = new Bench({ core: { network }, locals: [four, ours6] })
  for (let i = 1; i <= 10; i++) {
    bench.addMember()
    bench.addMember(bench.newContact({ endpoint: endpoint(`2001:db8:${i}::1`, 1) }))
  }
  for (let i = 1; i <= 100; i++) {
    const v6 = bench.newContact({ endpoint: endpoint(`2001:db8:0:${i}::1`, 1) })
    for (const who of [bench.newContact(), v6]) {
      const reply = bench.queryFrom(who, { method: 'get_peers', target, readOnly: true })
      const token = reply?.kind === 'response' ? reply.token!.slice() : TOKEN
      const put = { method: 'announce_peer', target, port: 1, impliedPort: false, token } as const
      bench.queryFrom(who, { ...put, readOnly: true })
    }
  }
  bench.take()
  return bench
}

/** Largest ratio of reply to query, over both families. */
function ratio(bench: Bench, put: Put, isProven: boolean): number {
  const six = endpoint(isProven ? '2001:db8:f::1' : '2001:db8:e::1', 1)
  const askers = [bench.newContact(), bench.newContact({ endpoint: six })]
  const ratios = askers.map((who) => {
    // What unproven sources got before counts no longer.
    bench.now += 2 * 60_000
    if (isProven) bench.prove(who)
    // The shortest transaction id: every byte less makes the ratio worse.
    const transactionId = new Uint8Array([1])
    const query = { kind: 'query', transactionId, id: who.id, readOnly: false, ...put } as Query
    const bytes = encodeMessage(query, bench.network)
    bench.take()
    const replies = bench
      .receive(bytes, who.endpoint)
      .filter(({ message }) => message.kind !== 'query')
    expect(replies).toHaveLength(1)
    expect(replies[0]!.bytes.length).toBeLessThanOrEqual(bench.network.replyBudget)
    return replies[0]!.bytes.length / bytes.length
  })
  return Math.max(...ratios)
}

describe.each([dht256, mainline])('AMP-1, AMP-2: one reply of $name', (network) => {
  const target = idFromBytes(new Uint8Array(network.idLength).fill(0x55))
  const both = { n4: true, n6: true }
  const bench = opulent(network, target)
  const worst = {
    ping: [{ method: 'ping' }],
    find_node: [{ method: 'find_node', target }],
    find_node_both: [
      { method: 'find_node', target, want: both },
      { method: 'unknown', name: 'x', target, want: both },
    ],
    get_peers: [
      { method: 'get_peers', target },
      { method: 'get_peers', target, want: both },
    ],
  } as const satisfies Record<string, readonly Put[]>

  it.each(Object.keys(worst) as (keyof typeof worst)[])('to %s is bounded', (kind) => {
    const supremum = Math.max(...worst[kind].map((put) => ratio(bench, put, true)))
    const bound = AMPLIFICATION[network.name]![kind]!
    expect(supremum).toBeLessThanOrEqual(bound)
    expect(supremum).toBeGreaterThan(bound - 0.3)
  })

  it.each(Object.keys(worst) as (keyof typeof worst)[])('AMP-12: to %s of anybody', (kind) => {
    const supremum = Math.max(...worst[kind].map((put) => ratio(bench, put, false)))
    const bound = UNPROVEN[kind] ?? UNPROVEN_LONG
    expect(supremum).toBeLessThanOrEqual(bound)
    expect(supremum).toBeGreaterThan(bound - 0.4)
  })

  it('to a wrong query is bounded', () => {
    const key = network.key === undefined ? '' : `1:n${network.key.length}:${network.key}`
    const wrong = [`d1:ade${key}1:q1:x1:t1:a1:y1:qe`, `d${key}1:q1:x1:t1:a1:y1:qe`]
    const ratios = wrong.map((text) => {
      const bytes = new TextEncoder().encode(text)
      const [anybody] = bench.receive(bytes, bench.newContact().endpoint)
      expect(anybody?.bytes.length ?? 0).toBeLessThanOrEqual(UNPROVEN['error']! * bytes.length)
      const replies = bench.receive(bytes, bench.prove(bench.newContact()).endpoint)
      expect(replies.length).toBeLessThanOrEqual(1)
      expect(replies[0]?.message.kind ?? 'error').toBe('error')
      return (replies[0]?.bytes.length ?? 0) / bytes.length
    })
    const bound = AMPLIFICATION[network.name]!['error']!
    expect(Math.max(...ratios)).toBeLessThanOrEqual(bound)
    expect(Math.max(...ratios)).toBeGreaterThan(bound - 0.2)
  })
})

describe.each([dht256, mainline])(
  'AMP-17: a publisher whose ten long replies are used up',
  (network) => {
    const target = idFromBytes(new Uint8Array(network.idLength).fill(0x55))

    /** The query for a write token, as a publisher at this endpoint sends it to a member. */
    function queryOfPublisher(local: Endpoint, member: Endpoint): Uint8Array {
      const publisher = new Bench({ core: { network }, locals: [local], seed: 7 })
      const who = publisher.addMember(publisher.newContact({ endpoint: member }))
      publisher.take()
      publisher.request({ kind: 'enter', target, port: 1 })
      return publisher.takeLast(who).bytes
    }

    it.each([
      ['IPv4', endpoint('20.1.0.1', 9), four],
      ['IPv6', endpoint('2001:db8:1::9', 9), ours6],
    ])('gets a token, a contact and a peer over %s', (_, local, member) => {
      const bench = opulent(network, target)
      const query = queryOfPublisher(local, member)
      const anybody = bench.newContact({ endpoint: local })
      for (let i = 0; i < 10; i++) {
        bench.queryFrom(anybody, { method: 'find_node', target, readOnly: true })
      }
      const [reply] = bench.receive(query, local)
      expect(reply?.bytes.length).toBeLessThanOrEqual(query.length)
      const { nodes, nodes6, token, values } = reply!.message as Response
      expect(token).toHaveLength(8)
      expect(values?.length).toBeGreaterThan(0)
      expect((local.family === 4 ? nodes : nodes6)?.length).toBeGreaterThan(0)
    })
  },
)

describe('AMP-16: a source whose share is used up', () => {
  const target = idFromBytes(new Uint8Array(32).fill(0x55))

  it('gets replies that help it on and are no longer than its queries', () => {
    const bench = new Bench({ core: { queriesPerSource: 3 } })
    for (let i = 0; i < 20; i++) bench.addMember()
    bench.announceFrom(bench.newContact(), target, 80)
    const who = bench.prove(bench.newContact())
    const forged = contact(bench.newContact().id, endpoint(who.endpoint.address, 9))
    for (let i = 0; i < 10; i++) bench.queryFrom(forged, { method: 'ping' })
    const bytesOf = (put: Put): readonly [number, Message | undefined] => {
      const before = bench.info.counters
      const reply = bench.queryFrom(who, { ...put, readOnly: true })
      const { bytesReceived, bytesSent } = bench.info.counters
      const received = bytesReceived - before.bytesReceived
      expect(bytesSent - before.bytesSent).toBeLessThanOrEqual(received)
      return [received, reply]
    }
    expect(bytesOf({ method: 'ping' })[1]).toMatchObject({ kind: 'response' })
    const [, found] = bytesOf({ method: 'find_node', target: who.id })
    expect(found).toMatchObject({ kind: 'response', nodes: { length: 38 } })
    const [, told] = bytesOf({ method: 'get_peers', target })
    expect(told).toMatchObject({ kind: 'response', values: { length: 1 } })
    expect(bench.info.counters.queriesLimited).toBe(0)
  })

  it('gets so many of them in a second, and then none', () => {
    const bench = new Bench({ core: { queriesPerSource: 1, replyBytesPerSecond: 10 ** 9 } })
    const who = bench.newContact()
    const ask = (): boolean =>
      bench.queryFrom(who, { method: 'ping', readOnly: true }) !== undefined
    const answered = Array.from({ length: 5_000 }, ask).filter(Boolean).length
    expect(answered).toBe(1 + 4_000)
    bench.now += 100
    expect(Array.from({ length: 1_000 }, ask).filter(Boolean)).toHaveLength(400)
  })
})

describe('what unverified nodes can make a node send to others', () => {
  it('AMP-3: pings within their budget, however many nodes send queries', () => {
    const bench = new Bench()
    for (let i = 0; i < 100; i++) bench.addMember()
    bench.pass(20 * 60_000, ...bench.core.state().contacts)
    const random = seededRandom(9)
    const before = bench.now
    bench.take()
    let others = 0
    for (let ms = 0; ms < 20_000; ms += 10) {
      const spoofed = bench.newContact({ id: randomId(32, random) })
      bench.queryFrom(spoofed, { method: 'ping' })
      bench.pass(10)
      others += bench.take().length
    }
    expect(others).toBeLessThanOrEqual(pingsIn(bench.now - before))
    expect(others).toBeGreaterThan(0)
    expect(bench.info.overlays[0]!.contacts.bad).toBeLessThanOrEqual(100)
  })

  it('AMP-3: pings within their budget though every bucket of a deep table wants a check', () => {
    const own = idFromBytes(new Uint8Array(32))
    const bench = new Bench({ id: own, core: { bucketWidths: [] } })
    // Nine contacts that share 28 bits and more with us: as many buckets, nearly all empty.
    const neighbours = Array.from({ length: 9 }, (_, i) => {
      const bytes = new Uint8Array(32)
      bytes[3] = 15 - i
      return bench.addMember(bench.newContact({ id: idFromBytes(bytes) }))
    })
    expect(bench.info.overlays[0]!.buckets.length).toBeGreaterThan(28)
    bench.pass(60_000, ...neighbours)
    const before = bench.now
    bench.take()
    let others = 0
    for (let i = 0; i < 1_500; i++) {
      const bytes = new Uint8Array(32)
      bytes.set([0x80 >> (i & 7), i, i >> 8], (i >> 3) % 3)
      bench.queryFrom(bench.newContact({ id: idFromBytes(bytes) }), { method: 'ping' })
      bench.pass(10, ...neighbours)
      others += bench.take().length
    }
    const { checkBurst, checksPerSecond } = CORE_DEFAULTS
    // Only unverified contacts are checked, so no ping is sent twice.
    const budget = checkBurst + ((bench.now - before) / 1_000) * checksPerSecond
    expect(others).toBeLessThanOrEqual(budget)
    expect(others).toBeGreaterThan(checkBurst)
  })

  it('AMP-3: pings within their budget for an empty table', () => {
    const bench = new Bench()
    let others = 0
    for (let i = 0; i < 3_000; i++) {
      bench.queryFrom(bench.newContact(), { method: 'ping' })
      if (i % 10 === 0) bench.pass(10)
      others += bench.take().length
    }
    expect(others).toBeLessThanOrEqual(pingsIn(3_000))
    expect(others).toBeGreaterThan(0)
  })

  it('AMP-4: one address gets few datagrams, whatever is sent in its name', () => {
    const bench = new Bench()
    for (let i = 0; i < 40; i++) bench.addMember()
    const responding = bench.core.state().contacts
    const random = seededRandom(9)
    const victim = bench.newContact()
    bench.take()
    let hits = 0
    for (let i = 0; i < 1_200; i++) {
      const spoofed: Contact = contact(randomId(32, random), victim.endpoint)
      bench.queryFrom(
        spoofed,
        i % 2 === 0 ? { method: 'ping' } : { method: 'get_peers', target: victim.id },
      )
      bench.pass(50, ...responding)
      hits += bench.take().filter(({ to }) => isAt(to, victim)).length
    }
    expect(hits).toBeLessThanOrEqual(PER_ADDRESS_AND_MINUTE)
    expect(hits).toBeGreaterThan(0)
  })

  it('AMP-5: unexpected responses and errors get no reply', () => {
    const bench = new Bench()
    const who = bench.newContact()
    const envelope = { transactionId: new Uint8Array(4), id: who.id }
    const response = encodeMessage({ kind: 'response', ...envelope }, bench.network)
    const error = encodeMessage({ kind: 'error', ...envelope, code: 203, text: '' }, bench.network)
    for (const bytes of [response, error]) {
      expect(bench.receive(bytes, who.endpoint)).toEqual([])
      expect(bench.receive(bytes.subarray(0, 30), who.endpoint)).toEqual([])
    }
    expect(bench.info.counters.responsesUnmatched).toBe(2)
  })

  it('AMP-5: one datagram between two nodes causes a finite exchange', () => {
    const random = seededRandom(4)
    for (const method of ['ping', 'find_node', 'get_peers', 'announce_peer'] as const) {
      const net = new VirtualNetwork()
      const [a, b] = [net.add(), net.add()]
      const id = randomId(32, random)
      const put = { method, target: id, port: 1, impliedPort: false, token: TOKEN }
      const query = {
        kind: 'query',
        transactionId: random(4),
        id,
        readOnly: false,
        ...put,
      } as Query
      net.inject(encodeMessage(query, dht256), { from: a.local, to: b.local })
      net.advance(60_000)
      // A reply, a ping because of the query, and what the two then send for themselves.
      expect(net.sent).toBeLessThan(60)
      // With so few contacts each looks for others a few times more.
      net.advance(13 * 60_000)
      expect(net.sent).toBeLessThan(150)
      const before = net.sent
      // Before the first bucket is due for its refresh.
      net.advance(4 * 60_000)
      expect(net.sent).toBe(before)
    }
  })
})

describe('AMP-6: what unverified nodes can make a node keep', () => {
  it('peers up to the bounds of the store', () => {
    const bench = new Bench({ core: { maxPeers: 50, maxKeys: 5, maxPeersPerKey: 20 } })
    const random = seededRandom(2)
    for (let i = 0; i < 300; i++) {
      const who = bench.newContact()
      const target = idFromBytes(new Uint8Array(32).fill(random(1)[0]! & 15))
      const reply = bench.queryFrom(who, { method: 'get_peers', target })
      const token = reply?.kind === 'response' ? (reply.token?.slice() ?? TOKEN) : TOKEN
      const put = { method: 'announce_peer', target, port: 1, impliedPort: false, token } as const
      const answer = bench.queryFrom(who, put)
      // Every announce_peer gets a reply; one that does not fit gets an error message.
      expect(answer).toBeDefined()
      const { keys, peers } = bench.info.store
      expect(keys).toBeLessThanOrEqual(5)
      expect(peers).toBeLessThanOrEqual(50)
    }
    expect(bench.info.store).toEqual({ keys: 5, peers: 50 })
  })

  it('a number of reply bytes per second', () => {
    const bench = new Bench({ core: { replyBytesPerSecond: 1_000 } })
    const flood = (from: readonly Contact[]): number =>
      from.filter((who) => bench.queryFrom(who, { method: 'ping', readOnly: true }) !== undefined)
        .length
    const answered = flood(bench.newContacts(200))
    expect(bench.info.counters.bytesSent).toBeLessThanOrEqual(1_000 + bench.network.replyBudget)
    expect(answered).toBeGreaterThan(5)
    expect(bench.info.counters.queriesLimited).toBe(200 - answered)
    bench.now += 10_000
    expect(flood([bench.newContact()])).toBe(1)
  })
})

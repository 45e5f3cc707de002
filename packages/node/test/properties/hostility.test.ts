// Any bytes from any address. A node survives them, stays within its bounds, replies at most once,
// and goes on serving honest nodes.

import { idKey, randomId } from '@dht/id'
import {
  type Contact,
  contact,
  decodeMessage,
  dht256,
  type Endpoint,
  encodeMessage,
  endpoint,
  formatEndpoint,
  type Message,
} from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { Effect } from '../../src/core/effect.ts'
import { Bench, packed, TOKEN } from '../support/bench.ts'
import { VirtualNetwork, type VirtualNode } from '../support/virtual-network.ts'

// Simulated networks take long on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

/** How many are sent to one node. */
const DATAGRAMS = 20_000

const random = seededRandom(99)
const below = (n: number): number => ((random(2)[0]! << 8) | random(1)[0]!) % n
const pick = <T>(items: readonly T[]): T => items[below(items.length)]!

/** One valid message of each kind, about ids that matter here. */
function corpus(ids: readonly Contact[]): Uint8Array[] {
  const { id } = pick(ids)
  const target = pick(ids).id
  const envelope = { transactionId: random(4), id, readOnly: false } as const
  const query = { kind: 'query', ...envelope } as const
  const messages: Message[] = [
    { ...query, method: 'ping' },
    { ...query, method: 'find_node', target, want: { n4: true, n6: true } },
    { ...query, method: 'get_peers', target },
    { ...query, method: 'announce_peer', target, port: 1, impliedPort: true, token: random(8) },
    { ...query, method: 'unknown', name: 'vote', target },
    { kind: 'response', ...envelope, nodes: packed(...ids.slice(0, 8)), token: TOKEN },
    { kind: 'response', ...envelope, values: [random(6), random(6)] },
    { kind: 'error', ...envelope, code: 203, text: 'no' },
  ]
  return messages.map((message) => encodeMessage(message, dht256).slice())
}

/** A change that finds mistakes in decoders: flips, cuts, repetitions, wrong lengths. */
function mutated(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice()
  const at = below(copy.length)
  switch (below(6)) {
    case 0:
      copy[at] = copy[at]! ^ (1 << below(8))
      return copy
    case 1:
      return copy.subarray(0, at)
    case 2:
      return new Uint8Array([...copy.subarray(0, at), ...copy.subarray(below(copy.length))])
    case 3:
      copy[at] = pick([0x30, 0x39, 0x2d, 0x3a, 0x65, 0x64, 0x6c, 0x69, 0x00, 0xff])
      return copy
    case 4:
      copy.set(random(Math.min(8, copy.length - at)), at)
      return copy
    default:
      return copy
  }
}

/** Replies among the effects: datagrams that are not queries of the node itself. */
function replies(effects: readonly Effect[]): { to: Endpoint; bytes: Uint8Array }[] {
  return effects
    .filter((effect) => effect.kind === 'send')
    .filter(({ bytes }) => decodeMessage(bytes, dht256).kind !== 'query')
    .map((send) => ({ to: send.endpoint, bytes: send.bytes }))
}

/** Everything about a node that must stay bounded. */
function checkBounds(node: VirtualNode, now: number): void {
  const { overlays, store, operations } = node.core.info(now)
  const [overlay] = overlays
  expect(overlay!.openQueries).toBeLessThan(500)
  expect(overlay!.buckets.reduce((sum, size) => sum + size, 0)).toBeLessThan(300)
  expect(store.peers).toBeLessThan(300)
  expect(operations).toBe(0)
}

describe('any bytes', () => {
  it('NET-50, AMP-5, AMP-6, R7: do no harm, get at most one reply, and keep within bounds', () => {
    const net = new VirtualNetwork({ seed: 3 })
    const nodes = net.grow(6)
    const victim = nodes[2]!
    const target = randomId(32, random)
    victim.request({ kind: 'enter', target, port: 80 })
    net.advance(2_000)
    const known = nodes.map((node) => contact(node.id, node.local))
    const strangers = Array.from({ length: 500 }, () =>
      contact(randomId(32, random), endpoint(`30.${below(99)}.${below(99)}.9`, 7)),
    )
    let messages: readonly Uint8Array[] = []
    let answered = 0
    const worst = { replies: 0, bytes: 0, astray: 0 }
    for (let i = 0; i < DATAGRAMS; i++) {
      if (i % 100 === 0) {
        net.advance(below(2_000))
        checkBounds(victim, net.now)
        messages = corpus([pick(strangers), ...known]).concat(corpus([pick(strangers), ...known]))
      }
      const bytes = below(10) === 0 ? random(below(1_600)) : mutated(pick(messages))
      const from = pick(below(3) === 0 ? known : strangers).endpoint
      const effects = victim.core.receive(bytes, from, net.now)
      const back = replies(effects)
      answered += back.length
      worst.replies = Math.max(worst.replies, back.length)
      for (const reply of back) {
        worst.bytes = Math.max(worst.bytes, reply.bytes.length)
        if (reply.to !== from) worst.astray++
      }
      victim.carryOut(effects)
    }
    expect(worst.replies).toBe(1)
    expect(worst.bytes).toBeLessThanOrEqual(dht256.replyBudget)
    expect(worst.astray).toBe(0)
    expect(answered).toBeGreaterThan(DATAGRAMS / 10)
    expect(victim.core.info(net.now).counters.datagramsMalformed).toBeGreaterThan(DATAGRAMS / 10)
    net.advance(60_000)
    // It still serves, finds and publishes, and its contacts are still there.
    expect(net.lookup(nodes[4]!, target).endpoints).toEqual([endpoint(victim.local.address, 80)])
    expect(net.lookup(victim, target).closest.length).toBeGreaterThanOrEqual(5)
    const members = new Set(victim.core.state().contacts.map(({ id }) => idKey(id)))
    for (const node of nodes) expect(node === victim || members.has(idKey(node.id))).toBe(true)
  })

  it('NET-50: do no harm to a node with open queries, whatever it gets in reply', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.integer({ min: 0, max: 2 ** 31 }).map((seed) => {
        const from = seededRandom(seed)
        return mutated(pick(corpus([contact(randomId(32, from), endpoint('9.9.9.9', 9))])))
      }),
    )
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 20 }), (replies) => {
        const bench = new Bench()
        const friends = bench.newContacts(4).map((who) => bench.addMember(who))
        bench.request({ kind: 'enter', target: friends[0]!.id, port: 1 })
        for (const reply of replies) {
          const datagram = bench.datagrams.shift()
          if (datagram === undefined) break
          // With the right transaction id, so that it is read as the response.
          const copy = reply.slice()
          const at = new TextDecoder('latin1').decode(copy).indexOf('1:t4:')
          if (at >= 0 && at + 9 <= copy.length) copy.set(datagram.message.transactionId, at + 5)
          bench.receive(copy, datagram.to)
        }
        bench.pass(60_000)
        expect(bench.rounds.length).toBeGreaterThan(0)
      }),
      { numRuns: 40 },
    )
  })
})

describe('SIM-S5: a hostile reply', () => {
  it('changes the query that it belongs to, and nothing else', () => {
    const hostile = fc.oneof(
      fc.constant('valid' as const),
      fc.constantFrom('other-id', 'own-id', 'error', 'no-id', 'lies', 'values'),
      fc.uint8Array({ maxLength: 120 }),
    )
    fc.assert(
      fc.property(hostile, fc.nat({ max: 5 }), (kind, which) => {
        const bench = new Bench()
        const friends = bench.newContacts(6).map((who) => bench.addMember(who))
        const { peers } = bench.info.store
        const operationIds = friends.map(({ endpoint: to, id: target }) =>
          bench.request({ kind: 'find-value', to, target }),
        )
        bench.request({ kind: 'enter', target: bench.newContact().id, port: 80 })
        const liar = friends[which]!
        const datagram = bench.datagrams.find(({ to }) => liar.isAt(to))!
        const { announcements } = bench.info
        const before = bench.info.overlays[0]!.openQueries
        if (typeof kind !== 'string') bench.receive(kind, liar.endpoint)
        else if (kind === 'error') bench.respondWithError(datagram, 201)
        else {
          const lies = bench.newContacts(8).map(({ id }) => contact(id, liar.endpoint))
          bench.respond(datagram, liar, {
            ...(kind === 'other-id' && { id: bench.newContact().id }),
            ...(kind === 'own-id' && { id: bench.core.id }),
            ...(kind === 'lies' && { nodes: packed(...lies) }),
            ...(kind === 'values' && { values: [random(6)] }),
          })
        }
        expect(bench.info.announcements).toEqual(announcements)
        expect(bench.info.store.peers).toBe(peers)
        expect(bench.info.overlays[0]!.openQueries).toBeGreaterThanOrEqual(before - 1)
        expect(bench.info.overlays[0]!.openQueries).toBeLessThanOrEqual(before + 1)
        operationIds.forEach((operationId, i) => {
          if (i !== which) expect(bench.outcomes.has(operationId)).toBe(false)
        })
        const members = new Set(bench.core.state().contacts.map(({ id }) => idKey(id)))
        friends.forEach(({ id }, i) => {
          if (i !== which) expect(members.has(idKey(id))).toBe(true)
        })
        // The others respond as if nothing had happened.
        for (const [i, friend] of friends.entries()) {
          if (i !== which) bench.respondAll([friend])
        }
        operationIds.forEach((operationId, i) => {
          if (i !== which) expect(bench.outcomes.get(operationId)?.kind).toBe('answered')
        })
      }),
      { numRuns: 60 },
    )
  })

  it('STATE-54: queries of unverified nodes displace no member, however many they are', () => {
    const bench = new Bench({ core: { bucketWidths: [] } })
    const friends = bench.newContacts(30).map((who) => bench.addMember(who))
    const before = bench.core.state().contacts.map(({ endpoint: e }) => formatEndpoint(e))
    // Silent for a while, so that every member is questionable and every bucket wants a check.
    bench.now += 20 * 60_000
    for (let i = 0; i < 2_000; i++) {
      bench.queryFrom(bench.newContact({ id: randomId(32, random) }), { method: 'ping' })
      if (i % 20 === 0) bench.pass(100, ...friends)
    }
    bench.pass(60_000, ...friends)
    const after = bench.core.state().contacts.map(({ endpoint: e }) => formatEndpoint(e))
    expect(after.toSorted()).toEqual(before.toSorted())
  })
})

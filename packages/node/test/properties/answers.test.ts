// The replies of a node to queries, its write tokens, and which of its stored peers it returns.

import { compareDistance, idFromBytes } from '@dht/id'
import { type Contact, contact, endpoint, endpointFromCompact, type Message } from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CORE_DEFAULTS } from '../../src/core/config/defaults.ts'
import { Bench, packed } from '../support/bench.ts'

const target = idFromBytes(new Uint8Array(32).fill(0x55))
const otherTarget = idFromBytes(new Uint8Array(32).fill(0x66))

/** A token for `of`, as given to `who`. */
function tokenFor(bench: Bench, who: Contact, of = target): Uint8Array {
  const reply = bench.queryFrom(who, { method: 'get_peers', target: of })
  if (reply?.kind !== 'response' || reply.token === undefined) throw new Error('no token')
  return reply.token.slice()
}

function announce(bench: Bench, who: Contact, token: Uint8Array, port = 80): Message | undefined {
  const put = { method: 'announce_peer', target, port, impliedPort: false, token } as const
  return bench.queryFrom(who, put)
}

/** Everything that the store returns under the target, sorted. */
function stored(bench: Bench): string[] {
  const reply = bench.queryFrom(bench.newContact(), { method: 'get_peers', target, readOnly: true })
  const values = reply?.kind === 'response' ? (reply.values ?? []) : []
  return values.map((value) => Array.from(value).join('.')).toSorted()
}

describe('replies', () => {
  it('NET-11: a ping gets a response with our id and its transaction id', () => {
    const bench = new Bench()
    const reply = bench.queryFrom(bench.newContact(), { method: 'ping' })
    expect(reply).toMatchObject({ kind: 'response', id: bench.core.id })
    expect(reply).not.toHaveProperty('nodes.length')
  })

  it('NET-12: find_node gets the k nearest; the querier is left out before the cut', () => {
    const bench = new Bench()
    const friends = bench.newContacts(20).map((who) => bench.addMember(who))
    fc.assert(
      fc.property(fc.constantFrom(...friends), fc.constantFrom(...friends), (asker, { id }) => {
        const nearest = friends
          .filter((who) => who !== asker)
          .toSorted((a, b) => compareDistance(a.id, b.id, id))
          .slice(0, CORE_DEFAULTS.k)
        const reply = bench.queryFrom(asker, { method: 'find_node', target: id })
        expect(reply).toMatchObject({ id: bench.core.id, nodes: packed(...nearest) })
        expect(reply).toMatchObject({ token: undefined, values: undefined })
      }),
      { numRuns: 30 },
    )
  })

  it('NET-13: get_peers gets a token, contacts, and the peers if there are any', () => {
    const bench = new Bench()
    const friend = bench.addMember()
    const asker = bench.newContact()
    const before = bench.queryFrom(asker, { method: 'get_peers', target })
    expect(before).toMatchObject({ nodes: packed(friend), values: undefined })
    announce(bench, asker, tokenFor(bench, asker))
    const after = bench.queryFrom(friend, { method: 'get_peers', target })
    expect(after).toMatchObject({ values: [new Uint8Array([20, 0, 2, 1, 0, 80])] })
    expect(after).toHaveProperty('token.length', 8)
    expect(bench.queryFrom(friend, { method: 'get_peers', target: otherTarget })).toMatchObject({
      values: undefined,
    })
  })

  it('an unknown method with a target gets the response of find_node, any other gets 204', () => {
    const bench = new Bench()
    const [friend, asker] = [bench.addMember(), bench.newContact()]
    const near = bench.queryFrom(asker, { method: 'unknown', name: 'vote', target })
    expect(near).toMatchObject({ kind: 'response', nodes: packed(friend) })
    const nameless = new TextEncoder().encode(
      `d1:ad2:id32:${'x'.repeat(32)}e1:n6:dht2561:q4:vote1:t1:a1:y1:qe`,
    )
    const [far, ...more] = bench.receive(nameless, asker.endpoint)
    expect(far?.message).toMatchObject({ kind: 'error', code: 204 })
    expect(more).toEqual([])
  })

  it('API-4: everything in info is of one instant, and no later event changes it', () => {
    const bench = new Bench()
    const before = bench.info
    const copy = structuredClone(before)
    const friend = bench.addMember()
    announce(bench, friend, tokenFor(bench, friend))
    bench.request({ kind: 'enter', target, port: 1 })
    expect(before).toEqual(copy)
    expect(bench.info).toMatchObject({
      overlays: [{ contacts: { good: 1, questionable: 0, bad: 0 }, buckets: [1] }],
      store: { keys: 1, peers: 1 },
      announcements: [{ port: 1, publishing: true }],
      counters: { queriesReceived: { get_peers: 1, announce_peer: 1 }, queriesSent: 2 },
    })
  })

  it('API-6: a lookup finds our own endpoint, our store’s and the network’s, each once', () => {
    const bench = new Bench()
    const friend = bench.addMember()
    announce(bench, friend, tokenFor(bench, friend))
    bench.request({ kind: 'enter', target, port: 8080 })
    bench.take()
    const operationId = bench.request({ kind: 'lookup', target, mode: 'all' })
    const [own, fromStore] = [endpoint('10.0.0.1', 8080), endpoint(friend.endpoint.address, 80)]
    expect(bench.found).toEqual([own, fromStore])
    const elsewhere = new Uint8Array([1, 2, 3, 4, 0, 80])
    const ofFriend = friend.compact.slice(32)
    ofFriend.set([0, 80], 4)
    bench.respondAll([friend], { values: [elsewhere, ofFriend, elsewhere] })
    expect(bench.outcomes.get(operationId)).toMatchObject({
      kind: 'found',
      result: {
        endpoints: [own, fromStore, endpoint('1.2.3.4', 80)],
        holders: [friend],
        closest: [friend],
      },
    })
    expect(bench.found).toHaveLength(3)
  })

  it('a lookup for the first endpoint ends with it, and sends no query when it is our own', () => {
    const bench = new Bench()
    const friends = [bench.addMember(), bench.addMember()]
    const away = bench.request({ kind: 'lookup', target, mode: 'first' })
    const peer = new Uint8Array([1, 2, 3, 4, 0, 80])
    bench.respond(bench.takeLast(friends[0]!), friends[0]!, { values: [peer] })
    expect(bench.outcomes.get(away)).toMatchObject({
      result: { endpoints: [endpoint('1.2.3.4', 80)], holders: [friends[0]] },
    })
    bench.request({ kind: 'enter', target, port: 1 })
    bench.take()
    const home = bench.request({ kind: 'lookup', target, mode: 'first' })
    expect(bench.outcomes.get(home)).toMatchObject({ kind: 'found', result: { holders: [] } })
    expect(bench.take()).toEqual([])
  })
})

describe('write tokens', () => {
  it('TOKEN-7: an invalid one is refused with 203 and changes nothing', () => {
    const bench = new Bench()
    const asker = bench.newContact()
    const good = tokenFor(bench, asker)
    announce(bench, asker, good)
    const before = stored(bench)
    const bad = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      fc.nat({ max: 63 }).map((bit) => {
        return good.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))
      }),
      fc.nat({ max: 7 }).map((length) => good.slice(0, length)),
    )
    fc.assert(
      fc.property(bad, (token) => {
        expect(announce(bench, asker, token, 81)).toMatchObject({ kind: 'error', code: 203 })
        expect(stored(bench)).toEqual(before)
      }),
    )
    // It does not renew either: the peer expires an hour after it was stored.
    bench.pass(59 * 60_000)
    announce(bench, asker, new Uint8Array(8))
    bench.pass(60_001)
    expect(stored(bench)).toEqual([])
  })

  it('TOKEN-7: one for another identity, address or port is refused too', () => {
    const bench = new Bench()
    const [asker, neighbour] = [bench.newContact(), bench.newContact()]
    expect(announce(bench, asker, tokenFor(bench, asker, otherTarget))?.kind).toBe('error')
    expect(announce(bench, neighbour, tokenFor(bench, asker))?.kind).toBe('error')
    const samePlace = contact(neighbour.id, { ...asker.endpoint, port: 999 })
    // In dht256 a token can withdraw what was announced from its UDP port, so it is bound to the
    // port.
    expect(announce(bench, samePlace, tokenFor(bench, asker))?.kind).toBe('error')
  })

  it('TOKEN-6: those of two nodes, or before and after a restart, are not interchangeable', () => {
    const [one, two] = [new Bench({ seed: 1 }), new Bench({ seed: 2 })]
    const again = new Bench({ id: one.core.id, seed: 3 })
    const asker = one.newContact()
    const token = tokenFor(one, asker)
    expect(announce(two, asker, token)).toMatchObject({ kind: 'error', code: 203 })
    expect(announce(again, asker, token)).toMatchObject({ kind: 'error', code: 203 })
    expect(announce(one, asker, token)).toMatchObject({ kind: 'response' })
  })

  it('TOKEN-8: one may be used again while it is valid, and then only renews', () => {
    const bench = new Bench()
    const asker = bench.newContact()
    const token = tokenFor(bench, asker)
    for (let i = 0; i < 3; i++) {
      expect(announce(bench, asker, token)?.kind).toBe('response')
      expect(stored(bench)).toHaveLength(1)
      bench.pass(100_000)
    }
    bench.pass(57 * 60_000)
    expect(stored(bench)).toHaveLength(1)
  })

  it('TOKEN-2, SIM-D3: one is valid for five to ten minutes; its replay changes nothing', () => {
    const ages = fc.tuple(fc.nat({ max: 600_000 }), fc.nat({ max: 1_200_000 }))
    fc.assert(
      fc.property(ages, ([startMs, ageMs]) => {
        const bench = new Bench()
        const asker = bench.newContact()
        bench.now = startMs
        const token = tokenFor(bench, asker)
        bench.now += ageMs
        const isTaken = announce(bench, asker, token)?.kind === 'response'
        if (ageMs <= 300_000) expect(isTaken).toBe(true)
        if (ageMs > 600_000) expect(isTaken).toBe(false)
        expect(stored(bench)).toHaveLength(isTaken ? 1 : 0)
      }),
    )
  })

  it('none is given when the store is full, so that announcers go to other nodes', () => {
    const bench = new Bench({ core: { maxKeys: 1 } })
    const asker = bench.newContact()
    announce(bench, asker, tokenFor(bench, asker))
    const reply = bench.queryFrom(asker, { method: 'get_peers', target: otherTarget })
    expect(reply).toMatchObject({ kind: 'response', token: undefined })
  })
})

describe('the stored peers in replies', () => {
  it('PROTO-55: of many peers each is returned sooner or later, within the budget', () => {
    const bench = new Bench()
    bench.newContacts(40).map((who) => bench.addMember(who))
    bench.take()
    const peers = bench.newContacts(400)
    for (const peer of peers) announce(bench, peer, tokenFor(bench, peer))
    const told = new Map<string, number>()
    const asker = bench.prove(bench.newContact())
    bench.take()
    const perReply = CORE_DEFAULTS.peersPerReply[4]
    // Coupon collector: with 50 of 400 per reply, 100 replies miss a given peer once in 600,000.
    for (let i = 0; i < 100; i++) {
      const datagrams = bench.take()
      expect(datagrams.every(({ bytes }) => bytes.length <= 1232)).toBe(true)
      const reply = bench.queryFrom(asker, { method: 'get_peers', target })
      if (reply?.kind !== 'response') throw new Error('no reply')
      expect(reply.values).toHaveLength(perReply)
      for (const value of reply.values ?? []) {
        const key = JSON.stringify(endpointFromCompact(value))
        told.set(key, (told.get(key) ?? 0) + 1)
      }
    }
    expect(told.size).toBe(400)
    // Uniform: each is returned 12.5 times on average, with a deviation of 3.3.
    expect(Math.max(...told.values())).toBeLessThan(12.5 + 5 * 3.3)
  })

  it('IPv4 and IPv6 peers are returned over their own family, and contacts as wanted', () => {
    const locals = [endpoint('10.0.0.1', 3739), endpoint('2001:db8::1', 3739)]
    const bench = new Bench({ locals })
    const [four, six] = [
      bench.newContact(),
      bench.newContact({ endpoint: endpoint('2001:db8:1::1', 4) }),
    ]
    for (const who of [four, six]) {
      bench.addMember(who)
      announce(bench, who, tokenFor(bench, who))
    }
    const asker = { four: bench.newContact(), six: contact(bench.newContact().id, six.endpoint) }
    const ask = (who: Contact, want?: { n4: boolean; n6: boolean }): Message | undefined =>
      bench.queryFrom(who, { method: 'get_peers', target, ...(want && { want }) })
    expect(ask(asker.four)).toMatchObject({ nodes: packed(four), nodes6: undefined })
    expect(ask(asker.four)).toMatchObject({ values: [{ length: 6 }] })
    expect(ask(asker.six)).toMatchObject({ nodes: undefined, nodes6: packed(six) })
    expect(ask(asker.six)).toMatchObject({ values: [{ length: 18 }] })
    const both = ask(asker.four, { n4: true, n6: true })
    expect(both).toMatchObject({ nodes: packed(four), nodes6: packed(six) })
  })

  it('SIM-S3: no peer is stored without announce_peer from its own address', () => {
    const bench = new Bench()
    const random = seededRandom(3)
    const entered = new Set<string>()
    for (let i = 0; i < 200; i++) {
      const who = bench.newContact()
      const token = random(1)[0]! < 128 ? tokenFor(bench, who) : random(8)
      const port = 1 + (random(1)[0]! & 3)
      if (announce(bench, who, token, port)?.kind === 'response') {
        entered.add(`${who.endpoint.address}.0.${port}`)
      }
    }
    expect(bench.info.store).toEqual({ keys: 1, peers: entered.size })
    for (const each of stored(bench)) expect(entered).toContain(each)
  })
})

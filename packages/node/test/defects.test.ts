// The serious defects of the original system, one test each: they cannot happen here. The numbers
// are those of the catalogue of its behaviour; the titles say what is true now. The lesser defects
// are in minor-defects.test.ts.

import { commonPrefixLength, idKey, randomId } from '@dht/id'
import { type Contact, contact, dht256, endpoint, endpointFromCompact } from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import { expect, it } from 'vitest'
import { readState, writeState } from '../src/state/state-file.ts'
import { Bench, idStarting, isAt, packed, type SentDatagram, TOKEN } from './support/bench.ts'
import { VirtualNetwork } from './support/virtual-network.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const target = idStarting(0x55, 0x55)

function members(bench: Bench): Contact[] {
  return [...bench.core.state().contacts]
}

it('BUG-01: ids fill the whole space: every bit is drawn', () => {
  const random = seededRandom(1)
  const ids = Array.from({ length: 100 }, () => randomId(32, random))
  for (let bit = 0; bit < 256; bit++) {
    const ones = ids.filter((each) => (each[bit >> 3]! >> (7 - (bit & 7))) & 1).length
    expect(ones).toBeGreaterThan(20)
    expect(ones).toBeLessThan(80)
  }
})

it('BUG-02, SEARCH-14: a lookup queries contacts that it has just learnt, in long chains', () => {
  const bench = new Bench()
  const first = bench.addMember()
  const chain = bench.newContacts(5)
  const operationId = bench.request({ kind: 'closest', target })
  let known = first
  for (const next of chain) {
    bench.respond(bench.takeLast(known), known, { nodes: packed(next) })
    known = next
  }
  bench.respond(bench.takeLast(known), known)
  const outcome = bench.outcomes.get(operationId)
  expect(outcome).toMatchObject({ kind: 'found', result: { tally: { queried: 6, hops: 6 } } })
})

it('BUG-03: an error, or a response of the wrong kind, ends one query and affects no other', () => {
  const bench = new Bench()
  const friends = [bench.addMember(), bench.addMember()]
  bench.request({ kind: 'enter', target, port: 1 })
  const own = bench.core.id
  for (const datagram of bench.take()) bench.respondWithError(datagram, 201)
  bench.pass(MINUTE, ...friends)
  expect(bench.core.id).toBe(own)
  expect(bench.info.announcements).toMatchObject([{ port: 1 }])
  expect(members(bench)).toHaveLength(2)
})

it('BUG-04: a query with the transaction id of our own query is still a query', () => {
  const bench = new Bench()
  const who = bench.newContact()
  const operationId = bench.request({ kind: 'ping', to: who.endpoint })
  const datagram = bench.takeLast(who)
  const twin = datagram.bytes.slice()
  expect(bench.receive(twin, who.endpoint)[0]?.message.kind).toBe('response')
  expect(bench.outcomes.has(operationId)).toBe(false)
  bench.respond(datagram, who)
  expect(bench.outcomes.get(operationId)?.kind).toBe('answered')
})

it('BUG-05: distance is measured from the target, not from our own id', () => {
  const bench = new Bench({ id: idStarting(0x00) })
  // Each is nearer to the target and farther from us than the one before.
  const steps = [0x80, 0xc0, 0xe0, 0xf0].map((first) => bench.newContact({ id: idStarting(first) }))
  const [first, ...others] = steps as [Contact, ...Contact[]]
  bench.addMember(first)
  const operationId = bench.request({ kind: 'closest', target: idStarting(0xff) })
  let known = first
  for (const next of others) {
    bench.respond(bench.takeLast(known), known, { nodes: packed(next) })
    known = next
  }
  bench.respondAll(steps)
  expect(bench.outcomes.get(operationId)).toMatchObject({ result: { closest: steps.toReversed() } })
})

it('BUG-06: an announcement that changes its port has one schedule, under the new port', () => {
  const bench = new Bench({ core: { k: 1, republishJitterMs: 0 } })
  const friend = bench.addMember()
  bench.request({ kind: 'enter', target, port: 1 })
  bench.pass(MINUTE, friend)
  bench.request({ kind: 'enter', target, port: 2 })
  bench.start({ kind: 'delete', target })
  bench.request({ kind: 'enter', target, port: 3 })
  bench.pass(3 * HOUR, friend)
  expect(bench.rounds.map(({ port }) => port)).toEqual([1, 3, 3, 3, 3, 3, 3, 3])
})

it('BUG-07: a query to an unreachable address fails alone; port 0 is never queried', () => {
  const bench = new Bench()
  const guide = bench.addMember()
  const [dead, live] = [bench.newContact(), bench.newContact()]
  const nowhere = bench.newContact().compact.slice()
  nowhere.set([0, 0], 36)
  const operationId = bench.request({ kind: 'closest', target })
  const nodes = new Uint8Array([...nowhere, ...packed(dead, live)])
  bench.respond(bench.takeLast(guide), guide, { nodes })
  bench.undeliverable(dead.endpoint)
  bench.respondAll([live])
  expect(bench.outcomes.get(operationId)).toMatchObject({
    kind: 'found',
    result: { tally: { queried: 3, responded: 2, failed: 1 } },
  })
})

it('BUG-08: a node that does not respond is no longer named to others', () => {
  const bench = new Bench()
  const [dead, live] = [bench.addMember(), bench.addMember()]
  for (let i = 0; i < 2; i++) {
    bench.request({ kind: 'closest', target })
    bench.respondAll([live])
    bench.pass(10_000, live)
  }
  const reply = bench.queryFrom(bench.newContact(), { method: 'find_node', target: dead.id })
  expect(reply).toMatchObject({ nodes: packed(live) })
})

it('BUG-09: a bootstrap list may be known from the start, and no node of it may respond', () => {
  const bench = new Bench({ locals: [] })
  const guide = bench.newContact()
  bench.start({ kind: 'bootstrap', endpoints: [guide.endpoint], routers: [guide.endpoint] })
  const operationId = bench.request({ kind: 'join' })
  expect(bench.outcomes.get(operationId)).toMatchObject({ result: { contacts: 0 } })
})

it('BUG-10: an id with three hundred endpoints is found, in replies within the limits', () => {
  const bench = new Bench()
  for (let i = 0; i < 300; i++) bench.announceFrom(bench.newContact(), target, 80)
  const seen = new Set<string>()
  for (let i = 0; i < 80; i++) {
    const reply = bench.queryFrom(bench.prove(bench.newContact()), {
      method: 'get_peers',
      target,
      readOnly: true,
    })
    if (reply?.kind !== 'response') throw new Error('no reply')
    for (const value of reply.values ?? []) seen.add(JSON.stringify(endpointFromCompact(value)))
  }
  expect(bench.info.counters.bytesSent / bench.info.counters.datagramsSent).toBeLessThan(1232)
  expect(seen.size).toBe(300)
})

it('BUG-11: a refused store is reported', () => {
  const net = new VirtualNetwork()
  const [a, b] = [net.add(), net.add()]
  const to = b.local
  const outcome = net.settle(a, a.request({ kind: 'store', to, target, port: 1, token: TOKEN }))
  expect(outcome).toMatchObject({ kind: 'refused', code: 203 })
})

it('BUG-12: a query adds no member, and so no good one', () => {
  const bench = new Bench()
  for (const who of bench.newContacts(50)) bench.queryFrom(who, { method: 'ping' })
  expect(members(bench)).toEqual([])
})

it('BUG-13: a lookup that finds something in our own store still queries the network', () => {
  const bench = new Bench()
  const friend = bench.addMember()
  bench.announceFrom(bench.newContact(), target, 80)
  const operationId = bench.request({ kind: 'lookup', target, mode: 'all' })
  bench.respondAll([friend], { values: [new Uint8Array([1, 2, 3, 4, 0, 80])] })
  expect(bench.outcomes.get(operationId)).toHaveProperty('result.endpoints.length', 2)
})

it('BUG-14: the querier is left out before the k nearest are chosen, so that k remain', () => {
  const bench = new Bench()
  const friends = bench.newContacts(9).map((who) => bench.addMember(who))
  for (const friend of friends) {
    const reply = bench.queryFrom(friend, { method: 'find_node', target: friend.id })
    expect(reply).toHaveProperty('nodes.length', 8 * 38)
  }
})

it('BUG-15: replies have the nearest contacts, however long they have been silent', () => {
  const bench = new Bench()
  const near = bench.addMember(bench.newContact({ id: target }))
  bench.now += 16 * MINUTE
  for (let i = 0; i < 8; i++) bench.addMember()
  expect(bench.info.overlays[0]!.contacts).toMatchObject({ good: 8, questionable: 1 })
  const reply = bench.queryFrom(bench.newContact(), { method: 'find_node', target, readOnly: true })
  const nodes = reply?.kind === 'response' ? reply.nodes! : new Uint8Array(0)
  expect(nodes.slice(0, 38)).toEqual(near.compact)
})

it('BUG-16: twenty forged pings for a full bucket cause one check, and no member leaves', () => {
  const bench = new Bench({ core: { bucketWidths: [] } })
  const friends = Array.from({ length: 8 }, (_, i) => bench.newContact({ id: idStarting(0x80, i) }))
  for (const who of friends) bench.addMember(who)
  for (let i = 0; i < 8; i++) bench.addMember(bench.newContact({ id: idStarting(0x01, i) }))
  bench.now += 16 * MINUTE
  for (let i = 0; i < 20; i++) {
    bench.queryFrom(bench.newContact({ id: idStarting(0x81, i) }), { method: 'ping' })
  }
  const pings = bench.take()
  const isMeant = ({ to }: SentDatagram): boolean => friends.some((who) => isAt(to, who))
  expect(pings.filter(isMeant).length).toBeLessThanOrEqual(1)
  // The members of the other bucket are questionable as well; one of them is checked in any case.
  expect(pings.length).toBeLessThanOrEqual(2)
  bench.pass(1_000, ...friends)
  const kept = new Set(members(bench).map((who) => idKey(who.id)))
  for (const who of friends) expect(kept.has(idKey(who.id))).toBe(true)
})

it('BUG-17: damage to a saved state is recognized at any byte, and the node starts anew', () => {
  const bench = new Bench()
  bench.addMember()
  bench.request({ kind: 'enter', target, port: 1 })
  const bytes = writeState(bench.core.state(), dht256)
  expect(readState(bytes, dht256)).toMatchObject({ kind: 'state' })
  for (let at = 0; at < bytes.length; at++) {
    const damaged = bytes.slice()
    damaged[at] = damaged[at]! ^ 0x10
    expect(readState(damaged, dht256).kind).not.toBe('state')
    expect(readState(bytes.subarray(0, at), dht256).kind).not.toBe('state')
  }
})

it('BUG-18: no contact with our own id enters the table', () => {
  const bench = new Bench()
  const double = bench.newContact({ id: bench.core.id })
  const operationId = bench.request({ kind: 'ping', to: double.endpoint })
  bench.respond(bench.takeLast(double), double)
  bench.queryFrom(double, { method: 'ping' })
  expect(bench.outcomes.get(operationId)).toEqual({ kind: 'failed', reason: 'protocol' })
  expect(bench.core.restore([double])).toBe(0)
  expect(members(bench)).toEqual([])
})

it('BUG-19: a node that moved is known at its new address, once the old one is bad', () => {
  const bench = new Bench()
  const old = bench.addMember()
  const moved = contact(old.id, endpoint('77.1.1.1', 7))
  bench.queryFrom(moved, { method: 'ping' })
  expect(members(bench)).toEqual([old])
  bench.passWith(2 * MINUTE, () => bench.respondAll([moved]))
  bench.request({ kind: 'ping', to: moved.endpoint })
  bench.respondAll([moved])
  expect(members(bench)).toEqual([moved])
})

it('BUG-21: a bucket without members is refreshed, by an id of its own range', () => {
  const bench = new Bench({ id: idStarting(0x00), core: { bucketWidths: [] } })
  const friends = Array.from({ length: 9 }, (_, i) => bench.newContact({ id: idStarting(1 + i) }))
  for (const who of friends) bench.addMember(who)
  bench.pass(20 * MINUTE, ...friends)
  const levels = bench.events
    .filter((event) => event.kind === 'refreshing')
    .map((event) => commonPrefixLength(event.target, bench.core.id))
  expect(levels).toContain(0)
})

it('BUG-22: enter, delete and queries take one step, whatever is being published', () => {
  const bench = new Bench()
  bench.addMember()
  const operationIds = [1, 2, 3].map((port) =>
    bench.request({ kind: 'enter', target: idStarting(port), port }),
  )
  expect(bench.info.announcements.map(({ publishing }) => publishing)).toEqual([true, true, true])
  bench.start({ kind: 'delete', target: idStarting(1) })
  expect(bench.outcomes.get(operationIds[0]!)).toEqual({ kind: 'withdrawn' })
  expect(bench.info.announcements).toHaveLength(2)
  expect(bench.now).toBe(0)
})

it('BUG-23: a response counts for its sender: one address under many ids is one node', () => {
  const bench = new Bench()
  const [guide, liar] = [bench.addMember(), bench.newContact()]
  // Eight ids next to the target, all of them at the address of the liar.
  const names = Array.from({ length: 8 }, (_, i) =>
    contact(idStarting(0x55, 0x55, i), liar.endpoint),
  )
  const operationId = bench.request({ kind: 'closest', target })
  bench.respond(bench.takeLast(guide), guide, { nodes: packed(...names) })
  bench.respondAll([liar])
  const outcome = bench.outcomes.get(operationId)
  const closest = outcome?.kind === 'found' ? outcome.result.closest : []
  expect(new Set(closest.map((who) => idKey(who.id)))).toEqual(
    new Set([guide, liar].map((who) => idKey(who.id))),
  )
})

it('BUG-25: everything that unverified nodes can fill has a bound', () => {
  const bounds = {
    maxKeys: 2,
    maxPeers: 4,
    maxPeersPerKey: 3,
    maxAnnouncements: 1,
    maxOperations: 2,
  }
  const bench = new Bench({ core: { ...bounds, maxTransactions: 3 } })
  for (let i = 0; i < 20; i++) bench.announceFrom(bench.newContact(), target, 80)
  expect(bench.info.store.peers).toBe(3)
  for (let i = 0; i < 9; i++) bench.request({ kind: 'ping', to: bench.newContact().endpoint })
  expect(bench.info).toMatchObject({ operations: 2, overlays: [{ openQueries: 2 }] })
  expect([...bench.outcomes.values()]).toEqual(Array.from({ length: 7 }, () => ({ kind: 'busy' })))
})

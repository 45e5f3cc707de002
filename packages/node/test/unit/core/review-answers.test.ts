// What a few bad responses must not do: hide good ones that come later, or make the user's own
// programs connect to addresses that only mean something on their machine.

import { idFromBytes } from '@dht/id'
import { compactEndpoint, endpoint } from '@dht/krpc'
import { describe, expect, it } from 'vitest'
import { Bench, isAt, packed, TOKEN } from '../../support/bench.ts'

const target = idFromBytes(new Uint8Array(32).fill(9))

/** All datagrams fail to leave, for this long. */
function passCutOff(bench: Bench, ms: number): void {
  bench.passWith(ms, () => {
    for (const { to } of bench.take()) bench.undeliverable(to)
  })
}

describe('a join by public routers', () => {
  it('finds the network by a slow one, though a fast one returns no contacts', () => {
    const bench = new Bench()
    const [fast, slow, node] = bench.newContacts(3) as [never, never, never]
    joinBy(bench, [fast, slow])
    const toSlow = bench.takeLast(slow)
    bench.respondAll([fast], { nodes: new Uint8Array(0) })
    expect(bench.outcomes.size).toBe(0)
    bench.respond(toSlow, slow, { nodes: packed(node) })
    bench.pass(1_000, node, slow)
    expect(bench.outcomes.get(1)).toMatchObject({ result: { contacts: 1 } })
  })

  it('finds the network by a slow one, though a fast one returns dead contacts', () => {
    const bench = new Bench()
    const [fast, slow, node, ...dead] = bench.newContacts(6)
    joinBy(bench, [fast!, slow!])
    const toSlow = bench.takeLast(slow!)
    bench.respond(bench.takeLast(fast!), fast!, { nodes: packed(...dead) })
    bench.respondAll([fast!])
    bench.respond(toSlow, slow!, { nodes: packed(node!) })
    bench.pass(30_000, node!, fast!, slow!)
    expect(bench.outcomes.get(1)).toMatchObject({ result: { contacts: 1 } })
  })

  it('ends without contacts when no router returns any', () => {
    const bench = new Bench()
    const routers = bench.newContacts(2)
    joinBy(bench, routers)
    bench.respondAll(routers)
    expect(bench.outcomes.get(1)).toMatchObject({ result: { contacts: 0 } })
  })

  function joinBy(bench: Bench, routers: ReturnType<Bench['newContacts']>): void {
    const endpoints = routers.map((router) => router.endpoint)
    bench.start({ kind: 'bootstrap', endpoints: [], routers: endpoints })
    bench.request({ kind: 'join' })
  }
})

describe('a node without network access', () => {
  it('ends its join without contacts, and requests the names again', () => {
    const bench = new Bench()
    bench.core.restore(bench.newContacts(4))
    bench.request({ kind: 'join' })
    passCutOff(bench, 60_000)
    expect(bench.info.overlays[0]!.contacts).toMatchObject({ bad: 4 })
    const lonely = bench.bootstrapRequests
    const again = bench.request({ kind: 'join' })
    passCutOff(bench, 60_000)
    expect(bench.outcomes.get(again)).toMatchObject({ result: { contacts: 0 } })
    expect(bench.bootstrapRequests).toBeGreaterThan(lonely)
  })

  it('publishes no more often because it joins again', () => {
    const bench = new Bench()
    for (const friend of bench.newContacts(4)) bench.addMember(friend)
    bench.take()
    bench.request({ kind: 'enter', target, port: 1 })
    passCutOff(bench, 30 * 60_000)
    // After 30 s, then 1, 2 and 4 minutes, then every five.
    expect(bench.rounds.length).toBeLessThanOrEqual(10)
  })
})

describe('a lookup', () => {
  const nowhere = ['0.0.0.0', '127.0.0.1', '224.0.0.1', '255.255.255.255']
  const values = [...nowhere, '20.0.0.1'].map((address) => compactEndpoint(endpoint(address, 22)))

  it("ignores endpoints that are only valid on the responder's machine", () => {
    const bench = new Bench()
    const liar = bench.addMember()
    const operationId = bench.request({ kind: 'lookup', target, mode: 'all' })
    bench.respond(bench.takeLast(liar), liar, { values, token: TOKEN })
    expect(bench.found).toEqual([endpoint('20.0.0.1', 22)])
    expect(bench.outcomes.get(operationId)).toMatchObject({ result: { endpoints: bench.found } })
  })

  it('accepts endpoints of this machine from a node on this machine', () => {
    const bench = new Bench()
    const neighbour = bench.addMember(bench.newContact({ endpoint: endpoint('127.0.0.1', 4000) }))
    bench.request({ kind: 'lookup', target, mode: 'all' })
    bench.respond(bench.takeLast(neighbour), neighbour, { values })
    expect(bench.found).toContainEqual(endpoint('127.0.0.1', 22))
  })
})

it('PUB-8: one of eight that never accepts a copy costs few retries', () => {
  const bench = new Bench()
  const friends = bench.newContacts(8).map((stranger) => bench.addMember(stranger))
  const [mute] = friends
  bench.take()
  bench.request({ kind: 'enter', target, port: 1 })
  bench.passWith(6 * 3_600_000, () => {
    for (
      let datagram = bench.datagrams.shift();
      datagram !== undefined;
      datagram = bench.datagrams.shift()
    ) {
      const { message, to } = datagram
      if (message.kind !== 'query') continue
      if (message.method === 'announce_peer' && isAt(to, mute!)) continue
      bench.respond(datagram, friends.find((friend) => isAt(to, friend))!, { token: TOKEN })
    }
  })
  // Thirteen regular ones in six hours, and five retries of the first.
  expect(bench.rounds.length).toBeLessThanOrEqual(18)
  expect(bench.rounds.length).toBeGreaterThanOrEqual(12)
})

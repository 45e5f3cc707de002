import { idFromBytes } from '@dht/id'
import { contact, endpoint, mainline } from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import { describe, expect, it } from 'vitest'
import { NodeCore } from '../../../src/core/node-core.ts'
import { DhtNodeError } from '../../../src/errors.ts'
import { Bench, home, idStarting, packed } from '../../support/bench.ts'

const id = idFromBytes(new Uint8Array(32).fill(1))
const target = idFromBytes(new Uint8Array(32).fill(0x55))

describe('the inputs', () => {
  it('return the effects of a call, and none of them twice', () => {
    const bench = new Bench()
    const who = bench.newContact()
    const ping = { kind: 'ping', operationId: 1, to: who.endpoint } as const
    expect(bench.core.start(ping, 0).map(({ kind }) => kind)).toEqual(['send'])
    expect(bench.core.handleTimeout(0)).toEqual([])
    const failed = bench.core.undeliverable(who.endpoint, 'ECONNREFUSED', 0)
    expect(failed).toEqual([
      { kind: 'settle', operationId: 1, outcome: { kind: 'failed', reason: 'unreachable' } },
    ])
    expect(bench.core.undeliverable(who.endpoint, 'ECONNREFUSED', 0)).toEqual([])
  })

  it('ignore datagrams of a family without a transport, and from port 0', () => {
    const bench = new Bench()
    const ping = new TextEncoder().encode(
      `d1:ad2:id32:${'x'.repeat(32)}e1:n6:dht2561:q4:ping1:t1:a1:y1:qe`,
    )
    expect(bench.core.receive(ping, endpoint('2001:db8::1', 5), 0)).toEqual([])
    expect(bench.core.receive(ping, { address: '1.2.3.4', port: 0, family: 4 }, 0)).toEqual([])
    expect(bench.info.counters.datagramsReceived).toBe(0)
    expect(bench.core.receive(ping, endpoint('1.2.3.4', 5), 0)).not.toEqual([])
  })

  it('a read-only node sends no replies, says so in its queries, and still finds contacts', () => {
    const bench = new Bench({ core: { readOnly: true } })
    const friend = bench.newContact()
    expect(bench.queryFrom(friend, { method: 'ping' })).toBeUndefined()
    bench.request({ kind: 'ping', to: friend.endpoint })
    const question = bench.takeLast(friend)
    expect(question.message).toMatchObject({ kind: 'query', readOnly: true })
    bench.respond(question, friend)
    expect(bench.core.state().contacts).toEqual([friend])
  })

  it('accept and ignore reported contacts of a family without a transport', () => {
    const bench = new Bench()
    const guide = bench.newContact()
    const six = bench.newContact({ endpoint: endpoint('2001:db8:1::1', 1) })
    bench.start({ kind: 'bootstrap', endpoints: [guide.endpoint], routers: [] })
    const operationId = bench.request({ kind: 'join' })
    bench.respondAll([guide], { nodes6: packed(six) })
    expect(bench.outcomes.get(operationId)).toMatchObject({ result: { contacts: 1 } })
  })

  describe('that are not messages', () => {
    const noId = new TextEncoder().encode('d1:ade1:n6:dht2561:q4:ping1:t1:a1:y1:qe')
    const noIdNorTransaction = new TextEncoder().encode('d1:ade1:n6:dht2561:q4:ping1:y1:qe')
    const from = endpoint('1.2.3.4', 5)

    it('are counted, and get one error message if a reply is possible', () => {
      const bench = new Bench()
      expect(bench.receive(new Uint8Array(3), from)).toEqual([])
      expect(bench.receive(noIdNorTransaction, from)).toEqual([])
      expect(bench.receive(noId, from)).toMatchObject([
        { to: from, message: { kind: 'error', code: 203 } },
      ])
      expect(bench.info.counters.datagramsMalformed).toBe(3)
    })

    it('get no error message from a read-only or limited node', () => {
      const mute = new Bench({ core: { readOnly: true } })
      expect(mute.receive(noId, from)).toEqual([])
      const busy = new Bench({ core: { queriesPerSource: 1 } })
      expect(busy.receive(noId, from)).toHaveLength(1)
      expect(busy.receive(noId, from)).toEqual([])
    })
  })

  it('make trace effects only while the node is watched', () => {
    const bench = new Bench()
    bench.core.watch(false)
    bench.addMember()
    expect(bench.events).toEqual([])
    bench.core.watch(true)
    bench.addMember()
    expect(bench.events.map(({ kind }) => kind)).toContain('contact-added')
  })

  it('are refused with options that cannot be used', () => {
    const make = (): NodeCore => new NodeCore({ id, random: seededRandom(1) }, { k: 0 })
    expect(make).toThrow(DhtNodeError)
  })
})

describe('the next timeout', () => {
  it('names its reason', () => {
    const bench = new Bench()
    expect(bench.core.nextTimeout(0)).toBeUndefined()
    bench.request({ kind: 'ping', to: bench.newContact().endpoint })
    expect(bench.core.nextTimeout(0)).toEqual({ at: 500, reason: 'a query stalls or expires' })
  })

  it('of a node without contacts is its next join', () => {
    const bench = new Bench()
    bench.request({ kind: 'join' })
    expect(bench.core.nextTimeout(0)).toMatchObject({ reason: 'a join is due' })
  })

  it('of stored peers is the first expiry, then one sweep for the following ones', () => {
    const bench = new Bench({ core: { peerLifetimeMs: 3_600_000 } })
    for (const who of bench.newContacts(3)) {
      bench.announceFrom(who, target, 80)
      bench.now += 1
    }
    const reason = 'stored peers have expired'
    expect(bench.core.nextTimeout(bench.now)).toEqual({ at: 3_600_001, reason })
    bench.now = 3_600_001
    bench.handleTimeout()
    expect(bench.info.store.peers).toBe(2)
    expect(bench.core.nextTimeout(bench.now)).toEqual({ at: 3_660_001, reason })
  })

  it('of a member that needs a check is when the budget allows it', () => {
    const core = { k: 1, bucketWidths: [], checkBurst: 1, checksPerSecond: 0.01 }
    const bench = new Bench({ id: idStarting(0), core })
    for (const first of [0x80, 0x40]) bench.addMember(bench.newContact({ id: idStarting(first) }))
    bench.now = 20 * 60_000
    for (const first of [0xc0, 0x60]) {
      bench.queryFrom(bench.newContact({ id: idStarting(first) }), { method: 'ping' })
    }
    const reasons = new Set<string>()
    bench.passWith(200_000, () => {
      reasons.add(bench.core.nextTimeout(bench.now)?.reason ?? 'none')
    })
    expect(reasons).toContain('a contact needs a check')
  })

  it('of an announcement is its next round', () => {
    const bench = new Bench({ core: { republishJitterMs: 0 } })
    bench.request({ kind: 'enter', target, port: 1 })
    expect(bench.core.nextTimeout(0)).toEqual({ at: 30_000, reason: 'an announcement is due' })
  })
})

describe('the saved state', () => {
  it('is the ids, the contacts of both families, and the announcements', () => {
    const locals = [home, endpoint('2001:db8::1', 3739)]
    const bench = new Bench({ id, locals })
    const four = bench.addMember()
    const six = bench.addMember(bench.newContact({ endpoint: endpoint('2001:db8:1::1', 1) }))
    bench.request({ kind: 'enter', target, port: 80 })
    expect(bench.core.state()).toEqual({
      ids: { 4: id, 6: id },
      contacts: [four, six],
      announcements: [{ id: target, port: 80 }],
    })
  })

  it('META-1: is restored as contacts that have to respond first', () => {
    const before = new Bench({ id })
    const friends = [before.addMember(), before.addMember()]
    const after = new Bench({ id })
    expect(after.core.restore(before.core.state().contacts)).toBe(2)
    const { contacts } = after.info.overlays[0]!
    expect(contacts).toEqual({ good: 0, questionable: 2, bad: 0 })
    after.request({ kind: 'join' })
    after.respondAll(friends)
    expect(after.info.overlays[0]!.contacts).toEqual({ good: 2, questionable: 0, bad: 0 })
  })

  it('PERSIST-7: a restored node names none of eight dead contacts', () => {
    const before = new Bench({ id })
    const dead = Array.from({ length: 8 }, () => before.addMember())
    const after = new Bench({ id })
    expect(after.core.restore(before.core.state().contacts)).toBe(8)
    after.request({ kind: 'join' })
    const asker = after.newContact()
    const told = (): unknown => {
      const reply = after.queryFrom(asker, { method: 'find_node', target, readOnly: true })
      return reply?.kind === 'response' ? reply.nodes : undefined
    }
    for (let minute = 0; minute < 90; minute++) {
      expect(told()).toEqual(packed())
      after.pass(60_000)
    }
    // They are queried all the same, and named as soon as they respond.
    after.addMember(dead[3])
    expect(told()).toEqual(packed(dead[3]!))
  })

  it('PERSIST-7: has no bad contacts, while others are known', () => {
    const bench = new Bench({ id })
    const [friend, gone] = [bench.addMember(), bench.addMember()]
    for (let failures = 0; failures < 2; failures++) {
      expect(bench.core.state().contacts).toHaveLength(2)
      bench.request({ kind: 'ping', to: gone.endpoint })
      bench.undeliverable(gone.endpoint)
    }
    expect(bench.info.overlays[0]!.contacts).toMatchObject({ bad: 1 })
    expect(bench.core.state().contacts).toEqual([friend])
    // A node without network access knows no better contacts than those that do not respond.
    for (let failures = 0; failures < 2; failures++) {
      bench.request({ kind: 'ping', to: friend.endpoint })
      bench.undeliverable(friend.endpoint)
    }
    expect(bench.core.state().contacts).toHaveLength(2)
  })

  it('leaves out our own id, duplicates, and families without a socket', () => {
    const bench = new Bench({ id })
    const friend = bench.newContact()
    const strays = [
      contact(id, endpoint('1.2.3.4', 5)),
      contact(friend.id, endpoint('1.2.3.4', 5)),
      bench.newContact({ endpoint: friend.endpoint }),
      bench.newContact({ endpoint: endpoint('2001:db8::1', 5) }),
    ]
    expect(bench.core.restore([friend, ...strays])).toBe(1)
    expect(bench.core.state().contacts).toEqual([friend])
  })
})

it('in Mainline has ids of twenty bytes; each node is told its address', () => {
  const bench = new Bench({ core: { network: mainline } })
  const asker = bench.newContact()
  expect(asker.id).toHaveLength(20)
  const reply = bench.queryFrom(asker, { method: 'ping' })
  expect(reply).toMatchObject({ kind: 'response', id: bench.core.id, ip: asker.endpoint })
})

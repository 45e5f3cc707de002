// The lesser defects of the original system, one test each, as in defects.test.ts: limits of time
// and of the id space, leftovers, and an outage of half an hour.

import { idFromBytes } from '@dht/id'
import { endpoint } from '@dht/krpc'
import { withoutPlatform } from '@dht/testing/without-platform'
import { expect, it } from 'vitest'
import { CORE_DEFAULTS } from '../src/core/config/defaults.ts'
import { Bench, idStarting } from './support/bench.ts'
import { VirtualNetwork } from './support/virtual-network.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const target = idStarting(0x55, 0x55)

it('BUG-20: a bucket that was split is no longer refreshed', () => {
  const bench = new Bench({ core: { bucketWidths: [] } })
  const friends = bench.newContacts(40).map((who) => bench.addMember(who))
  const { buckets } = bench.info.overlays[0]!
  expect(buckets.length).toBeGreaterThan(2)
  bench.pass(MINUTE, ...friends)
  bench.events.length = 0
  bench.pass(15 * MINUTE)
  const refreshed = bench.events.filter(({ kind }) => kind === 'refreshing')
  expect(refreshed.length).toBeLessThanOrEqual(buckets.length)
})

it('BUG-24: what is due at an instant is done once, though time does not pass', () => {
  const bench = new Bench()
  const friend = bench.addMember()
  bench.pass(MINUTE, friend)
  for (let i = 0; i < 10; i++) {
    const next = bench.core.nextTimeout(bench.now)!
    bench.now = next.at
    bench.handleTimeout()
    const after = bench.core.nextTimeout(bench.now)
    expect(after === undefined || after.at > bench.now).toBe(true)
    bench.respondAll([friend])
  }
})

it('BUG-26: a refused contact leaves the table as it was', () => {
  const bench = new Bench({ id: idStarting(0x00), core: { bucketWidths: [] } })
  for (let i = 0; i < 8; i++) bench.addMember(bench.newContact({ id: idStarting(0x80, i) }))
  for (let i = 0; i < 8; i++) bench.addMember(bench.newContact({ id: idStarting(0x40, i) }))
  const { buckets } = bench.info.overlays[0]!
  for (const first of [0x81, 0x41]) bench.addMember(bench.newContact({ id: idStarting(first) }))
  expect(bench.info.overlays[0]!.buckets).toEqual(buckets)
  expect(buckets.reduce((sum, size) => sum + size)).toBe(16)
})

it('BUG-27: ids that share many bits with ours have a bucket like others, down to 32 bits', () => {
  const own = idStarting(0x00)
  const bench = new Bench({ id: own, core: { bucketWidths: [] } })
  const twins = Array.from({ length: 40 }, (_, i) => {
    const bytes = new Uint8Array(32)
    bytes[3] = i + 1
    return bench.newContact({ id: idFromBytes(bytes) })
  })
  for (const twin of twins) bench.addMember(twin)
  // 1, 2–3, 4–7, 8–15 and then k of each larger level.
  expect(bench.core.state().contacts.length).toBe(1 + 2 + 4 + 8 + 8 + 8)
})

it('BUG-28: a query of a bad node does not make it good', () => {
  const bench = new Bench()
  const who = bench.addMember()
  for (let i = 0; i < 2; i++) {
    bench.request({ kind: 'ping', to: who.endpoint })
    bench.undeliverable(who.endpoint)
  }
  bench.queryFrom(who, { method: 'ping' })
  expect(bench.info.overlays[0]!.contacts).toEqual({ good: 0, questionable: 0, bad: 1 })
})

it('BUG-29: a lookup has one deadline; a cancelled one leaves nothing behind', () => {
  const bench = new Bench({ core: { lookupDeadlineMs: 1_000 } })
  const friends = bench.newContacts(30).map((who) => bench.addMember(who))
  const late = bench.request({ kind: 'closest', target })
  bench.pass(11_000)
  expect(bench.outcomes.get(late)?.kind).toBe('found')
  const operationId = bench.request({ kind: 'lookup', target, mode: 'all' })
  bench.start({ kind: 'cancel', operationId })
  const { length } = bench.found
  bench.respondAll(friends, { values: [new Uint8Array([1, 2, 3, 4, 0, 80])] })
  expect(bench.found).toHaveLength(length)
  expect(bench.outcomes.get(operationId)).toEqual({ kind: 'cancelled' })
  expect(bench.info.operations).toBe(0)
})

it('BUG-30: one failed round is repeated before the stored peers expire', () => {
  const bench = new Bench()
  const friend = bench.addMember()
  bench.request({ kind: 'enter', target, port: 1 })
  bench.respondAll([friend])
  const [first] = bench.rounds
  bench.pass(first!.nextAt - bench.now - 1, friend)
  bench.pass(MINUTE)
  expect(bench.rounds.at(-1)).toMatchObject({ complete: false })
  bench.pass(5 * MINUTE, friend)
  const last = bench.rounds.at(-1)!
  expect(last).toMatchObject({ complete: true, accepted: [friend] })
  expect(last.startedAt).toBeLessThan(first!.startedAt + CORE_DEFAULTS.peerLifetimeMs)
})

it('BUG-31: unexpected messages are ignored', () => {
  const bench = new Bench()
  for (const text of ['', 'd', 'hello', 'd1:y1:qe', 'd1:t1:a1:y1:ze', 'i1e'.repeat(500)]) {
    expect(bench.receive(new TextEncoder().encode(text), bench.newContact().endpoint)).toEqual([])
  }
  const elsewhere = endpoint('2001:db8::1', 1)
  expect(bench.receive(new Uint8Array(40), elsewhere)).toEqual([])
  bench.undeliverable(elsewhere)
  bench.start({ kind: 'cancel', operationId: 77 })
  bench.start({ kind: 'delete', target })
  expect(bench.core.state().contacts).toEqual([])
})

it('TIME-51, BUG-32: a network needs no clock, timer or random number of its platform', () => {
  const found = withoutPlatform(() => {
    const net = new VirtualNetwork()
    const nodes = net.grow(5)
    nodes[0]!.request({ kind: 'enter', target, port: 1 })
    net.advance(HOUR)
    return net.lookup(nodes[4]!, target).endpoints
  })
  expect(found).toHaveLength(1)
})

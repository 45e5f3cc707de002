// What people see who watch a node, compared with the inspection of the same core.

import { idFromBytes } from '@dht/id'
import { mainline } from '@dht/krpc'
import { expect, it } from 'vitest'
import type { CoreView } from '../../../src/core/view.ts'
import { Bench } from '../../support/bench.ts'

const target = idFromBytes(new Uint8Array(32).fill(0x55))
const look = (bench: Bench): CoreView => bench.core.view(bench.now)

function filled(): Bench {
  const bench = new Bench({ core: { k: 2, bucketWidths: [1, 5], quietMs: 60_000 } })
  for (const who of bench.newContacts(20)) bench.addMember(who)
  const silent = bench.newContact()
  bench.addMember(silent)
  bench.now += 90_000
  for (const who of bench.newContacts(20)) bench.addMember(who)
  bench.request({ kind: 'ping', to: silent.endpoint })
  bench.pass(5_000, silent)
  return bench
}

it('has each bucket and member of the inspection, with never as undefined', () => {
  const bench = filled()
  const { overlays, config } = bench.core.inspect(bench.now)
  const { tables, k, alpha, quietMs, idBits } = look(bench)
  expect({ k, alpha, quietMs, idBits }).toEqual({ ...pick(config), idBits: 256 })
  expect(tables.map(({ id }) => id)).toEqual(overlays.map(({ id }) => id))
  const instant = (at: number) => (at === Number.NEGATIVE_INFINITY ? undefined : at)
  const expected = overlays[0]!.buckets.map((bucket) => ({
    prefix: bucket.prefix,
    width: bucket.width,
    waiting: bucket.waiting.map(({ contact }) => contact),
    refreshedAt: instant(bucket.refreshedAt),
    checking: bucket.checking,
    members: bucket.members.map((member) => ({
      contact: member.contact,
      standing: member.standing,
      respondedAt: instant(member.respondedAt),
      seenAt: instant(member.lastSeenAt),
      failures: member.failures,
      roundTripMs: 0,
    })),
  }))
  expect(tables[0]!.buckets).toEqual(expected)
  const standings = expected.flatMap(({ members }) => members.map(({ standing }) => standing))
  expect(new Set(standings)).toEqual(new Set(['good', 'questionable', 'bad']))
})

const pick = ({ k, alpha, quietMs }: { k: number; alpha: number; quietMs: number }) => {
  return { k, alpha, quietMs }
}

it('counts every query that was sent by its method, and every round trip', () => {
  const bench = filled()
  bench.request({ kind: 'closest', target })
  const { info, traffic } = look(bench)
  const [{ sent, roundTrips }] = traffic as [CoreView['traffic'][number]]
  const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0)
  expect(Object.keys(sent).sort()).toEqual(['find_node', 'ping'])
  expect(sum(Object.values(sent))).toBe(info.counters.queriesSent)
  expect(sum(roundTrips.counts)).toBe(info.counters.responsesReceived)
  expect(roundTrips.counts[0]).toBe(info.counters.responsesReceived)
})

it('has the nodes that hold an announcement, and what is stored, without any token', () => {
  const bench = new Bench()
  const friend = bench.addMember()
  bench.request({ kind: 'enter', target, port: 80 })
  bench.respondAll([friend])
  for (const who of bench.newContacts(3)) bench.announceFrom(who, target, 4_000)
  const { holders, info, targets, items } = look(bench)
  expect(info.announcements).toMatchObject([{ id: target }])
  expect(holders).toEqual([[friend]])
  expect(targets).toEqual([{ target: new Uint8Array(target), peers: 3 }])
  expect(items).toEqual([])
  expect(JSON.stringify(look(bench))).not.toContain('token')
})

it('says how far each limit is used, and has those of items in Mainline only', () => {
  const bench = new Bench({ core: { maxOperations: 5, maxTransactions: 900 } })
  const [who] = bench.newContacts(1)
  bench.request({ kind: 'ping', to: who!.endpoint })
  const uses = new Map(look(bench).limits.map(({ name, ...rest }) => [name, rest]))
  expect(uses.get('operations')).toMatchObject({ limit: 5, used: 1 })
  expect(uses.get('open-queries')).toMatchObject({ limit: 900, used: 1, reached: 0 })
  expect(uses.has('stored-items')).toBe(false)
  const inMainline = new Bench({ core: { network: mainline } })
  expect(look(inMainline)).toMatchObject({ hasItems: true, idBits: 160 })
  expect(look(inMainline).limits.map(({ name }) => name)).toContain('stored-items')
})

it('changes nothing: the core does the same whether it is watched or not', () => {
  const [watched, other] = [filled(), filled()]
  look(watched)
  expect(watched.core.inspect(watched.now)).toEqual(other.core.inspect(other.now))
})

import { idFromBytes } from '@dht/id'
import { type Endpoint, endpoint } from '@dht/krpc'
import { expect, it } from 'vitest'
import type { CoreInspection } from '../../../src/core/inspection.ts'
import { Bench, home, TOKEN } from '../../support/bench.ts'

const target = idFromBytes(new Uint8Array(32).fill(0x55))
const look = (bench: Bench): CoreInspection => bench.core.inspect(bench.now)

it('of a new node is empty', () => {
  const bench = new Bench()
  expect(look(bench)).toMatchObject({
    at: 0,
    config: { k: 8 },
    overlays: [
      {
        family: 4,
        id: bench.core.id,
        local: home,
        buckets: [{ prefix: { length: 0 }, members: [], waiting: [], width: 8 }],
        openQueries: [],
        routers: [],
        join: { isRunning: false, hasTried: false, joined: false, nextAt: undefined },
        refresh: { isRunning: false, nextAt: undefined },
        nextCheckAt: undefined,
        nextTimeoutAt: undefined,
      },
    ],
    store: { peers: [] },
    tokenEpoch: Number.NEGATIVE_INFINITY,
    sources: 0,
    announcements: [],
    operations: [],
    deferred: [],
    nextTimeout: undefined,
  })
})

it('shows members with their standing, and the width of every bucket', () => {
  const bench = new Bench({ core: { k: 2, bucketWidths: [1, 5] } })
  for (const who of bench.newContacts(40)) bench.addMember(who)
  const { buckets } = look(bench).overlays[0]!
  expect(buckets.length).toBeGreaterThan(3)
  expect(buckets.map(({ width }) => width)).toEqual([2, 5, ...buckets.slice(2).map(() => 2)])
  const members = buckets.flatMap((bucket) => bucket.members)
  expect(members).toHaveLength(bench.core.state().contacts.length)
  for (const member of members) expect(member).toMatchObject({ standing: 'good', failures: 0 })
})

it('shows every open query as it was sent, and when its response is late', () => {
  const bench = new Bench()
  const [a, b] = [bench.newContact(), bench.addMember()]
  bench.request({ kind: 'ping', to: a.endpoint })
  bench.request({ kind: 'find-value', to: b.endpoint, target })
  const { openQueries, nextTimeoutAt } = look(bench).overlays[0]!
  expect(openQueries).toMatchObject([
    { to: a.endpoint, asked: undefined, query: { method: 'ping' }, sentAt: 0, isSuspect: false },
    { to: b.endpoint, asked: b, query: { method: 'get_peers', target } },
  ])
  expect(nextTimeoutAt).toBe(Math.min(...openQueries.map(({ dueAt }) => dueAt)))
  const [{ stallAt, expireAt }] = [openQueries[1]!]
  bench.now = stallAt
  bench.handleTimeout()
  expect(look(bench).overlays[0]!.openQueries.at(-1)).toMatchObject({ dueAt: expireAt })
})

it('shows what is stored, announced, requested and waited for', () => {
  const bench = new Bench({ core: { tokenRotateMs: 1_000 } })
  bench.now = 5_500
  bench.announceFrom(bench.newContact({ endpoint: endpoint('20.0.0.9', 4) }), target, 77)
  expect(look(bench)).toMatchObject({ tokenEpoch: 5, sources: 1 })
  const [stored] = look(bench).store.peers
  expect(stored).toMatchObject({ target, stampedAt: 5_500 })
  expect([...stored!.peer]).toEqual([20, 0, 0, 9, 0, 77])
  const friend = bench.addMember()
  const operationId = bench.request({ kind: 'enter', target, port: 9 })
  const request = bench.request({ kind: 'closest', target })
  expect(look(bench)).toMatchObject({
    operations: [request],
    announcements: [
      { id: target, port: 9, operationId, misses: 0, publishing: true, startedAt: 5_500 },
    ],
  })
  bench.respondAll([friend], { token: TOKEN })
  expect(look(bench).announcements).toMatchObject([{ publishing: false, startedAt: undefined }])
})

it('shows lookups that wait for a first contact', () => {
  const bench = new Bench()
  const router = endpoint('9.9.9.9', 9)
  bench.start({ kind: 'bootstrap', endpoints: [bench.newContact().endpoint], routers: [router] })
  const join = bench.request({ kind: 'join' })
  const held = bench.request({ kind: 'lookup', target, mode: 'all' })
  expect(look(bench)).toMatchObject({
    operations: [join],
    deferred: [held],
    overlays: [{ join: { isRunning: true }, routers: ['9.9.9.9:9'] }],
  })
})

it('changes nothing: a core behaves the same however often it is inspected', () => {
  const life = (onlooker: (bench: Bench) => void): unknown => {
    const bench = new Bench({ core: { checksPerSecond: 3, checkBurst: 1, k: 2 } })
    const friends = bench.newContacts(12).map((who) => bench.addMember(who))
    const calls: [Endpoint, number][] = []
    for (let i = 0; i < 300; i++) {
      bench.passWith(i * 7.3, () => onlooker(bench))
      bench.queryFrom(i % 3 === 0 ? bench.newContact() : friends[i % 12]!, { method: 'ping' })
      if (i === 5) bench.announceFrom(friends[0]!, target, 5)
      for (let step = 0; step < 3; step++) {
        bench.now += 1.1
        onlooker(bench)
      }
      calls.push(...bench.take().map(({ to }): [Endpoint, number] => [to, bench.now]))
    }
    return [calls, look(bench)]
  }
  expect(life((bench) => look(bench))).toEqual(life(() => {}))
})

import { idFromBytes } from '@dht/id'
import { contact } from '@dht/krpc'
import { expect, it } from 'vitest'
import { Bench, home } from '../../support/bench.ts'

const target = idFromBytes(new Uint8Array(32).fill(0x55))

it('is all zeros for a new node', () => {
  const bench = new Bench()
  expect(bench.info).toMatchObject({
    id: bench.core.id,
    network: 'dht256',
    overlays: [
      {
        family: 4,
        id: bench.core.id,
        local: home,
        joined: false,
        contacts: { good: 0, questionable: 0, bad: 0 },
        buckets: [0],
        openQueries: 0,
      },
    ],
    store: { keys: 0, peers: 0 },
    items: { count: 0, bytes: 0 },
    announcements: [],
    operations: 0,
    counters: { datagramsSent: 0, queriesSent: 0 },
  })
})

it('counts members by standing and by bucket', () => {
  const bench = new Bench({ core: { bucketWidths: [] } })
  const friends = bench.newContacts(30).map((who) => bench.addMember(who))
  bench.request({ kind: 'ping', to: friends[0]!.endpoint })
  const { contacts, buckets } = bench.info.overlays[0]!
  expect(contacts.good).toBe(bench.core.state().contacts.length)
  expect(buckets.reduce((sum, size) => sum + size)).toBe(contacts.good)
  expect(Math.max(...buckets)).toBe(8)
  expect(bench.info.overlays[0]!.openQueries).toBe(1)
})

it('counts every query by its outcome', () => {
  const bench = new Bench()
  const [a, b, c, d] = bench.newContacts(4)
  for (const who of [a, b, c, d]) bench.request({ kind: 'ping', to: who!.endpoint })
  bench.respond(bench.takeLast(a!), a!)
  bench.respondWithError(bench.takeLast(b!), 202)
  bench.undeliverable(c!.endpoint)
  bench.pass(10_000, a!)
  const { counters } = bench.info
  expect(counters).toMatchObject({
    errorsReceived: 1,
    queriesUnreachable: 1,
    queriesStalled: 1,
    queriesTimedOut: 1,
  })
  expect(counters.queriesSent).toBe(counters.responsesReceived + 3)
})

it('counts an invalid response as an outcome, and a query that was not sent not as sent', () => {
  const bench = new Bench()
  const impostor = bench.newContact()
  bench.request({ kind: 'ping', to: impostor.endpoint })
  bench.respond(bench.takeLast(impostor), contact(bench.core.id, impostor.endpoint))
  bench.request({ kind: 'ping', to: home })
  expect(bench.info.counters).toMatchObject({
    queriesSent: 1,
    responsesReceived: 0,
    responsesInvalid: 1,
    queriesOverflowed: 0,
  })
})

it('has an announcement with its last round', () => {
  const bench = new Bench()
  const friend = bench.addMember()
  bench.request({ kind: 'enter', target, port: 80 })
  expect(bench.info.announcements).toMatchObject([{ publishing: true, last: undefined }])
  bench.respondAll([friend])
  expect(bench.info.announcements).toEqual([
    {
      id: target,
      port: 80,
      impliedPort: false,
      seed: false,
      publishing: false,
      dueAt: bench.rounds[0]!.nextAt,
      last: bench.rounds[0],
    },
  ])
})

// Another node with our own id, for example because its state was copied: one warning with its
// endpoint. Our own queries that come back by another address of ours do not count.

import { contact, encodeMessage, endpoint, formatEndpoint } from '@dht/krpc'
import { expect, it } from 'vitest'
import { Bench, type SentDatagram } from '../../support/bench.ts'
import { MemoryWorld } from '../../support/memory-node.ts'

const FOUR = endpoint('10.0.0.1', 3739)
const SIX = endpoint('2001:db8::1', 3739)
const AWAY = endpoint('20.0.0.9', 4000)
const CODE = 'DHT_OWN_ID_ELSEWHERE'

/** The endpoints that warnings name. */
const named = (bench: Bench): string[] =>
  bench.warnings.filter(({ code }) => code === CODE).map(({ message }) => message)

it('is reported when it responds, once, whatever else it does and wherever', () => {
  const bench = new Bench({ locals: [FOUR, SIX] })
  const twins = [AWAY, endpoint('20.0.0.10', 1), endpoint('2001:db8::9', 1)]
  for (const at of twins) {
    bench.request({ kind: 'ping', to: at })
    bench.respond(bench.takeLast(contact(bench.core.id, at)), contact(bench.core.id, at))
  }
  bench.queryFrom(contact(bench.core.id, twins[1]!), { method: 'ping' })
  expect(named(bench)).toEqual([expect.stringContaining(formatEndpoint(AWAY))])
  expect(bench.info.overlays[0]!.contacts.good).toBe(0)
})

it.each([false, true])(
  'is reported when it sends a query, also a read-only node: %s',
  (readOnly) => {
    const bench = new Bench({ core: { readOnly } })
    bench.queryFrom(contact(bench.core.id, AWAY), { method: 'ping' })
    bench.queryFrom(contact(bench.core.id, AWAY), { method: 'find_node', target: bench.core.id })
    expect(named(bench)).toEqual([expect.stringContaining(formatEndpoint(AWAY))])
  },
)

it('our own query that comes back, at the first or second transmission, is not reported', () => {
  for (const isResent of [false, true]) {
    const bench = new Bench()
    bench.start({ kind: 'bootstrap', endpoints: [AWAY], routers: [] })
    bench.request({ kind: 'join' })
    const ourselves = contact(bench.core.id, AWAY)
    if (isResent) bench.pass(600)
    const query: SentDatagram = bench.takeLast(ourselves)
    const [reply] = bench.receive(query.bytes, AWAY)
    expect(reply?.message.kind).toBe('response')
    bench.receive(reply!.bytes, AWAY)
    expect(named(bench)).toEqual([])
    expect(bench.info.overlays[0]!.contacts).toEqual({ good: 0, questionable: 0, bad: 0 })
  }
})

it('a datagram from our own endpoint is not reported', () => {
  const bench = new Bench()
  const transactionId = Uint8Array.of(1, 2, 3, 4)
  const ping = { kind: 'query', method: 'ping', transactionId, id: bench.core.id, readOnly: false }
  bench.receive(encodeMessage(ping as never, bench.network), FOUR)
  expect(named(bench)).toEqual([])
})

it('is reported by both nodes that have the same id', async () => {
  const world = new MemoryWorld()
  const told: string[] = []
  const of = (host: number) => ({
    id: 'ab'.repeat(32),
    onWarning: ({ code, message }: { code: string; message: string }) => {
      if (code === CODE) told.push(`${host}: ${message}`)
    },
  })
  await world.node(1, of(1))
  await world.node(2, of(2))
  await world.settle()
  expect(told.toSorted()).toEqual([
    expect.stringMatching(/^1: .*192\.0\.2\.2:1/),
    expect.stringMatching(/^2: .*192\.0\.2\.1:1/),
  ])
  await world.close()
})

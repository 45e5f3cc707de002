import { idFromBytes } from '@dht/id'
import { encodeMessage, endpoint } from '@dht/krpc'
import { describe, expect, it } from 'vitest'
import { Bench, packed, TOKEN } from '../../../support/bench.ts'

const target = idFromBytes(new Uint8Array(32).fill(0x55))
const other = idFromBytes(new Uint8Array(32).fill(0x66))

/** A node that has queried its only bootstrap endpoint and waits for the response. */
function seeking() {
  const bench = new Bench()
  const guide = bench.newContact()
  bench.start({ kind: 'bootstrap', endpoints: [guide.endpoint], routers: [] })
  bench.request({ kind: 'join' })
  return { bench, guide }
}

describe('while the first contact is being looked for', () => {
  it('a lookup waits, and then finds', () => {
    const { bench, guide } = seeking()
    const operationId = bench.request({ kind: 'lookup', target, mode: 'all' })
    bench.pass(100)
    expect(bench.outcomes.has(operationId)).toBe(false)
    bench.respondAll([guide])
    expect(bench.outcomes.get(operationId)).toMatchObject({
      kind: 'found',
      result: { closest: [guide] },
    })
  })

  it('a lookup waits no longer than the attempt', () => {
    const { bench } = seeking()
    const operationId = bench.request({ kind: 'closest', target })
    bench.pass(15_000)
    expect(bench.outcomes.get(operationId)).toMatchObject({
      kind: 'found',
      result: { closest: [] },
    })
  })

  it('a lookup that waits can be cancelled', () => {
    const { bench, guide } = seeking()
    const operationId = bench.request({ kind: 'lookup', target, mode: 'all' })
    bench.start({ kind: 'cancel', operationId })
    expect(bench.outcomes.get(operationId)).toEqual({ kind: 'cancelled' })
    bench.respond(bench.takeLast(guide), guide)
    expect(bench.datagrams.length).toBeGreaterThan(0)
    for (const { message } of bench.datagrams)
      expect(message).toMatchObject({ method: 'find_node' })
  })

  it('cancelling one affects neither the others that wait nor those that run', () => {
    const { bench, guide } = seeking()
    const operationIds = [target, other, target].map((id) =>
      bench.request({ kind: 'closest', target: id }),
    )
    bench.start({ kind: 'cancel', operationId: 999 })
    expect(bench.core.inspect(0).deferred).toEqual(operationIds)
    bench.start({ kind: 'cancel', operationId: operationIds[1]! })
    expect(bench.core.inspect(0).deferred).toEqual([operationIds[0], operationIds[2]])
    bench.respondAll([guide])
    expect(bench.core.inspect(0).deferred).toEqual([])
    expect(operationIds.map((operationId) => bench.outcomes.get(operationId)?.kind)).toEqual([
      'found',
      'cancelled',
      'found',
    ])
  })

  it('at most as many lookups wait as may run at once', () => {
    const bench = new Bench({ core: { maxOperations: 2 } })
    bench.start({ kind: 'bootstrap', endpoints: [bench.newContact().endpoint], routers: [] })
    bench.request({ kind: 'join' })
    const operationIds = [1, 2, 3].map(() => bench.request({ kind: 'lookup', target, mode: 'all' }))
    expect(operationIds.map((operationId) => bench.outcomes.get(operationId))).toEqual([
      undefined,
      undefined,
      { kind: 'busy' },
    ])
  })

  it('PUB-6: an announcement is accepted at once, and published when there are contacts', () => {
    const { bench, guide } = seeking()
    bench.request({ kind: 'enter', target, port: 80 })
    expect(bench.info.announcements).toMatchObject([{ id: target, port: 80, publishing: false }])
    expect(bench.core.state().announcements).toEqual([{ id: target, port: 80 }])
    bench.pass(100)
    expect(bench.rounds).toEqual([])
    bench.pass(100, guide)
    expect(bench.rounds).toMatchObject([{ accepted: [guide], complete: true }])
  })

  it('PUB-4: an announcement that is deleted before there are contacts is never published', () => {
    const { bench, guide } = seeking()
    const operationId = bench.request({ kind: 'enter', target, port: 80 })
    bench.start({ kind: 'delete', target })
    expect(bench.outcomes.get(operationId)).toEqual({ kind: 'withdrawn' })
    bench.pass(60_000, guide)
    expect(bench.rounds).toEqual([])
  })
})

describe('queries to one node', () => {
  it('a ping ends with the contact that responded', () => {
    const bench = new Bench()
    const friend = bench.newContact()
    const operationId = bench.request({ kind: 'ping', to: friend.endpoint })
    bench.respond(bench.takeLast(friend), friend)
    expect(bench.outcomes.get(operationId)).toEqual({
      kind: 'answered',
      answer: { contact: friend, contacts: [], endpoints: [], token: undefined },
    })
  })

  it('find-value ends with endpoints, contacts and a token', () => {
    const bench = new Bench()
    const [friend, near] = [bench.newContact(), bench.newContact()]
    const operationId = bench.request({ kind: 'find-value', to: friend.endpoint, target })
    const question = bench.takeLast(friend)
    expect(question.message).toMatchObject({ method: 'get_peers', target })
    const peer = new Uint8Array([1, 2, 3, 4, 0, 80])
    bench.respond(question, friend, { nodes: packed(near), token: TOKEN, values: [peer] })
    expect(bench.outcomes.get(operationId)).toEqual({
      kind: 'answered',
      answer: {
        contact: friend,
        contacts: [near],
        endpoints: [endpoint('1.2.3.4', 80)],
        token: TOKEN,
      },
    })
  })

  it('store sends the token that it was given', () => {
    const bench = new Bench()
    const friend = bench.newContact()
    bench.request({ kind: 'store', to: friend.endpoint, target, port: 80, token: TOKEN })
    expect(bench.takeLast(friend).message).toMatchObject({
      kind: 'query',
      method: 'announce_peer',
      target,
      port: 80,
      impliedPort: false,
      token: TOKEN,
    })
  })

  it('an error message is an outcome of its own', () => {
    const bench = new Bench()
    const friend = bench.newContact()
    const operationId = bench.request({ kind: 'find-node', to: friend.endpoint, target })
    bench.respondWithError(bench.takeLast(friend), 202)
    expect(bench.outcomes.get(operationId)).toEqual({ kind: 'refused', code: 202, text: 'no' })
  })

  it('NET-57: a query to ourselves fails at once and sends nothing', () => {
    const bench = new Bench()
    const operationId = bench.request({ kind: 'ping', to: bench.info.overlays[0]!.local! })
    expect(bench.outcomes.get(operationId)).toEqual({ kind: 'failed', reason: 'not-sent' })
    expect(bench.datagrams).toEqual([])
  })

  it('a query over a family without a socket fails at once', () => {
    const bench = new Bench()
    const operationId = bench.request({ kind: 'ping', to: endpoint('2001:db8::1', 1) })
    expect(bench.outcomes.get(operationId)).toEqual({ kind: 'failed', reason: 'not-sent' })
  })

  it('a cancelled query settles and frees its place at once; a response to it is ignored', () => {
    const bench = new Bench()
    const friend = bench.newContact()
    const operationId = bench.request({ kind: 'ping', to: friend.endpoint })
    bench.start({ kind: 'cancel', operationId })
    expect(bench.outcomes.get(operationId)).toEqual({ kind: 'cancelled' })
    expect(bench.info.overlays[0]!.openQueries).toBe(0)
    bench.respond(bench.takeLast(friend), friend)
    expect(bench.info.overlays[0]!.contacts).toEqual({ good: 0, questionable: 0, bad: 0 })
    expect(bench.info.counters.responsesUnmatched).toBe(1)
  })
})

describe('a query to one node,', () => {
  it.each([
    { isCancelled: false, sent: 2 },
    { isCancelled: true, sent: 1 },
  ])('cancelled: $isCancelled, is sent $sent times to a silent node', (row) => {
    const bench = new Bench()
    const operationId = bench.request({ kind: 'ping', to: bench.newContact().endpoint })
    if (row.isCancelled) bench.start({ kind: 'cancel', operationId })
    bench.pass(60_000)
    expect(bench.datagrams).toHaveLength(row.sent)
  })

  it('ends with a token that does not share memory with the datagram', () => {
    const bench = new Bench()
    const friend = bench.newContact()
    const operationId = bench.request({ kind: 'find-value', to: friend.endpoint, target })
    const { transactionId } = bench.takeLast(friend).message
    const response = { kind: 'response', transactionId, id: friend.id, token: TOKEN } as const
    const bytes = encodeMessage(response, bench.network)
    bench.receive(bytes, friend.endpoint)
    bytes.fill(0)
    expect(bench.outcomes.get(operationId)).toMatchObject({ answer: { token: TOKEN } })
  })

  it('ends with an error when the endpoint is unusable', () => {
    const bench = new Bench()
    const friend = bench.newContact()
    const operationId = bench.request({ kind: 'find-value', to: friend.endpoint, target })
    const values = [Uint8Array.of(1, 2, 3, 4, 0, 0), Uint8Array.of(1, 2, 3, 4, 0, 80)]
    bench.respond(bench.takeLast(friend), friend, { values })
    const endpoints = [endpoint('1.2.3.4', 80)]
    expect(bench.outcomes.get(operationId)).toMatchObject({ answer: { endpoints } })
  })
})

describe('without any socket', () => {
  it.each([
    { kind: 'join' },
    { kind: 'lookup', target, mode: 'all' },
    { kind: 'lookup', target: other, mode: 'first' },
    { kind: 'closest', target },
  ] as const)('$kind ends at once', (request) => {
    const bench = new Bench({ locals: [] })
    expect(bench.outcomes.get(bench.request(request))).toBeDefined()
  })
})

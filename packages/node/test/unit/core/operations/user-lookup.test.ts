import { idFromBytes } from '@dht/id'
import { endpoint } from '@dht/krpc'
import { describe, expect, it } from 'vitest'
import { Bench, home, packed } from '../../../support/bench.ts'

const target = idFromBytes(new Uint8Array(32).fill(0x55))
const peer = (port: number): Uint8Array => new Uint8Array([1, 2, 3, 4, 0, port])

it('reports endpoints when they are found, each once, and ends with all of them', () => {
  const bench = new Bench()
  const [a, b] = [bench.addMember(), bench.addMember()]
  const operationId = bench.request({ kind: 'lookup', target, mode: 'all' })
  bench.respond(bench.takeLast(a), a, { values: [peer(1), peer(2), peer(2)] })
  expect(bench.found).toEqual([endpoint('1.2.3.4', 1), endpoint('1.2.3.4', 2)])
  bench.respond(bench.takeLast(b), b, { values: [peer(2), peer(3), peer(0)] })
  expect(bench.found).toHaveLength(3)
  expect(bench.outcomes.get(operationId)).toMatchObject({
    kind: 'found',
    result: { endpoints: bench.found, holders: [a, b], durationMs: 0, tally: { responded: 2 } },
  })
})

it('runs in both families at once, and ends when both have ended', () => {
  const bench = new Bench({ locals: [home, endpoint('2001:db8::1', 3739)] })
  const four = bench.addMember()
  const six = bench.addMember(bench.newContact({ endpoint: endpoint('2001:db8:1::1', 1) }))
  const operationId = bench.request({ kind: 'lookup', target, mode: 'all' })
  bench.respondAll([four], { values: [peer(1)] })
  expect(bench.outcomes.has(operationId)).toBe(false)
  bench.respondAll([six])
  expect(bench.outcomes.get(operationId)).toMatchObject({
    result: { closest: [four, six], tally: { queried: 2, responded: 2 } },
  })
})

it.each([0, 1])('mode first: the first endpoint of family %# ends both families', (first) => {
  const bench = new Bench({ locals: [home, endpoint('2001:db8::1', 3739)] })
  const four = [bench.addMember(), bench.addMember(), bench.addMember(), bench.addMember()]
  const six = [1, 2, 3, 4].map((host) =>
    bench.addMember(bench.newContact({ endpoint: endpoint(`2001:db8:${host}::1`, 1) })),
  )
  const operationId = bench.request({ kind: 'lookup', target, mode: 'first' })
  const asked = bench.take()
  const families = new Set(asked.map((datagram) => datagram.to.family))
  expect(families.size).toBe(2)
  const friends = first === 0 ? four : six
  const holder = friends.find((friend) =>
    asked.some((datagram) => datagram.to.address === friend.endpoint.address),
  )!
  const query = asked.find((datagram) => datagram.to.address === holder.endpoint.address)!
  bench.respond(query, holder, { values: [peer(1)] })
  expect(bench.outcomes.get(operationId)).toMatchObject({
    kind: 'found',
    result: { endpoints: [endpoint('1.2.3.4', 1)], holders: [holder] },
  })
  // No other node of either family is queried, whatever else responds or is silent.
  bench.take()
  bench.pass(20_000)
  const more = bench
    .take()
    .filter((datagram) => (datagram.message as { method?: string }).method === 'get_peers')
  expect(more).toEqual([])
})

it('our own announcement is found at all of our own endpoints', () => {
  const bench = new Bench({ locals: [home, endpoint('2001:db8::1', 3739)] })
  bench.request({ kind: 'enter', target, port: 80 })
  bench.request({ kind: 'lookup', target, mode: 'first' })
  expect(bench.found).toEqual([endpoint('10.0.0.1', 80), endpoint('2001:db8::1', 80)])
})

it('bound to every address, our own announcement is found at the loopback address', () => {
  const bench = new Bench({ locals: [endpoint('0.0.0.0', 3739), endpoint('::', 3739)] })
  bench.request({ kind: 'enter', target, port: 80 })
  bench.request({ kind: 'lookup', target, mode: 'first' })
  expect(bench.found).toEqual([endpoint('127.0.0.1', 80), endpoint('::1', 80)])
})

it('a lookup of the closest nodes requests no endpoints and finds none', () => {
  const bench = new Bench()
  const friend = bench.addMember()
  bench.request({ kind: 'enter', target, port: 80 })
  bench.take()
  const operationId = bench.request({ kind: 'closest', target })
  expect(bench.datagrams[0]!.message).toMatchObject({ method: 'find_node' })
  bench.respondAll([friend], { values: [peer(1)] })
  expect(bench.outcomes.get(operationId)).toMatchObject({
    result: { closest: [friend], endpoints: [], holders: [] },
  })
  expect(bench.found).toEqual([])
})

it('is complete when each of the nearest has responded or failed', () => {
  const bench = new Bench()
  const [living, dead] = [bench.addMember(), bench.addMember()]
  const operationId = bench.request({ kind: 'closest', target })
  bench.pass(60_000, living)
  expect(dead).toBeDefined()
  expect(bench.outcomes.get(operationId)).toMatchObject({
    result: { closest: [living], complete: true, incompleteReasons: [] },
  })
})

it.each([
  { core: { lookupDeadlineMs: 10 }, reason: 'deadline' },
  { core: { maxTransactions: 1 }, reason: 'too-many-queries' },
] as const)('$reason: reports why it may have missed something', ({ core, reason }) => {
  const bench = new Bench({ core })
  const [living] = [bench.addMember(), bench.addMember()]
  const operationId = bench.request({ kind: 'closest', target })
  bench.now = 10
  bench.pass(20_000, living)
  expect(bench.outcomes.get(operationId)).toMatchObject({
    result: { complete: false, incompleteReasons: [reason] },
  })
})

it('reports nothing of what a first attempt missed, once it was repeated', () => {
  const bench = new Bench({ core: { lookupDeadlineMs: 3_000 } })
  // When the first of them fails, the deadline has passed, and the other has not expired.
  for (let dead = 0; dead < 2; dead++) bench.addMember()
  const operationId = bench.request({ kind: 'closest', target })
  bench.pass(3_500)
  const living = bench.addMember()
  bench.pass(3_000, living)
  expect(bench.outcomes.get(operationId)).toMatchObject({
    result: { closest: [living], complete: true, incompleteReasons: [], tally: { responded: 1 } },
  })
})

it('late: a lookup for the first endpoint ends with queries still open', () => {
  const bench = new Bench()
  const [holder] = [bench.addMember(), bench.addMember()]
  const operationId = bench.request({ kind: 'lookup', target, mode: 'first' })
  bench.respond(bench.takeLast(holder), holder, { values: [peer(1)] })
  expect(bench.outcomes.get(operationId)).toMatchObject({
    result: { complete: false, incompleteReasons: ['late'] },
  })
})

describe('mode quick', () => {
  const start = () => {
    const bench = new Bench()
    const [holder, slow] = [bench.addMember(), bench.addMember()]
    const operationId = bench.request({ kind: 'lookup', target, mode: 'quick' })
    const questions = { holder: bench.takeLast(holder), slow: bench.takeLast(slow) }
    return { bench, holder, slow, operationId, questions }
  }

  it('has its result when only stalled ones of the nearest have not responded', () => {
    const { bench, holder, slow, operationId, questions } = start()
    bench.respond(questions.holder, holder, { values: [peer(1)] })
    expect(bench.outcomes.has(operationId)).toBe(false)
    bench.pass(25)
    expect(bench.outcomes.get(operationId)).toMatchObject({
      mayFindMore: true,
      result: { endpoints: [endpoint('1.2.3.4', 1)], incompleteReasons: ['late'] },
    })
    bench.respond(questions.slow, slow, { values: [peer(2)], nodes: packed(bench.newContact()) })
    expect(bench.found).toEqual([endpoint('1.2.3.4', 1), endpoint('1.2.3.4', 2)])
    // No other node is queried because of it.
    expect(bench.datagrams.filter(({ message }) => message.kind === 'query')).toHaveLength(1)
    expect(bench.ended).toEqual([operationId])
  })

  it('waits for stalled queries while nothing is found', () => {
    const { bench, holder, slow, operationId, questions } = start()
    bench.respond(questions.holder, holder)
    bench.pass(1_000)
    expect(bench.outcomes.has(operationId)).toBe(false)
    bench.respond(questions.slow, slow, { values: [peer(2)] })
    expect(bench.outcomes.get(operationId)).toMatchObject({
      mayFindMore: false,
      result: { endpoints: [endpoint('1.2.3.4', 2)], complete: true },
    })
    expect(bench.ended).toEqual([])
  })

  it('goes on when it has found something but has not queried a near node', () => {
    const { bench, holder, operationId, questions } = start()
    const nearer = bench.newContact({ id: target })
    bench.respond(questions.holder, holder, { values: [peer(1)], nodes: packed(nearer) })
    bench.pass(24)
    expect(bench.outcomes.has(operationId)).toBe(false)
    bench.respond(bench.takeLast(nearer), nearer)
    bench.pass(1)
    expect(bench.outcomes.has(operationId)).toBe(true)
  })

  it('ends when the slow queries expire', () => {
    const { bench, holder, operationId, questions } = start()
    bench.respond(questions.holder, holder, { values: [peer(1)] })
    bench.pass(3_999)
    expect(bench.ended).toEqual([])
    bench.pass(1)
    expect(bench.ended).toEqual([operationId])
  })

  it('is cancelled after its result, once', () => {
    const { bench, holder, slow, operationId, questions } = start()
    bench.respond(questions.holder, holder, { values: [peer(1)] })
    bench.pass(25)
    expect(bench.info.operations).toBe(0)
    bench.start({ kind: 'cancel', operationId })
    bench.start({ kind: 'cancel', operationId })
    expect(bench.ended).toEqual([operationId])
    bench.respond(questions.slow, slow, { values: [peer(2)] })
    expect(bench.found).toHaveLength(1)
  })

  it('waits for both families', () => {
    const bench = new Bench({ locals: [home, endpoint('2001:db8::1', 3739)] })
    const four = bench.addMember()
    const six = bench.addMember(bench.newContact({ endpoint: endpoint('2001:db8:1::1', 1) }))
    const operationId = bench.request({ kind: 'lookup', target, mode: 'quick' })
    bench.respondAll([four], { values: [peer(1)] })
    expect(bench.outcomes.has(operationId)).toBe(false)
    bench.pass(25)
    expect(bench.outcomes.get(operationId)).toMatchObject({ result: { closest: [four] } })
    bench.respondAll([six], { values: [peer(2)] })
    expect(bench.ended).toEqual([operationId])
  })
})

describe('mode first', () => {
  it('with its first endpoint it ends in both families', () => {
    const bench = new Bench({ locals: [home, endpoint('2001:db8::1', 3739)] })
    const four = bench.addMember()
    const six = bench.addMember(bench.newContact({ endpoint: endpoint('2001:db8:1::1', 1) }))
    const operationId = bench.request({ kind: 'lookup', target, mode: 'first' })
    const [question4, question6] = [bench.takeLast(four), bench.takeLast(six)]
    bench.respond(question6, six, {
      values: [peer(1)],
      nodes6: packed(
        bench.newContact({
          endpoint: endpoint('2001:db8:2::1', 1),
        }),
      ),
    })
    expect(bench.outcomes.get(operationId)).toMatchObject({
      mayFindMore: false,
      result: { endpoints: [endpoint('1.2.3.4', 1)], holders: [six] },
    })
    bench.respond(question4, four, { values: [peer(2)], nodes: packed(bench.newContact()) })
    expect(bench.found).toHaveLength(1)
    // Neither family sends more queries, and no stalled query is sent again.
    bench.pass(10_000)
    const asked = bench.datagrams.filter(({ message: m }) => {
      return m.kind === 'query' && m.method === 'get_peers'
    })
    expect(asked).toHaveLength(0)
  })
})

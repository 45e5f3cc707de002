// How long operations wait for a first contact: one family does not wait for the other longer than
// until a query stalls.

import { type Contact, endpoint, TRANSACTION_DEFAULTS } from '@dht/krpc'
import { describe, expect, it } from 'vitest'
import { Bench } from '../../../support/bench.ts'

const FOUR = endpoint('10.0.0.1', 3739)
const SIX = endpoint('2001:db8::1', 3739)
const STALL_MS = TRANSACTION_DEFAULTS.firstTimeoutMs

interface Setting {
  readonly bench: Bench
  readonly guide: Contact
  readonly six: Contact
}

/** A node of both families that knows one contact in each. */
function told(): Setting {
  const bench = new Bench({ locals: [FOUR, SIX] })
  const [guide, six] = [
    bench.newContact(),
    bench.newContact({ endpoint: endpoint('2001:db8::9', 1) }),
  ] as const
  const endpoints = [guide.endpoint, six.endpoint]
  bench.start({ kind: 'bootstrap', endpoints, routers: [] })
  bench.request({ kind: 'join' })
  return { bench, guide, six }
}

const lookUp = (bench: Bench): number => bench.request({ kind: 'closest', target: bench.core.id })

describe('a lookup', () => {
  it('waits for a silent family no longer than until a first query stalls', () => {
    const { bench, guide } = told()
    const early = lookUp(bench)
    bench.pass(STALL_MS - 1, guide)
    expect(bench.outcomes.has(early)).toBe(false)
    bench.pass(1, guide)
    expect(bench.outcomes.get(early)).toMatchObject({ result: { closest: [guide] } })
    const late = lookUp(bench)
    bench.respondAll([guide])
    expect(bench.outcomes.has(late)).toBe(true)
  })

  it('finds both families when the second one opens in time', () => {
    const { bench, guide, six } = told()
    const operationId = lookUp(bench)
    bench.pass(STALL_MS / 2, guide)
    bench.respondAll([guide, six])
    const outcome = bench.outcomes.get(operationId)
    expect(outcome?.kind === 'found' && new Set(outcome.result.closest)).toEqual(
      new Set([guide, six]),
    )
  })

  it('waits for both families as long as neither has contacts', () => {
    const { bench, guide } = told()
    const operationId = lookUp(bench)
    bench.pass(3 * STALL_MS)
    expect(bench.outcomes.has(operationId)).toBe(false)
    bench.respondAll([guide])
    expect(bench.outcomes.get(operationId)).toMatchObject({ result: { closest: [guide] } })
  })

  it('waits again for a family of which an endpoint has become known', () => {
    const { bench, guide, six } = told()
    const other = bench.newContact({ endpoint: endpoint('2001:db8::a', 1) })
    bench.pass(STALL_MS / 2)
    const endpoints = [guide, six, other].map((each) => each.endpoint)
    bench.start({ kind: 'bootstrap', endpoints, routers: [] })
    const operationId = lookUp(bench)
    bench.pass(STALL_MS - 1, guide)
    expect(bench.outcomes.has(operationId)).toBe(false)
    bench.pass(1, guide)
    expect(bench.outcomes.has(operationId)).toBe(true)
  })

  it('does not wait for the names of one family while the other has contacts', () => {
    const bench = new Bench({ locals: [FOUR, SIX] })
    const guide = bench.newContact()
    const endpoints = [guide.endpoint]
    bench.start({ kind: 'bootstrap', endpoints, routers: [], pending: true })
    bench.request({ kind: 'join' })
    const operationId = lookUp(bench)
    bench.pass(STALL_MS, guide)
    expect(bench.outcomes.get(operationId)).toMatchObject({ result: { closest: [guide] } })
  })
})

it('a first publishing round does not wait longer either', () => {
  const { bench, guide } = told()
  bench.request({ kind: 'enter', target: bench.core.id, port: 80 })
  bench.pass(STALL_MS - 1, guide)
  expect(bench.rounds).toEqual([])
  bench.pass(1, guide)
  expect(bench.rounds).toMatchObject([{ accepted: [guide] }])
})

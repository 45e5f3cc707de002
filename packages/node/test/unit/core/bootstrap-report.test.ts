// What a node reports about its bootstrap list: in the result of a join, in its info, in the result
// of a lookup, and by a warning when no node of it responds.

import { endpoint } from '@dht/krpc'
import { describe, expect, it } from 'vitest'
import { Bench } from '../../support/bench.ts'

const FOUR = endpoint('10.0.0.1', 3739)
const SIX = endpoint('2001:db8::1', 3739)
const OTHER_SIX = endpoint('2001:db8::9', 1)

function joining(bench: Bench, ...lists: readonly ReturnType<Bench['newContact']>[]): number {
  const endpoints = lists.map((each) => each.endpoint)
  bench.start({ kind: 'bootstrap', endpoints, routers: [] })
  return bench.request({ kind: 'join' })
}

const codes = (bench: Bench): string[] => bench.warnings.map(({ code }) => code)

describe('a list', () => {
  it('without any response is reported by joins, info and one warning', () => {
    const bench = new Bench()
    const [a, b] = [bench.newContact(), bench.newContact()]
    const operationId = joining(bench, a, b)
    expect(codes(bench)).toEqual([])
    bench.pass(60_000)
    const bootstrap = { queried: 2, responded: 0 }
    expect(bench.outcomes.get(operationId)).toEqual({
      kind: 'joined',
      result: { contacts: 0, bootstrap },
    })
    expect(bench.info.overlays).toMatchObject([{ joined: false, bootstrap }])
    expect(codes(bench)).toEqual(['DHT_BOOTSTRAP_SILENT'])
    bench.pass(60 * 60_000)
    expect(codes(bench)).toEqual(['DHT_BOOTSTRAP_SILENT'])
  })

  it('of which some respond, also with errors, brings no warning', () => {
    const bench = new Bench()
    const [a, b, c] = [bench.newContact(), bench.newContact(), bench.newContact()]
    const operationId = joining(bench, a, b, c)
    bench.respondWithError(bench.takeLast(b), 202)
    bench.respondAll([a])
    const bootstrap = { queried: 3, responded: 2 }
    expect(bench.outcomes.get(operationId)).toMatchObject({ result: { contacts: 1, bootstrap } })
    expect(bench.info.overlays).toMatchObject([{ joined: true, bootstrap }])
    bench.pass(60_000, a)
    expect(codes(bench)).toEqual([])
  })

  it('of which one responds after the join has ended has one more response in info', () => {
    const bench = new Bench()
    const [a, late] = [bench.newContact(), bench.newContact()]
    const operationId = joining(bench, a, late)
    const question = bench.takeLast(late)
    bench.respondAll([a])
    expect(bench.outcomes.get(operationId)).toMatchObject({
      result: { bootstrap: { queried: 2, responded: 1 } },
    })
    bench.respond(question, late)
    expect(bench.info.overlays).toMatchObject([{ bootstrap: { queried: 2, responded: 2 } }])
  })

  it('of routers that respond without contacts brings no warning', () => {
    const bench = new Bench()
    const router = bench.newContact()
    bench.start({ kind: 'bootstrap', endpoints: [], routers: [router.endpoint] })
    const operationId = bench.request({ kind: 'join' })
    bench.pass(60_000, router)
    const bootstrap = { queried: 1, responded: 1 }
    expect(bench.outcomes.get(operationId)).toMatchObject({ result: { contacts: 0, bootstrap } })
    expect(codes(bench)).toEqual([])
  })

  it('that is empty brings no warning: a network has a first node', () => {
    const bench = new Bench()
    const operationId = joining(bench)
    const bootstrap = { queried: 0, responded: 0 }
    expect(bench.outcomes.get(operationId)).toMatchObject({ result: { contacts: 0, bootstrap } })
    bench.pass(60_000)
    expect(codes(bench)).toEqual([])
  })

  it('that is silent in one family brings no warning while the other family has contacts', () => {
    const bench = new Bench({ locals: [FOUR, SIX] })
    const [a, six] = [bench.newContact(), bench.newContact({ endpoint: OTHER_SIX })]
    const operationId = joining(bench, a, six)
    bench.pass(60_000, a)
    const bootstrap = { queried: 2, responded: 1 }
    expect(bench.outcomes.get(operationId)).toMatchObject({ result: { contacts: 1, bootstrap } })
    expect(bench.info.overlays.map((each) => each.bootstrap)).toEqual([
      { queried: 1, responded: 1 },
      { queried: 1, responded: 0 },
    ])
    expect(codes(bench)).toEqual([])
  })

  it('that is silent in both families brings one warning, after the last join', () => {
    const bench = new Bench({ locals: [FOUR, SIX] })
    const [a, six] = [bench.newContact(), bench.newContact({ endpoint: OTHER_SIX })]
    joining(bench, a, six)
    bench.undeliverable(a.endpoint)
    expect(codes(bench)).toEqual([])
    bench.undeliverable(six.endpoint)
    expect(codes(bench)).toEqual(['DHT_BOOTSTRAP_SILENT'])
  })

  it('that is silent brings a warning when all contacts become bad', () => {
    const bench = new Bench()
    const guide = bench.newContact()
    joining(bench, guide)
    bench.pass(60_000, guide)
    bench.take()
    for (let i = 0; i < 2; i++) {
      bench.request({ kind: 'ping', to: guide.endpoint })
      bench.undeliverable(guide.endpoint)
    }
    bench.pass(60_000)
    expect(codes(bench)).toEqual(['DHT_BOOTSTRAP_SILENT'])
  })
})

describe('a lookup', () => {
  const target = new Bench().core.id
  const incomplete = (bench: Bench, operationId: number): readonly string[] => {
    const outcome = bench.outcomes.get(operationId)
    if (outcome?.kind !== 'found') throw new Error(`no result but ${outcome?.kind}`)
    expect(outcome.result.complete).toBe(outcome.result.incompleteReasons.length === 0)
    return outcome.result.incompleteReasons
  }

  it('without any contact to query does not look like one that found nothing', () => {
    const bench = new Bench()
    const alone = bench.request({ kind: 'lookup', target, mode: 'all' })
    expect(incomplete(bench, alone)).toEqual(['no-response'])
    const friend = bench.addMember()
    const found = bench.request({ kind: 'lookup', target, mode: 'all' })
    bench.respondAll([friend])
    expect(incomplete(bench, found)).toEqual([])
  })

  it('without any response is treated like one without contacts', () => {
    const bench = new Bench()
    bench.addMember()
    const operationId = bench.request({ kind: 'closest', target })
    bench.pass(60_000)
    expect(incomplete(bench, operationId)).toContain('no-response')
  })

  it('for one endpoint that the node has itself needs no contact', () => {
    const bench = new Bench()
    bench.request({ kind: 'enter', target, port: 80 })
    const operationId = bench.request({ kind: 'lookup', target, mode: 'first' })
    expect(incomplete(bench, operationId)).not.toContain('no-response')
  })

  it('needs a contact in one family only', () => {
    const bench = new Bench({ locals: [FOUR, SIX] })
    const friend = bench.addMember()
    const operationId = bench.request({ kind: 'closest', target })
    bench.respondAll([friend])
    expect(incomplete(bench, operationId)).toEqual([])
  })
})

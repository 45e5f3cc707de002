import { endpoint } from '@dht/krpc'
import { expect, it } from 'vitest'
import { Bench, isAt, packed } from '../../support/bench.ts'

it('one attempt serves everybody who waits for it', () => {
  const bench = new Bench()
  const guide = bench.stranger()
  bench.begin({ kind: 'bootstrap', endpoints: [guide.endpoint], routers: [] })
  const tickets = [1, 2, 3].map(() => bench.wish({ kind: 'join' }))
  expect(bench.letters).toHaveLength(1)
  bench.accompany([guide])
  for (const ticket of tickets) {
    expect(bench.outcomes.get(ticket)).toEqual({ kind: 'joined', contacts: 1 })
  }
  expect(bench.events.filter(({ kind }) => kind === 'joined')).toHaveLength(1)
})

it('a cancelled wish to join leaves the joining alone', () => {
  const bench = new Bench()
  const guide = bench.stranger()
  bench.begin({ kind: 'bootstrap', endpoints: [guide.endpoint], routers: [] })
  const ticket = bench.wish({ kind: 'join' })
  bench.begin({ kind: 'cancel', ticket })
  bench.accompany([guide])
  expect(bench.outcomes.get(ticket)).toEqual({ kind: 'cancelled' })
  expect(bench.info.overlays[0]).toMatchObject({ joined: true, contacts: { good: 1 } })
})

it('an endpoint that is listed twice is asked once, and no more than 32 are', () => {
  const bench = new Bench()
  const endpoints = bench.strangers(40).map((who) => who.endpoint)
  bench.begin({ kind: 'bootstrap', endpoints: [...endpoints, ...endpoints], routers: [] })
  bench.wish({ kind: 'join' })
  const asked = bench.take().map(({ to }) => to)
  expect(asked).toEqual(endpoints.slice(0, 32))
})

it('whoever resolves names is told when a join begins with nobody known', () => {
  const bench = new Bench()
  bench.wish({ kind: 'join' })
  expect(bench.lonely).toBe(1)
  bench.friend()
  bench.wish({ kind: 'join' })
  expect(bench.lonely).toBe(1)
})

it('a node that nobody told of anybody joins through the first that it meets', () => {
  const bench = new Bench()
  bench.wish({ kind: 'join' })
  const [visitor, further] = [bench.stranger(), bench.stranger()]
  bench.asks(visitor, { method: 'ping' })
  bench.passWith(10_000, () => {
    bench.accompany([visitor], { nodes: packed(further) })
    bench.accompany([further])
  })
  expect(bench.core.state().contacts).toHaveLength(2)
  expect(bench.info.overlays[0]!.joined).toBe(true)
})

it('one bootstrap contact opens both families', () => {
  const locals = [endpoint('10.0.0.1', 3739), endpoint('2001:db8::1', 3739)]
  const bench = new Bench({ locals })
  const guide = bench.stranger()
  const six = bench.stranger({ endpoint: endpoint('2001:db8:9::1', 3739) })
  bench.begin({ kind: 'bootstrap', endpoints: [guide.endpoint], routers: [] })
  bench.wish({ kind: 'join' })
  bench.accompany([guide], { nodes6: packed(six) })
  expect(bench.letters.some(({ to }) => isAt(to, six))).toBe(true)
  bench.accompany([six])
  expect(bench.info.overlays.map(({ contacts }) => contacts.good)).toEqual([1, 1])
})

it('an attempt with nobody but restored contacts can succeed', () => {
  const bench = new Bench()
  const old = bench.strangers(3)
  expect(bench.core.restore([...old, ...old])).toBe(3)
  const ticket = bench.wish({ kind: 'join' })
  bench.accompany(old.slice(0, 2))
  bench.pass(60_000, ...old.slice(0, 2))
  expect(bench.outcomes.get(ticket)).toEqual({ kind: 'joined', contacts: 3 })
  expect(bench.info.overlays[0]!.contacts).toMatchObject({ good: 2 })
})

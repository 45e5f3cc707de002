import { commonPrefixLength, type Id, idFromBytes } from '@dht/id'
import { expect, it } from 'vitest'
import { Bench, idStarting, packed, TOKEN } from '../../support/bench.ts'

it('asks the bootstrap endpoints for our own id, in both families', () => {
  const bench = new Bench()
  const [a, b] = [bench.stranger(), bench.stranger()]
  bench.begin({ kind: 'bootstrap', endpoints: [a.endpoint, b.endpoint], routers: [] })
  bench.wish({ kind: 'join' })
  const question = { method: 'find_node', target: bench.core.id, want: { n4: true, n6: true } }
  expect(bench.letters.map(({ to }) => to)).toEqual([a.endpoint, b.endpoint])
  for (const { message } of bench.letters) expect(message).toMatchObject(question)
})

it('BOOT-2: looks up our own id, then one at each level down to the nearest neighbour', () => {
  const bench = new Bench({ id: idStarting(0) })
  const near = bench.stranger({ id: idStarting(0b0001_0000) })
  bench.begin({ kind: 'bootstrap', endpoints: [near.endpoint], routers: [] })
  bench.wish({ kind: 'join' })
  const targets: Id[] = []
  while (bench.letters.length > 0) {
    const letter = bench.letters.shift()!
    if (letter.message.kind !== 'query' || letter.message.method !== 'find_node') continue
    targets.push(idFromBytes(letter.message.target))
    bench.answer(letter, near)
  }
  expect(bench.outcomes.get(1)).toEqual({ kind: 'joined', contacts: 1 })
  const shared = targets.map((target) => commonPrefixLength(target, bench.core.id))
  // Twice our own id: asked of the endpoint, then of the contact that it proved to be.
  expect(shared.slice(0, 2)).toEqual([256, 256])
  expect(shared.slice(2).toSorted()).toEqual([0, 1, 2, 3])
})

it('an endpoint that answers after the first one has fallen silent still opens the way', () => {
  const bench = new Bench()
  const [a, b] = [bench.stranger(), bench.stranger()]
  bench.begin({ kind: 'bootstrap', endpoints: [a.endpoint, b.endpoint], routers: [] })
  bench.wish({ kind: 'join' })
  const toB = bench.takeLast(b)
  bench.answer(bench.takeLast(a), a)
  // `a` is asked again, as the first step of the lookup, and is gone.
  bench.undeliverable(a.endpoint)
  expect(bench.outcomes.size).toBe(0)
  bench.answer(toB, b, { nodes: packed(a) })
  bench.pass(60_000, b)
  expect(bench.outcomes.get(1)).toEqual({ kind: 'joined', contacts: 2 })
})

it('waits for no endpoint that is silent once a place has been found', () => {
  const bench = new Bench()
  const [a, silent] = [bench.stranger(), bench.stranger()]
  bench.begin({ kind: 'bootstrap', endpoints: [a.endpoint, silent.endpoint], routers: [] })
  bench.wish({ kind: 'join' })
  bench.accompany([a])
  expect(bench.now).toBe(0)
  expect(bench.outcomes.get(1)).toEqual({ kind: 'joined', contacts: 1 })
})

it('ends once, however little can be asked', () => {
  const bench = new Bench({ core: { maxTransactions: 1 } })
  for (const friend of bench.strangers(3)) bench.friend(friend)
  bench.wish({ kind: 'ping', to: bench.stranger().endpoint })
  bench.events.length = 0
  bench.wish({ kind: 'join' })
  expect(bench.events.map(({ kind }) => kind)).toEqual(['joining', 'joined'])
})

it('keeps public routers out of the table', () => {
  const bench = new Bench()
  const [router, node] = [bench.stranger(), bench.stranger()]
  bench.begin({ kind: 'bootstrap', endpoints: [], routers: [router.endpoint] })
  bench.wish({ kind: 'join' })
  bench.answer(bench.takeLast(router), router, { nodes: packed(node), token: TOKEN })
  bench.pass(60_000, node, router)
  expect(bench.core.state().contacts).toEqual([node])
})

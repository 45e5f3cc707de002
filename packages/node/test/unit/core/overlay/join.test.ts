import { endpoint, formatEndpoint } from '@dht/krpc'
import { expect, it } from 'vitest'
import { Bench, isAt, packed } from '../../../support/bench.ts'

it('one attempt serves all operations that wait for it', () => {
  const bench = new Bench()
  const guide = bench.newContact()
  bench.start({ kind: 'bootstrap', endpoints: [guide.endpoint], routers: [] })
  const operationIds = [1, 2, 3].map(() => bench.request({ kind: 'join' }))
  expect(bench.datagrams).toHaveLength(1)
  bench.respondAll([guide])
  for (const operationId of operationIds) {
    expect(bench.outcomes.get(operationId)).toMatchObject({ result: { contacts: 1 } })
  }
  expect(bench.events.filter(({ kind }) => kind === 'joined')).toHaveLength(1)
})

it('a cancelled join operation does not stop the attempt', () => {
  const bench = new Bench()
  const guide = bench.newContact()
  bench.start({ kind: 'bootstrap', endpoints: [guide.endpoint], routers: [] })
  const operationId = bench.request({ kind: 'join' })
  bench.start({ kind: 'cancel', operationId })
  bench.respondAll([guide])
  expect(bench.outcomes.get(operationId)).toEqual({ kind: 'cancelled' })
  expect(bench.info.overlays[0]).toMatchObject({ joined: true, contacts: { good: 1 } })
})

it('an endpoint that is listed twice is queried once, and at most 32 are', () => {
  const bench = new Bench()
  const endpoints = bench.newContacts(40).map((who) => who.endpoint)
  bench.start({ kind: 'bootstrap', endpoints: [...endpoints, ...endpoints], routers: [] })
  bench.request({ kind: 'join' })
  const asked = bench.take().map(({ to }) => to)
  expect(asked).toEqual(endpoints.slice(0, 32))
})

it('BOOT-4: failed attempts reach all endpoints of a long list in turn', () => {
  const bench = new Bench({ core: { giveUpMs: 1_000 } })
  const endpoints = bench.newContacts(70).map((who) => who.endpoint)
  bench.start({ kind: 'bootstrap', endpoints, routers: [] })
  bench.request({ kind: 'join' })
  const asked = new Set<string>()
  for (let seconds = 0; seconds < 30; seconds++) {
    for (const { to } of bench.datagrams) asked.add(formatEndpoint(to))
    bench.pass(1_000)
  }
  expect([...asked].sort()).toEqual(endpoints.map(formatEndpoint).sort())
})

it('a join that starts without contacts requests bootstrap names', () => {
  const bench = new Bench()
  bench.request({ kind: 'join' })
  expect(bench.bootstrapRequests).toBe(1)
  bench.addMember()
  bench.request({ kind: 'join' })
  expect(bench.bootstrapRequests).toBe(1)
})

it('a node without bootstrap endpoints joins through its first contact', () => {
  const bench = new Bench()
  bench.request({ kind: 'join' })
  const [visitor, further] = [bench.newContact(), bench.newContact()]
  bench.queryFrom(visitor, { method: 'ping' })
  bench.passWith(10_000, () => {
    bench.respondAll([visitor], { nodes: packed(further) })
    bench.respondAll([further])
  })
  expect(bench.core.state().contacts).toHaveLength(2)
  expect(bench.info.overlays[0]!.joined).toBe(true)
})

it('an error message from a lost contact shows that it lives, and starts a join soon', () => {
  const bench = new Bench()
  const friend = bench.addMember()
  bench.pass(60_000, friend)
  bench.take()
  // The contact seems to be lost for good: the next attempts come ever later.
  bench.pass(20 * 60_000)
  expect(bench.info.overlays[0]).toMatchObject({ joined: false, contacts: { bad: 1 } })
  bench.take()
  bench.request({ kind: 'ping', to: friend.endpoint })
  bench.respondWithError(bench.takeLast(friend), 202)
  const { nextTimeout, overlays } = bench.core.inspect(bench.now)
  expect(overlays[0]!.join.nextAt).toBeLessThanOrEqual(bench.now + 1_500)
  expect(nextTimeout!.at).toBeLessThanOrEqual(bench.now + 1_500)
})

it('one bootstrap contact leads to contacts in both families', () => {
  const locals = [endpoint('10.0.0.1', 3739), endpoint('2001:db8::1', 3739)]
  const bench = new Bench({ locals })
  const guide = bench.newContact()
  const six = bench.newContact({ endpoint: endpoint('2001:db8:9::1', 3739) })
  bench.start({ kind: 'bootstrap', endpoints: [guide.endpoint], routers: [] })
  bench.request({ kind: 'join' })
  bench.respondAll([guide], { nodes6: packed(six) })
  expect(bench.datagrams.some(({ to }) => isAt(to, six))).toBe(true)
  bench.respondAll([six])
  expect(bench.info.overlays.map(({ contacts }) => contacts.good)).toEqual([1, 1])
})

it('one bootstrap contact over IPv6 does, too', () => {
  const locals = [endpoint('10.0.0.1', 3739), endpoint('2001:db8::1', 3739)]
  const bench = new Bench({ locals })
  const guide = bench.newContact({ endpoint: endpoint('2001:db8:9::1', 3739) })
  const four = bench.newContact()
  bench.start({ kind: 'bootstrap', endpoints: [guide.endpoint], routers: [] })
  bench.request({ kind: 'join' })
  bench.respondAll([guide], { nodes: packed(four) })
  bench.respondAll([four])
  expect(bench.info.overlays.map(({ contacts }) => contacts.good)).toEqual([1, 1])
})

it('an attempt with only restored contacts can succeed', () => {
  const bench = new Bench()
  const old = bench.newContacts(3)
  expect(bench.core.restore([...old, ...old])).toBe(3)
  const operationId = bench.request({ kind: 'join' })
  bench.respondAll(old.slice(0, 2))
  bench.pass(60_000, ...old.slice(0, 2))
  expect(bench.outcomes.get(operationId)).toMatchObject({ result: { contacts: 3 } })
  expect(bench.info.overlays[0]!.contacts).toMatchObject({ good: 2 })
})

/** A node with two families, and how often it has started to join each. */
function twoFamilies() {
  const locals = [endpoint('10.0.0.1', 3739), endpoint('2001:db8::1', 3739)]
  const bench = new Bench({ locals })
  const guide = bench.newContact()
  const six = bench.newContact({ endpoint: endpoint('2001:db8:9::1', 3739) })
  const begun = (family: number): unknown[] =>
    bench.events.filter((e) => e.kind === 'joining' && e.family === family)
  return { bench, guide, six, begun }
}

it('a family is joined again only for contacts that the other one named', () => {
  const { bench, guide, six, begun } = twoFamilies()
  bench.start({ kind: 'bootstrap', endpoints: [guide.endpoint], routers: [] })
  bench.request({ kind: 'join' })
  const question = bench.takeLast(guide)
  expect(begun(6)).toMatchObject([{ startingContacts: 0 }])
  bench.respond(question, guide)
  expect(begun(6)).toHaveLength(1)
  const other = twoFamilies()
  other.bench.start({ kind: 'bootstrap', endpoints: [other.guide.endpoint], routers: [] })
  other.bench.request({ kind: 'join' })
  other.bench.respond(other.bench.takeLast(other.guide), other.guide, { nodes6: packed(six) })
  expect(other.begun(6)).toMatchObject([{ startingContacts: 0 }, { startingContacts: 1 }])
})

it('a family with contacts does not join because the other one reports contacts', () => {
  const { bench, guide, six, begun } = twoFamilies()
  bench.addMember(six)
  bench.start({ kind: 'bootstrap', endpoints: [guide.endpoint], routers: [] })
  bench.request({ kind: 'join' })
  const question = bench.takeLast(guide)
  bench.respondAll([six])
  expect(begun(6)).toHaveLength(1)
  bench.respond(question, guide, { nodes6: packed(bench.newContact(six)) })
  expect(begun(6)).toHaveLength(1)
})

it('a node joins again soon when all its contacts become bad', () => {
  const bench = new Bench({ core: { k: 1, bucketWidths: [] } })
  const friend = bench.newContact()
  bench.start({ kind: 'bootstrap', endpoints: [friend.endpoint], routers: [] })
  bench.request({ kind: 'join' })
  bench.respondAll([friend])
  expect(bench.info.overlays[0]).toMatchObject({ joined: true, contacts: { good: 1 } })
  const joins = (): number => bench.events.filter(({ kind }) => kind === 'joining').length
  expect(joins()).toBe(1)
  for (let failures = 0; failures < 5; failures++) {
    bench.request({ kind: 'ping', to: friend.endpoint })
    bench.undeliverable(friend.endpoint)
  }
  expect(bench.info.overlays[0]!.contacts.good).toBe(0)
  bench.pass(1_500)
  expect(joins()).toBe(2)
})

it('a join operation waits for both families, and counts the contacts of both', () => {
  const { bench, guide, six } = twoFamilies()
  const endpoints = [guide.endpoint, six.endpoint]
  bench.start({ kind: 'bootstrap', endpoints, routers: [] })
  const operationId = bench.request({ kind: 'join' })
  bench.respondAll([guide])
  expect(bench.outcomes.has(operationId)).toBe(false)
  bench.respondAll([six])
  expect(bench.outcomes.get(operationId)).toMatchObject({ result: { contacts: 2 } })
})

it('a lookup also waits for a second attempt, while there are no contacts', () => {
  const bench = new Bench()
  const guide = bench.newContact()
  bench.start({ kind: 'bootstrap', endpoints: [guide.endpoint], routers: [] })
  bench.request({ kind: 'join' })
  bench.takeLast(guide)
  bench.undeliverable(guide.endpoint)
  expect(bench.outcomes.get(1)).toMatchObject({ result: { contacts: 0 } })
  bench.request({ kind: 'join' })
  const operationId = bench.request({ kind: 'closest', target: guide.id })
  expect(bench.outcomes.has(operationId)).toBe(false)
  bench.respondAll([guide])
  expect(bench.outcomes.get(operationId)).toMatchObject({ result: { closest: [guide] } })
})

it('a lookup does not wait for a family without contacts when the other one has some', () => {
  const { bench, guide, six } = twoFamilies()
  bench.addMember(guide)
  bench.start({ kind: 'bootstrap', endpoints: [six.endpoint], routers: [] })
  const joins = [1, 2].map(() => {
    const operationId = bench.request({ kind: 'join' })
    bench.respondAll([guide])
    return operationId
  })
  bench.undeliverable(six.endpoint)
  bench.respondAll([guide])
  expect(joins.map((operationId) => bench.outcomes.has(operationId))).toEqual([true, true])
  bench.request({ kind: 'join' })
  const operationId = bench.request({ kind: 'closest', target: guide.id })
  bench.respondAll([guide])
  expect(bench.outcomes.get(operationId)).toMatchObject({ result: { closest: [guide] } })
})

import { closest, commonPrefixLength, idFromBytes } from '@dht/id'
import type { Contact } from '@dht/krpc'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  Bench,
  home,
  idStarting,
  isAt,
  packed,
  type SentDatagram,
  TOKEN,
} from '../../../support/bench.ts'

it('queries the bootstrap endpoints for our own id, in both families', () => {
  const bench = new Bench()
  const [a, b] = [bench.newContact(), bench.newContact()]
  bench.start({ kind: 'bootstrap', endpoints: [a.endpoint, b.endpoint], routers: [] })
  bench.request({ kind: 'join' })
  const question = { method: 'find_node', target: bench.core.id, want: { n4: true, n6: true } }
  expect(bench.datagrams.map(({ to }) => to)).toEqual([a.endpoint, b.endpoint])
  for (const { message } of bench.datagrams) expect(message).toMatchObject(question)
})

it('BOOT-2: looks up our own id, then one id at each level up to the k-th nearest contact', () => {
  const bench = new Bench({ id: idStarting(0), core: { k: 2 } })
  // They share 5, 3 and 1 bits with us.
  const [near, second, far] = [0b0000_0100, 0b0001_0000, 0b0100_0000].map((byte) => {
    return bench.newContact({ id: idStarting(byte) })
  }) as [Contact, Contact, Contact]
  const others = [near, second, far]
  bench.start({ kind: 'bootstrap', endpoints: [near.endpoint], routers: [] })
  bench.request({ kind: 'join' })
  const shared = new Set<number>()
  while (bench.datagrams.length > 0) {
    const datagram = bench.datagrams.shift()!
    if (datagram.message.kind !== 'query' || datagram.message.method !== 'find_node') continue
    shared.add(commonPrefixLength(idFromBytes(datagram.message.target), bench.core.id))
    const who = others.find((each) => isAt(datagram.to, each))!
    bench.respond(datagram, who, { nodes: packed(...others) })
  }
  expect(bench.outcomes.get(1)).toMatchObject({ result: { contacts: 3 } })
  expect([...shared].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 256])
})

it('BOOT-10: with fewer than k contacts in all, one level is enough, however near they are', () => {
  const bench = new Bench({ id: idStarting(0) })
  const near = bench.newContact({ id: idStarting(0b0001_0000) })
  bench.start({ kind: 'bootstrap', endpoints: [near.endpoint], routers: [] })
  bench.request({ kind: 'join' })
  const shared: number[] = []
  while (bench.datagrams.length > 0) {
    const datagram = bench.datagrams.shift()!
    if (datagram.message.kind !== 'query' || datagram.message.method !== 'find_node') continue
    shared.push(commonPrefixLength(idFromBytes(datagram.message.target), bench.core.id))
    bench.respond(datagram, near)
  }
  expect(bench.outcomes.get(1)).toMatchObject({ result: { contacts: 1 } })
  // Our own id twice: a query to the endpoint, then one to the contact that it is.
  expect(shared).toEqual([256, 256, 0])
})

it('BOOT-10: levels that become known during the lookups are looked up as well', () => {
  const ids = fc.uniqueArray(fc.integer({ min: 1, max: 255 }), { minLength: 8, maxLength: 8 })
  const acquaintances = fc.array(fc.subarray([0, 1, 2, 3, 4, 5, 6, 7]), {
    minLength: 8,
    maxLength: 8,
  })
  const run = (heads: readonly number[], known: readonly (readonly number[])[]): void => {
    const bench = new Bench({ id: idStarting(0), core: { k: 2 } })
    const others = heads.map((head) => bench.newContact({ id: idStarting(head) }))
    bench.start({ kind: 'bootstrap', endpoints: [others[0]!.endpoint], routers: [] })
    bench.request({ kind: 'join' })
    const shared = new Set<number>()
    while (bench.outcomes.size === 0) {
      const datagram = bench.datagrams.shift()!
      if (datagram.message.kind !== 'query' || datagram.message.method !== 'find_node') continue
      const target = idFromBytes(datagram.message.target)
      shared.add(commonPrefixLength(target, bench.core.id))
      const who = others.findIndex((each) => isAt(datagram.to, each))
      const named = closest(
        known[who]!.map((at) => others[at]!),
        target,
        2,
      )
      bench.respond(datagram, others[who]!, { nodes: packed(...named) })
    }
    const bits = bench.core.state().contacts.map(({ id }) => commonPrefixLength(id, bench.core.id))
    const [, second = 0] = bits.toSorted((a, b) => b - a)
    const levels = Array.from({ length: second + 1 }, (_, level) => level)
    expect([...shared].toSorted((a, b) => a - b)).toEqual([...levels, 256])
  }
  fc.assert(fc.property(ids, acquaintances, run))
})

it('an endpoint that responds after the first one has become silent still leads to a join', () => {
  const bench = new Bench()
  const [a, b] = [bench.newContact(), bench.newContact()]
  bench.start({ kind: 'bootstrap', endpoints: [a.endpoint, b.endpoint], routers: [] })
  bench.request({ kind: 'join' })
  const toB = bench.takeLast(b)
  bench.respond(bench.takeLast(a), a)
  // `a` is queried again, as the first step of the lookup, and does not respond.
  bench.undeliverable(a.endpoint)
  expect(bench.outcomes.size).toBe(0)
  bench.respond(toB, b, { nodes: packed(a) })
  expect(ownIdAskedOf(bench, b)).toBe(1)
  bench.pass(60_000, b)
  expect(bench.outcomes.get(1)).toMatchObject({ result: { contacts: 2 } })
})

it('while the first endpoint leads on, the responses of others only add to the table', () => {
  const bench = new Bench()
  const [a, b] = [bench.newContact(), bench.newContact()]
  bench.start({ kind: 'bootstrap', endpoints: [a.endpoint, b.endpoint], routers: [] })
  bench.request({ kind: 'join' })
  const [toA, toB] = [bench.takeLast(a), bench.takeLast(b)]
  bench.respond(toA, a)
  bench.respond(toB, b)
  expect(ownIdAskedOf(bench, a)).toBe(1)
  expect(ownIdAskedOf(bench, b)).toBe(0)
  expect(bench.info.overlays[0]!.contacts.good).toBe(2)
})

it('an endpoint that responds with an error does not count', () => {
  const bench = new Bench()
  const a = bench.newContact()
  bench.start({ kind: 'bootstrap', endpoints: [a.endpoint], routers: [] })
  bench.request({ kind: 'join' })
  bench.respondWithError(bench.takeLast(a), 202)
  expect(bench.outcomes.get(1)).toMatchObject({ result: { contacts: 0 } })
})

it('ends when its levels find no contact, and does not wait for endpoints then either', () => {
  const bench = new Bench()
  const [a, silent] = [bench.newContact(), bench.newContact()]
  bench.start({ kind: 'bootstrap', endpoints: [a.endpoint, silent.endpoint], routers: [] })
  bench.request({ kind: 'join' })
  bench.respond(bench.takeLast(a), a)
  bench.respond(bench.takeLast(a), a)
  expect(bench.outcomes.size).toBe(0)
  while (bench.outcomes.size === 0 && bench.datagrams.some(({ to }) => isAt(to, a))) {
    bench.takeLast(a)
    bench.undeliverable(a.endpoint)
  }
  expect(bench.outcomes.get(1)).toMatchObject({ kind: 'joined' })
})

it('does not wait for silent endpoints once enough contacts are known', () => {
  const bench = new Bench()
  const [a, silent] = [bench.newContact(), bench.newContact()]
  bench.start({ kind: 'bootstrap', endpoints: [a.endpoint, silent.endpoint], routers: [] })
  bench.request({ kind: 'join' })
  bench.respondAll([a])
  expect(bench.now).toBe(0)
  expect(bench.outcomes.get(1)).toMatchObject({ result: { contacts: 1 } })
  bench.pass(400, a)
  expect(ownIdAskedOf(bench, silent)).toBe(1)
  bench.datagrams = []
  bench.pass(200, a)
  // It is late now, and has no effect.
  expect(bench.datagrams).toEqual([])
})

it('ends once, however few queries can be sent', () => {
  const bench = new Bench({ core: { maxTransactions: 1 } })
  for (const friend of bench.newContacts(3)) bench.addMember(friend)
  bench.request({ kind: 'ping', to: bench.newContact().endpoint })
  bench.events.length = 0
  bench.request({ kind: 'join' })
  expect(bench.events.map(({ kind }) => kind)).toEqual(['joining', 'joined'])
})

it('keeps public routers out of the table', () => {
  const bench = new Bench()
  const [router, node] = [bench.newContact(), bench.newContact()]
  bench.start({ kind: 'bootstrap', endpoints: [], routers: [router.endpoint] })
  bench.request({ kind: 'join' })
  bench.respond(bench.takeLast(router), router, { nodes: packed(node), token: TOKEN })
  bench.pass(60_000, node, router)
  expect(bench.core.state().contacts).toEqual([node])
})

it('a router starts the lookup at once if it names contacts, else only as the last one', () => {
  const bench = new Bench()
  const [router, node, guide] = [bench.newContact(), bench.newContact(), bench.newContact()]
  const routers = [router.endpoint]
  bench.start({ kind: 'bootstrap', endpoints: [guide.endpoint], routers })
  bench.request({ kind: 'join' })
  bench.respond(bench.takeLast(router), router, { nodes: packed(node) })
  expect(ownIdAskedOf(bench, node)).toBe(1)

  const other = new Bench()
  other.start({ kind: 'bootstrap', endpoints: [guide.endpoint], routers })
  other.request({ kind: 'join' })
  // A response with our own id only is one without contacts.
  const ourselves = other.newContact({ endpoint: home })
  other.respond(other.takeLast(router), router, { nodes: packed(ourselves) })
  expect(ownIdAskedOf(other, router)).toBe(0)
  other.takeLast(guide)
  other.undeliverable(guide.endpoint)
  expect(other.outcomes.get(1)).toMatchObject({ result: { contacts: 0 } })
})

/** How many of the sent queries ask `who` for our own id. */
function ownIdAskedOf(bench: Bench, who: Contact): number {
  const own = bench.core.id.join()
  const asks = ({ message: m }: SentDatagram): boolean =>
    m.kind === 'query' && m.method === 'find_node' && m.target.join() === own
  return bench.datagrams.filter((datagram) => isAt(datagram.to, who) && asks(datagram)).length
}

it('looks up our own id again when the first contact knew no others at first', () => {
  const bench = new Bench({ core: { k: 3 } })
  const guide = bench.newContact()
  // The contacts that the first contact gets while we join.
  const others = bench.newContacts(3)
  bench.start({ kind: 'bootstrap', endpoints: [guide.endpoint], routers: [] })
  bench.request({ kind: 'join' })
  const askedForUs = new Set<Contact>()
  let levels = 0
  while (bench.datagrams.length > 0) {
    const datagram = bench.datagrams.shift()!
    if (datagram.message.kind !== 'query' || datagram.message.method !== 'find_node') continue
    const who = [guide, ...others].find((each) => isAt(datagram.to, each))!
    const isForUs = String(datagram.message.target) === String(bench.core.id)
    if (isForUs) askedForUs.add(who)
    else levels++
    bench.respond(datagram, who, { nodes: levels === 0 ? packed() : packed(...others) })
  }
  expect(bench.outcomes.get(1)).toMatchObject({ result: { contacts: 4 } })
  expect(askedForUs).toEqual(new Set([guide, ...others]))
})

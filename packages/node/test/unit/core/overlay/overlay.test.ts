import { idsEqual } from '@dht/id'
import { contact, endpoint, type Query } from '@dht/krpc'
import type { Standing } from '@dht/routing-table'
import { describe, expect, it } from 'vitest'
import { Bench, home, idStarting, packed, TOKEN } from '../../../support/bench.ts'
import type { Request } from '../../../support/virtual-network.ts'

/**
 * Every error of a UDP send on Linux, macOS or Windows that is no evidence about the endpoint:
 * send(2), ip(7), udp(7), connect(2) of Linux for what a route may give (a blackhole gives EINVAL,
 * an unreachable one EHOSTUNREACH, a prohibited one EACCES), send(2) of macOS, WSASendTo, and what
 * libuv makes of them.
 */
const OUR_SEND_ERRORS = [
  'EACCES',
  'EADDRINUSE',
  'EADDRNOTAVAIL',
  'EAFNOSUPPORT',
  'EAGAIN',
  'EBADF',
  'ECANCELED',
  'EDESTADDRREQ',
  'EFAULT',
  'EHOSTUNREACH',
  'EINTR',
  'EINVAL',
  'EIO',
  'EISCONN',
  'EMSGSIZE',
  'ENETDOWN',
  'ENETRESET',
  'ENETUNREACH',
  'ENOBUFS',
  'ENODEV',
  'ENOMEM',
  'ENONET',
  'ENOTCONN',
  'ENOTSOCK',
  'EOPNOTSUPP',
  'EPERM',
  'EPIPE',
  'EPROTO',
  'ESHUTDOWN',
  'EWOULDBLOCK',
]

/** Contacts of the only overlay, by standing. */
function contacts(bench: Bench): Readonly<Record<Standing, number>> {
  return bench.info.overlays[0]!.contacts
}

describe('the outcome of a query', () => {
  it('adds a node that responds to the table', () => {
    const bench = new Bench()
    const friend = bench.newContact()
    bench.request({ kind: 'ping', to: friend.endpoint })
    expect(contacts(bench)).toEqual({ good: 0, questionable: 0, bad: 0 })
    bench.respond(bench.takeLast(friend), friend)
    expect(contacts(bench)).toEqual({ good: 1, questionable: 0, bad: 0 })
    expect(bench.events).toContainEqual({ kind: 'contact-added', family: 4, contact: friend })
  })

  it('reports a contact that replaces a bad one', () => {
    const bench = new Bench({ id: idStarting(0), core: { k: 1, bucketWidths: [] } })
    const lost = bench.addMember(bench.newContact({ id: idStarting(0x80) }))
    for (let i = 0; i < 2; i++) {
      bench.request({ kind: 'ping', to: lost.endpoint })
      bench.undeliverable(lost.endpoint)
    }
    const next = bench.addMember(bench.newContact({ id: idStarting(0xc0) }))
    expect(bench.core.state().contacts).toEqual([next])
    const replaced = { kind: 'contact-replaced', family: 4, contact: next, evicted: lost }
    expect(bench.events).toContainEqual(replaced)
  })

  it('a member that failed once and then responds keeps its place', () => {
    const bench = new Bench({ id: idStarting(0), core: { k: 1, bucketWidths: [] } })
    const member = bench.addMember(bench.newContact({ id: idStarting(0x80) }))
    bench.request({ kind: 'ping', to: member.endpoint })
    bench.undeliverable(member.endpoint)
    const waiting = bench.newContact({ id: idStarting(0xc0) })
    bench.request({ kind: 'ping', to: waiting.endpoint })
    bench.respond(bench.takeLast(waiting), waiting)
    bench.take()
    bench.request({ kind: 'ping', to: member.endpoint })
    bench.respond(bench.takeLast(member), member)
    expect(bench.core.state().contacts).toEqual([member])
  })

  it.each(['ping', 'find-node', 'find-value', 'store'] as const)(
    'STATE-57: a %s of the user without a response counts against the queried member',
    (kind) => {
      const bench = new Bench()
      const friend = bench.addMember()
      for (let i = 0; i < 2; i++) {
        const { endpoint: to, id: target } = friend
        bench.request({ kind, to, target, port: 1, token: TOKEN } as Request)
        bench.undeliverable(to)
      }
      expect(contacts(bench)).toEqual({ good: 0, questionable: 0, bad: 1 })
    },
  )

  it.each([...OUR_SEND_ERRORS, 'UNKNOWN'])(
    'STATE-58: %s is a fault of our own network, and no evidence about the queried node',
    (code) => {
      const bench = new Bench()
      const friend = bench.addMember()
      for (let i = 0; i < 3; i++) {
        const operationId = bench.request({ kind: 'ping', to: friend.endpoint })
        bench.undeliverable(friend.endpoint, code)
        const outcome = { kind: 'failed', reason: 'unreachable' }
        expect(bench.outcomes.get(operationId)).toEqual(outcome)
      }
      expect(contacts(bench)).toEqual({ good: 1, questionable: 0, bad: 0 })
    },
  )

  it.each(['ECONNREFUSED', 'ECONNRESET', 'EHOSTDOWN'])(
    'STATE-57: %s is evidence about the endpoint, and counts against the queried member',
    (code) => {
      const bench = new Bench()
      const friend = bench.addMember()
      for (let i = 0; i < 2; i++) {
        bench.request({ kind: 'ping', to: friend.endpoint })
        bench.undeliverable(friend.endpoint, code)
      }
      expect(contacts(bench)).toEqual({ good: 0, questionable: 0, bad: 1 })
    },
  )

  it('STATE-57: a lookup without responses counts against the queried members', () => {
    const bench = new Bench()
    const friend = bench.addMember()
    bench.request({ kind: 'closest', target: friend.id })
    bench.undeliverable(friend.endpoint)
    bench.request({ kind: 'lookup', target: friend.id, mode: 'all' })
    bench.undeliverable(friend.endpoint)
    expect(contacts(bench)).toEqual({ good: 0, questionable: 0, bad: 1 })
  })

  it('STATE-56: a response under another id counts as a failure of the queried node', () => {
    const bench = new Bench()
    const friend = bench.addMember()
    for (let i = 0; i < 2; i++) {
      bench.request({ kind: 'closest', target: friend.id })
      const usurper = bench.newContact({ endpoint: friend.endpoint })
      bench.respond(bench.takeLast(friend), usurper)
      bench.pass(10_000)
    }
    expect(bench.core.state().contacts.some(({ id }) => idsEqual(id, friend.id))).toBe(false)
  })

  it('NET-56: an error message shows that a member is alive, and adds no contact', () => {
    const bench = new Bench()
    const friend = bench.addMember()
    const nobody = bench.newContact()
    bench.pass(16 * 60_000, friend)
    bench.request({ kind: 'ping', to: friend.endpoint })
    bench.undeliverable(friend.endpoint)
    bench.request({ kind: 'ping', to: friend.endpoint })
    bench.respondWithError(bench.takeLast(friend), 202)
    bench.request({ kind: 'ping', to: friend.endpoint })
    bench.undeliverable(friend.endpoint)
    bench.request({ kind: 'ping', to: nobody.endpoint })
    bench.respondWithError(bench.takeLast(nobody), 202)
    expect(contacts(bench)).toEqual({ good: 1, questionable: 0, bad: 0 })
  })

  it('an error message from elsewhere does not move a member there', () => {
    const bench = new Bench()
    const [guide, friend] = [bench.addMember(), bench.addMember()]
    const elsewhere = bench.newContact({ id: friend.id })
    for (let i = 0; i < 2; i++) {
      bench.request({ kind: 'ping', to: friend.endpoint })
      bench.undeliverable(friend.endpoint)
    }
    expect(contacts(bench)).toEqual({ good: 1, questionable: 0, bad: 1 })
    bench.request({ kind: 'closest', target: friend.id })
    bench.respond(bench.takeLast(guide), guide, { nodes: packed(elsewhere) })
    bench.respondWithError(bench.takeLast(elsewhere), 201)
    expect(contacts(bench)).toEqual({ good: 1, questionable: 0, bad: 1 })
  })
})

describe('a received query', () => {
  it('pings an unverified sender, which becomes a member when it responds', () => {
    const bench = new Bench()
    const stranger = bench.newContact()
    bench.queryFrom(stranger, { method: 'ping' })
    expect(contacts(bench)).toEqual({ good: 0, questionable: 0, bad: 0 })
    const check = bench.takeLast(stranger)
    expect(check.message).toMatchObject({ kind: 'query', method: 'ping' })
    bench.respond(check, stranger)
    expect(contacts(bench)).toEqual({ good: 1, questionable: 0, bad: 0 })
  })

  it('takes nothing from the budget for a check that is not needed', () => {
    const core = { k: 2, bucketWidths: [2], checkBurst: 1, checksPerSecond: 0.001 }
    const bench = new Bench({ core, id: idStarting(0) })
    const [member] = [0x80, 0xa0, 0xc0].map((byte) =>
      bench.addMember(bench.newContact({ id: idStarting(byte) })),
    )
    // When another contact waits for its place, a first failure is a reason for a check, no more.
    bench.request({ kind: 'ping', to: member!.endpoint })
    bench.undeliverable(member!.endpoint)
    bench.take()
    bench.handleTimeout()
    expect(bench.take()).toEqual([])
    bench.queryFrom(bench.newContact({ id: idStarting(0x40) }), { method: 'ping' })
    expect(bench.take().map(({ message }) => message)).toMatchObject([{ method: 'ping' }])
  })

  it('checks a questionable sender at once', () => {
    const bench = new Bench()
    const friend = contact(bench.newContact().id, endpoint('20.9.9.9', 1))
    bench.core.restore([friend])
    bench.queryFrom(friend, { method: 'ping' })
    bench.respond(bench.takeLast(friend), friend)
    expect(contacts(bench)).toEqual({ good: 1, questionable: 0, bad: 0 })
  })

  it('of a read-only node gets a response and adds no contact', () => {
    const bench = new Bench()
    const stranger = bench.newContact()
    expect(bench.queryFrom(stranger, { method: 'ping', readOnly: true })?.kind).toBe('response')
    expect(bench.take()).toEqual([])
  })

  it('under our own id gets a response and adds no contact', () => {
    const bench = new Bench()
    const double = bench.newContact({ id: bench.core.id })
    expect(bench.queryFrom(double, { method: 'ping' })?.kind).toBe('response')
    expect(bench.take()).toEqual([])
  })
})

describe('reported contacts', () => {
  it('are not queried at our own endpoint, under our own id, or at loopback', () => {
    const bench = new Bench()
    const guide = bench.addMember()
    const lies = [
      bench.newContact({ endpoint: home }),
      bench.newContact({ id: bench.core.id }),
      bench.newContact({ endpoint: endpoint('127.0.0.1', 22) }),
      bench.newContact({ endpoint: endpoint('0.0.0.0', 53) }),
    ]
    bench.request({ kind: 'closest', target: bench.newContact().id })
    bench.respond(bench.takeLast(guide), guide, { nodes: packed(...lies) })
    expect(bench.take()).toEqual([])
  })

  it('at loopback are accepted from a node at loopback', () => {
    const bench = new Bench()
    const guide = bench.addMember(bench.newContact({ endpoint: endpoint('127.0.0.1', 4001) }))
    const other = bench.newContact({ endpoint: endpoint('127.0.0.1', 4002) })
    bench.request({ kind: 'closest', target: other.id })
    bench.respond(bench.takeLast(guide), guide, { nodes: packed(other) })
    expect(bench.takeLast(other).message).toMatchObject({ method: 'find_node' })
  })
})

describe('our own endpoint', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['0.0.0.0', '127.0.0.1'],
    ['::', '::1'],
  ])('NET-57: bound to %s we send no query to %s', (address, own) => {
    const bench = new Bench({ locals: [endpoint(address, 3739)] })
    for (const each of [address, own]) {
      const operationId = bench.request({ kind: 'ping', to: endpoint(each, 3739) })
      expect(bench.outcomes.get(operationId)).toEqual({ kind: 'failed', reason: 'not-sent' })
    }
    const operationId = bench.request({ kind: 'ping', to: endpoint(own, 3740) })
    expect(bench.outcomes.has(operationId)).toBe(false)
  })
})

describe('a slow response', () => {
  it('stalls the query, which is resent once under another transaction id', () => {
    const bench = new Bench()
    const nobody = bench.newContact()
    bench.request({ kind: 'ping', to: nobody.endpoint })
    const [first] = bench.take()
    bench.pass(1_000)
    const [second, ...more] = bench.take()
    const [asked, again] = [first!.message as Query, second!.message as Query]
    expect(second!.to).toEqual(first!.to)
    expect(again).toEqual({ ...asked, transactionId: again.transactionId })
    expect(again.transactionId).not.toEqual(asked.transactionId)
    expect(more).toEqual([])
    bench.respond(second!, nobody)
    expect(contacts(bench).good).toBe(1)
  })
})

// What a node withdraws, from which nodes, with which token and for how long; and that it does not
// withdraw what is entered next.

import { compareDistance, type Id, idFromBytes } from '@dht/id'
import { type Contact, mainline } from '@dht/krpc'
import { describe, expect, it } from 'vitest'
import type { CoreOptions } from '../../../../src/core/config/core-options.ts'
import { resolveCoreOptions } from '../../../../src/core/config/resolve.ts'
import { newCounters } from '../../../../src/core/counters.ts'
import { Outbox } from '../../../../src/core/outbox.ts'
import type { OverlayParts } from '../../../../src/core/overlay/overlay-parts.ts'
import { holdersOf, MOST_HOLDERS } from '../../../../src/core/publishing/announcement.ts'
import { WITHDRAWAL_MS } from '../../../../src/core/publishing/withdrawal.ts'
import { Withdrawals } from '../../../../src/core/publishing/withdrawals.ts'
import type { AskResult } from '../../../../src/core/queries/outgoing-queries.ts'
import type { QueryObserver } from '../../../../src/core/queries/query-observer.ts'
import type { Services } from '../../../../src/core/services.ts'
import { Bench, type SentDatagram, TOKEN } from '../../../support/bench.ts'

/** A node that has published at so many friends, nearest to the identity first. */
function publishedAt(count: number, core: CoreOptions = {}) {
  const bench = new Bench({ core })
  const target = idFromBytes(new Uint8Array(bench.network.idLength).fill(0x55))
  const friends = bench.newContacts(count).map((stranger) => bench.addMember(stranger))
  friends.sort((a, b) => compareDistance(a.id, b.id, target))
  bench.take()
  bench.request({ kind: 'enter', target, port: 80 })
  bench.respondAll(friends)
  bench.take()
  return { bench, friends, target }
}

const methodsOf = (datagrams: readonly SentDatagram[]): string[] =>
  datagrams.map(({ message }) => (message.kind === 'query' ? message.method : message.kind))

const whomOf = (datagrams: readonly SentDatagram[], friends: readonly Contact[]): Contact[] =>
  datagrams.map(({ to }) => friends.find(({ endpoint }) => endpoint.address === to.address)!)

describe('PUB-11: delete', () => {
  it('withdraws the announcement from every node that accepted it, with its token', () => {
    const { bench, friends, target } = publishedAt(10)
    bench.start({ kind: 'delete', target })
    const datagrams = bench.take()
    expect(methodsOf(datagrams)).toEqual(Array(8).fill('withdraw_peer'))
    expect(whomOf(datagrams, friends)).toEqual(friends.slice(0, 8))
    for (const { message } of datagrams) expect(message).toMatchObject({ target, token: TOKEN })
  })

  it('gets another token when that of the round may have expired', () => {
    // Enough nodes for a complete round: otherwise it is retried soon.
    const { bench, friends, target } = publishedAt(2, { k: 2 })
    bench.pass(300_000 + 1, ...friends)
    bench.take()
    bench.start({ kind: 'delete', target })
    const asked = bench.take()
    expect(methodsOf(asked)).toEqual(['get_peers', 'get_peers'])
    const [first, second] = asked as [SentDatagram, SentDatagram]
    const [a, b] = whomOf(asked, friends) as [Contact, Contact]
    bench.respond(first, a, { token: new Uint8Array([9, 9]) })
    bench.respond(second, b)
    const datagrams = bench.take()
    expect(methodsOf(datagrams)).toEqual(['withdraw_peer'])
    expect(datagrams[0]?.message).toMatchObject({ token: new Uint8Array([9, 9]) })
  })

  it('makes one attempt per holder, and ends after two seconds', () => {
    const { bench, target } = publishedAt(3)
    bench.start({ kind: 'delete', target })
    bench.take()
    bench.pass(60_000)
    expect(methodsOf(bench.datagrams)).not.toContain('withdraw_peer')
  })

  it('withdraws what a running round has written so far', () => {
    const bench = new Bench()
    const target = idFromBytes(new Uint8Array(32).fill(0x55))
    const [a, b, c] = bench.newContacts(3).map((each) => bench.addMember(each)) as Contact[]
    bench.take()
    bench.request({ kind: 'enter', target, port: 80 })
    for (const who of [a!, b!, c!]) bench.respond(bench.takeLast(who), who, { token: TOKEN })
    bench.respond(bench.takeLast(a!), a!)
    bench.respondWithError(bench.takeLast(b!), 202)
    bench.take()
    bench.start({ kind: 'delete', target })
    // The one that accepted, and the one that has not responded yet.
    expect(new Set(whomOf(bench.datagrams, [a!, b!, c!]))).toEqual(new Set([a, c]))
  })

  it('withdraws what an earlier round wrote to nodes that the running one has not reached', () => {
    const { bench, friends, target } = publishedAt(3)
    bench.request({ kind: 'enter', target, port: 80 })
    bench.respond(bench.takeLast(friends[0]!), friends[0]!, { token: TOKEN })
    // The others are slow, so the round writes to this one and waits for them.
    bench.pass(1_000)
    bench.respond(bench.takeLast(friends[0]!), friends[0]!)
    bench.take()
    bench.start({ kind: 'delete', target })
    const datagrams = bench.take()
    expect(methodsOf(datagrams)).toEqual(Array(3).fill('withdraw_peer'))
    expect(new Set(whomOf(datagrams, friends))).toEqual(new Set(friends))
  })

  it('remembers holders up to a bound, those of the running round first', () => {
    const overlay = {} as OverlayParts
    const all = new Bench()
      .newContacts(MOST_HOLDERS + 8)
      .map((contact) => ({ contact, overlay, token: TOKEN, askedAt: 0 }))
    const holders = all.slice(0, MOST_HOLDERS)
    const among = { round: { holders: holders.slice(0, 8) }, holders: holders.slice(4) }
    expect(holdersOf(among)).toEqual(holders)
    expect(holdersOf({ round: { holders: all.slice(-8) }, holders })).toEqual([
      ...all.slice(-8),
      ...holders.slice(0, -8),
    ])
    expect(holdersOf({ round: { holders: all }, holders })).toEqual(all)
  })

  it('sends no query when no node stores it', () => {
    const bench = new Bench()
    const target = idFromBytes(new Uint8Array(32).fill(0x55))
    bench.request({ kind: 'enter', target, port: 80 })
    bench.take()
    bench.start({ kind: 'delete', target })
    expect(bench.take()).toEqual([])
  })

  it('sends no query in Mainline', () => {
    const { bench, target } = publishedAt(3, { network: mainline })
    bench.start({ kind: 'delete', target })
    expect(bench.take()).toEqual([])
  })
})

describe('PUB-11: what is entered again', () => {
  it('is due again after withdrawals of several ids that end at one instant', () => {
    const { bench, friends, target } = publishedAt(3)
    const other = idFromBytes(new Uint8Array(32).fill(0x66))
    bench.request({ kind: 'enter', target: other, port: 80 })
    bench.respondAll(friends)
    bench.take()
    for (const each of [target, other]) bench.request({ kind: 'enter', target: each, port: 81 })
    bench.take()
    bench.pass(WITHDRAWAL_MS)
    const { announcements } = bench.core.inspect(bench.now)
    expect(announcements.map(({ isBlocked }) => isBlocked)).toEqual([false, false])
  })

  it('with the same port is published at once, and nothing is withdrawn', () => {
    const { bench, target } = publishedAt(3)
    bench.request({ kind: 'enter', target, port: 80 })
    expect(methodsOf(bench.take())).toEqual(Array(3).fill('get_peers'))
  })

  it.each(['answered', 'silence'])(
    'with another port waits until the former is withdrawn: %s',
    (how) => {
      const { bench, friends, target } = publishedAt(3)
      bench.request({ kind: 'enter', target, port: 81 })
      const datagrams = bench.take()
      expect(methodsOf(datagrams)).toEqual(Array(3).fill('withdraw_peer'))
      if (how === 'answered') {
        datagrams.forEach((datagram, i) => {
          bench.respond(datagram, whomOf(datagrams, friends)[i]!)
        })
      } else {
        bench.pass(WITHDRAWAL_MS)
      }
      const asked = methodsOf(bench.take()).filter((method) => method === 'get_peers')
      expect(asked).toEqual(Array(3).fill('get_peers'))
    },
  )

  it('after a delete waits for the withdrawal, too', () => {
    const { bench, target } = publishedAt(3)
    bench.start({ kind: 'delete', target })
    bench.take()
    bench.request({ kind: 'enter', target, port: 80 })
    expect(bench.take()).toEqual([])
    bench.pass(WITHDRAWAL_MS)
    const asked = methodsOf(bench.take()).filter((method) => method === 'get_peers')
    expect(asked).toEqual(Array(3).fill('get_peers'))
  })
})

describe('PUB-12: leave', () => {
  it('withdraws everything, then settles; nothing is published any more', () => {
    const { bench, friends, target } = publishedAt(3)
    const operationId = 99
    bench.start({ kind: 'leave', operationId })
    expect(bench.outcomes.get(operationId)).toBeUndefined()
    bench.respondAll(friends)
    expect(bench.outcomes.get(operationId)).toEqual({ kind: 'withdrawn' })
    bench.pass(3_600_000, ...friends)
    expect(bench.rounds).toHaveLength(1)
    const reply = bench.queryFrom(bench.newContact(), { method: 'get_peers', target })
    expect(reply).toMatchObject({ values: undefined })
  })

  it('settles at once without announcements, and in two seconds without responses', () => {
    const idle = new Bench()
    idle.start({ kind: 'leave', operationId: 99 })
    expect(idle.outcomes.get(99)).toEqual({ kind: 'withdrawn' })
    const { bench } = publishedAt(3)
    bench.start({ kind: 'leave', operationId: 99 })
    expect(bench.outcomes.get(99)).toBeUndefined()
    bench.pass(WITHDRAWAL_MS)
    expect(bench.outcomes.get(99)).toEqual({ kind: 'withdrawn' })
  })

  it('of more announcements than are withdrawn at once takes two seconds in all', () => {
    const { bench } = publishedAt(2)
    for (let n = 0; n < 300; n++) {
      const bytes = new Uint8Array(32).fill(n % 256)
      bytes[0] = n >> 8
      bench.request({ kind: 'enter', target: idFromBytes(bytes), port: 80 })
    }
    const responding = bench.datagrams.length
    expect(responding).toBeGreaterThan(0)
    bench.start({ kind: 'leave', operationId: 99 })
    bench.pass(WITHDRAWAL_MS)
    expect(bench.outcomes.get(99)).toEqual({ kind: 'withdrawn' })
  })
})

describe('more than are withdrawn at once', () => {
  /** Withdrawals with one holder each, which can be queried until the transport has failed. */
  function withdrawing(count: number) {
    const services = { config: resolveCoreOptions({}), outbox: new Outbox(newCounters([])) }
    let over = 0
    const owner = { withdrawalOver: () => void over++ }
    const withdrawals = new Withdrawals(services as unknown as Services, owner)
    const asked: QueryObserver[] = []
    const transport = { isOpen: true }
    const ask = (
      _to: unknown,
      _question: unknown,
      observer: QueryObserver,
    ): Pick<AskResult, 'kind'> => {
      if (!transport.isOpen) return { kind: 'refused' }
      asked.push(observer)
      return { kind: 'accepted' }
    }
    const overlay = { queries: { ask } } as unknown as OverlayParts
    const holders = [{ contact: new Bench().newContact(), overlay, token: TOKEN, askedAt: 0 }]
    for (let n = 0; n < count; n++) withdrawals.add(numbered(n), holders, 0)
    return { withdrawals, asked, transport, over: () => over }
  }

  it('end one after the other when none can be sent any more', () => {
    const count = 10_000
    const { withdrawals, asked, transport, over } = withdrawing(count)
    transport.isOpen = false
    for (const observer of asked) observer.onFailure('unreachable', 1)
    expect(over()).toBe(count)
    expect(withdrawals.nextAt()).toBeUndefined()
  })

  it('all end two seconds after the node began to leave, those that began later as well', () => {
    const { withdrawals, asked } = withdrawing(300)
    withdrawals.finish(1, 0)
    for (const observer of [...asked]) observer.onFailure('timeout', 100)
    expect(withdrawals.nextAt()).toBe(WITHDRAWAL_MS)
  })
})

function numbered(n: number): Id {
  const bytes = new Uint8Array(32)
  new DataView(bytes.buffer).setUint32(0, n)
  return idFromBytes(bytes)
}

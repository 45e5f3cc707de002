// What an operation that has ended still sends, and what it reports: queries that wait for their
// turn, withdrawals, and a transport that fails meanwhile.

import { compareDistance, type Id, idFromBytes } from '@dht/id'
import { type Contact, dht256, endpoint, type Network } from '@dht/krpc'
import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../../src/core/operations/outcome.ts'
import { Bench, isAt, type SentDatagram } from '../../support/bench.ts'

const target = idFromBytes(new Uint8Array(32).fill(0x55))
const peer = new Uint8Array([1, 2, 3, 4, 0, 1])

/** One datagram at once, then one in four seconds: longer than a withdrawal lasts. */
const slowly: Network = Object.freeze({ ...dht256, pace: { perSecond: 0.25, burst: 1 } })

const methods = (bench: Bench): (string | undefined)[] =>
  bench.take().map(({ message }) => (message.kind === 'query' ? message.method : undefined))

/** Waits until nothing was sent for so long that each node may be queried at once. */
function settle(bench: Bench, responding: readonly Contact[]): void {
  // By then the joins and rounds of a small network are rare.
  bench.pass(7_200_000, ...responding)
  for (let quietMs = 0; quietMs < 8_000; quietMs += 100) {
    bench.pass(100)
    if (bench.datagrams.length > 0) quietMs = 0
    bench.respondAll(responding)
  }
}

const isWithdrawal = ({ message }: SentDatagram): boolean =>
  message.kind === 'query' && message.method === 'withdraw_peer'

/** The number of a target that differs from all others. */
function numbered(n: number): Id {
  const bytes = new Uint8Array(32).fill(n & 255)
  bytes[0] = n >> 8
  return idFromBytes(bytes)
}

describe('a withdrawal that has ended', () => {
  it('PUB-11: sends nothing more, so it does not withdraw what is announced after it', () => {
    // A token that stays valid, so that the withdrawal needs no other.
    const bench = new Bench({ core: { network: slowly, tokenRotateMs: 7_200_000 } })
    const holder = bench.addMember()
    bench.pass(20_000, holder)
    bench.request({ kind: 'enter', target, port: 80 })
    bench.pass(8_000, holder)
    expect(bench.rounds.at(-1)?.accepted).toEqual([holder])
    settle(bench, [holder])
    expect(bench.rounds.at(-1)?.accepted).toEqual([holder])
    bench.request({ kind: 'ping', to: holder.endpoint })
    bench.respondAll([holder])
    bench.request({ kind: 'enter', target, port: 81 })
    expect(methods(bench)).toEqual([])
    let withdrawn = 0
    bench.passWith(20_000, () => {
      withdrawn += bench.datagrams.filter(isWithdrawal).length
      bench.respondAll([holder])
    })
    expect(bench.rounds.at(-1)).toMatchObject({ port: 81, accepted: [holder] })
    expect(withdrawn).toBe(0)
  })
})

describe('a lookup in mode quick that has its result', () => {
  it('PACE-2: drops its waiting queries, reports it, and ends', () => {
    const bench = new Bench({ core: { network: slowly } })
    const [holder, busy] = [bench.addMember(), bench.addMember()]
    settle(bench, [holder, busy])
    bench.request({ kind: 'ping', to: busy.endpoint })
    bench.respondAll([busy])
    const operationId = bench.request({ kind: 'lookup', target, mode: 'quick' })
    bench.respond(bench.takeLast(holder), holder, { values: [peer] })
    bench.pass(1_000)
    const outcome = bench.outcomes.get(operationId) as Extract<Outcome, { kind: 'found' }>
    expect(outcome.result).toMatchObject({ complete: false })
    expect([...outcome.result.incompleteReasons].sort()).toEqual(['late', 'rate-limited'])
    bench.take()
    bench.pass(9_000)
    expect(methods(bench)).not.toContain('get_peers')
    expect(outcome.mayFindMore === false || bench.ended.includes(operationId)).toBe(true)
  })
})

describe('a lookup whose transport fails', () => {
  it('is not complete, though a node has responded', () => {
    const bench = new Bench()
    const friends = bench.newContacts(3).map((each) => bench.addMember(each))
    friends.sort((a, b) => compareDistance(a.id, b.id, target))
    bench.take()
    let outcome: Outcome | undefined
    const operationId = bench.request({ kind: 'closest', target })
    bench.respond(bench.takeLast(friends[0]!), friends[0]!)
    for (const effect of bench.core.transportLost(4, bench.now)) {
      if (effect.kind === 'settle' && effect.operationId === operationId) outcome = effect.outcome
    }
    expect(outcome).toMatchObject({
      kind: 'found',
      result: { closest: [friends[0]], complete: false, incompleteReasons: ['no-response'] },
    })
  })
})

describe('a query that is refused', () => {
  const slow: Network = { ...dht256, pace: { perSecond: 1, burst: 1 } }

  it('PACE-2: reports the pace, though few wait at each of many destinations', () => {
    const bench = new Bench({ core: { network: slow, maxOperations: 20_000 } })
    const friend = bench.addMember()
    // All remembered destinations, each with a query that waits.
    for (const { endpoint: to } of bench.newContacts(8_192)) {
      for (let n = 0; n < 2; n++) bench.request({ kind: 'ping', to })
    }
    const operationId = bench.request({ kind: 'closest', target })
    expect(bench.datagrams.filter(({ to }) => isAt(to, friend))).toHaveLength(0)
    expect(bench.outcomes.get(operationId)).toMatchObject({
      result: { incompleteReasons: ['rate-limited', 'no-response'] },
    })
  })

  it('PACE-2: reports too many queries, while too many wait for another destination', () => {
    const network = { ...slow, pace: { perSecond: 2, burst: 2 } }
    const bench = new Bench({ core: { network, maxOperations: 20_000, maxTransactions: 1 } })
    bench.addMember()
    const { endpoint: to } = bench.newContact()
    for (let n = 0; n < 16_400; n++) bench.request({ kind: 'ping', to })
    const operationId = bench.request({ kind: 'closest', target })
    expect(bench.outcomes.get(operationId)).toMatchObject({
      result: { incompleteReasons: ['too-many-queries', 'no-response'] },
    })
  })

  it('to our own endpoint does not make a lookup incomplete', () => {
    const bench = new Bench()
    const [friend, moved] = [
      bench.addMember(),
      bench.addMember(bench.newContact({ endpoint: endpoint('20.9.9.9', 9) })),
    ]
    bench.core.transportLost(4, bench.now)
    bench.core.transportReopened(moved.endpoint, bench.now)
    bench.take()
    const operationId = bench.request({ kind: 'closest', target })
    bench.pass(20_000, friend)
    expect(bench.outcomes.get(operationId)).toMatchObject({
      kind: 'found',
      result: { closest: [friend], incompleteReasons: [] },
    })
    expect(bench.datagrams.some(({ to }) => isAt(to, moved))).toBe(false)
  })
})

describe('thousands of announcements', () => {
  it('that are due at once and find no contacts are postponed one after another', () => {
    const bench = new Bench()
    for (let n = 0; n < 3_000; n++) bench.request({ kind: 'enter', target: numbered(n), port: 80 })
    const rounds = bench.rounds.length
    expect(() => bench.pass(90_000)).not.toThrow()
    expect(bench.rounds.length).toBeGreaterThanOrEqual(rounds + 3_000)
  })
})

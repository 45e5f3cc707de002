// What a node publishes: announcements beside one another, and the schedule in numbers. The model
// tests cover any mixture of calls, responses, silence and time.

import { type Id, idFromBytes } from '@dht/id'
import { type Contact, dht256 } from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import { describe, expect, it, vi } from 'vitest'
import type { CoreOptions } from '../../src/core/config/core-options.ts'
import { CORE_DEFAULTS } from '../../src/core/config/defaults.ts'
import { longestRoundMs, resolveCoreOptions } from '../../src/core/config/resolve.ts'
import { Bench, type SentDatagram, TOKEN } from '../support/bench.ts'
import { VirtualNetwork, type VirtualNode } from '../support/virtual-network.ts'

// Simulated networks take long on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const targets = [1, 2, 3].map((fill) => idFromBytes(new Uint8Array(32).fill(fill)))
const [target, otherTarget] = targets as [Id, Id]

/** A node with friends that respond when they are told to. */
function among(count: number, core: CoreOptions = {}): { bench: Bench; friends: Contact[] } {
  const bench = new Bench({ core })
  const friends = bench.newContacts(count).map((each) => bench.addMember(each))
  bench.pass(MINUTE, ...friends)
  bench.take()
  return { bench, friends }
}

describe('announcements', () => {
  it('PUB-5: the rounds of one announcement do not change the schedule of another', () => {
    /**
     * Due times of the first announcement, while the second is published or not, accepted or not.
     */
    const dues = (other: 'none' | 'accepted' | 'refused'): number[] => {
      const { bench, friends } = among(4, { k: 4, republishJitterMs: 0 })
      bench.request({ kind: 'enter', target, port: 1 })
      if (other !== 'none') bench.request({ kind: 'enter', target: otherTarget, port: 2 })
      const log = new Set<number>()
      bench.passWith(3 * HOUR, () => {
        for (let datagram = bench.datagrams.shift(); datagram !== undefined; ) {
          const { message, to } = datagram
          const isOther = 'target' in message && message.target?.[0] === otherTarget[0]
          const who = friends.find(({ endpoint }) => endpoint.address === to.address)!
          if (isOther && other === 'refused') bench.respondWithError(datagram, 202)
          else bench.respond(datagram, who, { token: TOKEN })
          datagram = bench.datagrams.shift()
        }
        log.add(bench.info.announcements[0]!.dueAt)
      })
      return [...log]
    }
    expect(dues('none').length).toBeGreaterThan(3)
    expect(dues('accepted')).toEqual(dues('none'))
    expect(dues('refused')).toEqual(dues('none'))
  })

  it('PUB-6: info and delete work in one step while rounds are running', () => {
    const { bench } = among(4)
    for (const [i, each] of targets.entries()) {
      bench.request({ kind: 'enter', target: each, port: i + 1 })
    }
    expect(bench.info.announcements.map(({ publishing }) => publishing)).toEqual([true, true, true])
    bench.start({ kind: 'delete', target })
    expect(bench.info.announcements.map(({ id }) => id)).toEqual(targets.slice(1))
    bench.request({ kind: 'enter', target: otherTarget, port: 9 })
    expect(bench.info.announcements.map(({ port }) => port)).toEqual([3, 9])
  })

  it('are at most as many as the bound', () => {
    const bench = new Bench({ core: { maxAnnouncements: 2 } })
    const operationIds = targets.map((each) =>
      bench.request({ kind: 'enter', target: each, port: 1 }),
    )
    expect(operationIds.map((operationId) => bench.outcomes.get(operationId))).toEqual([
      undefined,
      undefined,
      { kind: 'busy' },
    ])
    // An identity that is entered again replaces itself and needs no more room.
    bench.request({ kind: 'enter', target, port: 2 })
    expect(bench.info.announcements).toHaveLength(2)
  })
})

describe('the schedule', () => {
  it('PUB-1: at once, then every half-hour from the start of a round, however long it took', () => {
    const net = new VirtualNetwork({ latencyMs: 70, core: { k: 3, republishJitterMs: 0 } })
    const [publisher] = net.grow(4) as [VirtualNode]
    const enteredAt = net.now
    publisher.request({ kind: 'enter', target, port: 1 })
    net.advance(6 * HOUR)
    expect(publisher.rounds).toHaveLength(12)
    for (const [i, round] of publisher.rounds.entries()) {
      expect(round.complete).toBe(true)
      expect(round.durationMs).toBeGreaterThanOrEqual(4 * 70)
      expect(round.startedAt).toBe(enteredAt + i * CORE_DEFAULTS.republishMs)
      expect(round.nextAt).toBe(round.startedAt + CORE_DEFAULTS.republishMs)
    }
  })

  it('PUB-1: rounds are shifted by up to the jitter, so publishers do not stay in step', () => {
    const { bench, friends } = among(3, { k: 3 })
    bench.request({ kind: 'enter', target, port: 1 })
    bench.respondAll(friends)
    bench.pass(40 * HOUR, ...friends)
    const { republishMs, republishJitterMs } = CORE_DEFAULTS
    const moved = bench.rounds.map((r) => r.nextAt - r.startedAt - republishMs)
    expect(Math.max(...moved)).toBeLessThanOrEqual(republishJitterMs)
    expect(Math.min(...moved)).toBeGreaterThanOrEqual(-republishJitterMs)
    expect(Math.max(...moved)).toBeGreaterThan(0.7 * republishJitterMs)
    expect(Math.min(...moved)).toBeLessThan(-0.7 * republishJitterMs)
  })

  it('PUB-8: a round that too few accepted is retried ever later, until one succeeds', () => {
    const { bench, friends } = among(3, { k: 3, republishJitterMs: 0 })
    bench.request({ kind: 'enter', target, port: 1 })
    const until = bench.now + 30 * MINUTE
    while (bench.now < until) {
      for (const datagram of bench.take()) {
        const who = friends.find(({ endpoint }) => endpoint.address === datagram.to.address)
        if (who === undefined || datagram.message.kind !== 'query') continue
        if (datagram.message.method === 'announce_peer') bench.respondWithError(datagram, 202)
        else bench.respond(datagram, who, { token: TOKEN })
      }
      bench.pass(100)
    }
    const waits = bench.rounds.map((r) => r.nextAt - r.startedAt - r.durationMs)
    expect(waits.slice(0, 6)).toEqual([30_000, 60_000, 120_000, 240_000, 300_000, 300_000])
    expect(bench.rounds.every(({ complete }) => !complete)).toBe(true)
    bench.pass(10 * MINUTE, ...friends)
    const last = bench.rounds.at(-1)!
    expect(last.complete).toBe(true)
    expect(last.nextAt - last.startedAt).toBe(CORE_DEFAULTS.republishMs)
  })

  it('PUB-8: where fewer than k are found, five more attempts, and then the usual interval', () => {
    const { bench, friends } = among(3, { republishJitterMs: 0, rejoinMaxMs: 1_000 })
    bench.pass(MINUTE, ...friends)
    bench.request({ kind: 'enter', target, port: 1 })
    bench.pass(2 * HOUR, ...friends)
    expect(bench.rounds.every(({ complete }) => complete)).toBe(true)
    const waits = bench.rounds.map((r) => r.nextAt - r.startedAt - r.durationMs)
    expect(waits.slice(0, 5)).toEqual([30_000, 60_000, 120_000, 240_000, 300_000])
    const { republishMs } = CORE_DEFAULTS
    const spans = bench.rounds.slice(5).map((r) => r.nextAt - r.startedAt)
    expect(spans).toEqual(spans.map(() => republishMs))
    expect(spans.length).toBeGreaterThan(2)
  })

  it('PUB-8: what could not be published is published as soon as there is a contact', () => {
    const bench = new Bench()
    bench.request({ kind: 'enter', target, port: 1 })
    expect(bench.rounds).toMatchObject([{ accepted: [], complete: false }])
    const friend = bench.addMember()
    bench.pass(5_000, friend)
    expect(bench.rounds.at(-1)).toMatchObject({ accepted: [friend], complete: true })
  })

  it('PUB-9: many announcements wait in a queue without a burst, also after a suspension', () => {
    const { bench, friends } = among(8)
    const random = seededRandom(7)
    for (let i = 0; i < 60; i++) {
      bench.request({ kind: 'enter', target: idFromBytes(random(32)), port: 1 })
    }
    const check = (): void => {
      const publishing = bench.info.announcements.filter((entry) => entry.publishing)
      expect(publishing.length).toBeLessThanOrEqual(CORE_DEFAULTS.maxRounds)
      // Eight queries a round, each sent again when it stalls.
      expect(bench.datagrams.length).toBeLessThan(CORE_DEFAULTS.maxRounds * 8 * 2 + 20)
    }
    const publishAll = (): void => {
      for (let i = 0; i < 200; i++) {
        check()
        bench.respondAll(friends.slice(i % 8, (i % 8) + 1))
        bench.pass(20)
      }
      bench.pass(MINUTE, ...friends)
    }
    publishAll()
    expect(bench.info.counters.rounds).toBeGreaterThanOrEqual(60)
    const before = bench.info.counters.rounds
    bench.now += 12 * HOUR
    bench.handleTimeout()
    check()
    bench.pass(2 * MINUTE, ...friends)
    const rounds = bench.info.counters.rounds - before
    expect(rounds).toBeGreaterThanOrEqual(60)
    expect(rounds).toBeLessThan(120)
    // Entered together, they are spread over the jitter.
    const dues = bench.info.announcements.map(({ dueAt }) => dueAt)
    expect(Math.max(...dues) - Math.min(...dues)).toBeGreaterThan(CORE_DEFAULTS.republishJitterMs)
  })

  it('PUB-8: a round without any response ends within the longest time', () => {
    const { bench, friends } = among(8, { lookupDeadlineMs: 5_000 })
    bench.request({ kind: 'enter', target, port: 1 })
    while (bench.rounds.length === 0 && bench.now < HOUR) bench.pass(50)
    expect(friends).toHaveLength(8)
    const config = { ...CORE_DEFAULTS, lookupDeadlineMs: 5_000 }
    expect(bench.rounds[0]!.durationMs).toBeLessThanOrEqual(longestRoundMs(config))
  })

  it('PUB-8: a round whose queries wait for the pace takes no longer', () => {
    const network = { ...dht256, pace: { perSecond: 1, burst: 1 } }
    const options = { network, lookupDeadlineMs: 2_000 }
    const config = resolveCoreOptions(options)
    const bench = new Bench({ core: options })
    const friend = bench.addMember()
    bench.pass(60_000, friend)
    // Each query of the round waits behind so many others.
    const crowd = (): void => {
      for (let n = 0; n < 5; n++) bench.request({ kind: 'ping', to: friend.endpoint })
    }
    /** The next datagram of this method; everything before it gets a response. */
    const next = (method: string): SentDatagram => {
      while (bench.now < HOUR) {
        const [datagram] = bench.datagrams.splice(0, 1)
        if (datagram === undefined) bench.pass(50)
        else if ('method' in datagram.message && datagram.message.method === method) return datagram
        else bench.respond(datagram, friend)
      }
      throw new Error(`no ${method} was sent`)
    }
    bench.take()
    crowd()
    bench.request({ kind: 'enter', target, port: 1 })
    const startedAt = bench.now
    const question = next('get_peers')
    crowd()
    bench.respond(question, friend, { token: TOKEN })
    next('announce_peer')
    bench.pass(config.giveUpMs)
    expect(bench.rounds[0]).toMatchObject({ startedAt, unreachable: [friend] })
    expect(bench.rounds[0]!.durationMs).toBeGreaterThan(2_000 + 2 * config.giveUpMs)
    expect(bench.rounds[0]!.durationMs).toBeLessThanOrEqual(longestRoundMs(config))
  })
})

describe('short-lived networks', () => {
  it('PUB-10: with two minutes of life an endpoint is found at any time of half an hour', () => {
    const net = new VirtualNetwork({ core: { peerLifetimeMs: 120_000 } })
    const [publisher, ...others] = net.grow(12)
    publisher!.request({ kind: 'enter', target, port: 80 })
    net.advance(10_000)
    for (let minute = 0; minute < 30; minute++) {
      net.advance(MINUTE)
      const reader = others[minute % others.length]!
      expect(net.lookup(reader, target).endpoints).toEqual([{ ...publisher!.local, port: 80 }])
    }
    publisher!.crash()
    net.advance(3 * MINUTE)
    expect(net.lookup(others[0]!, target).endpoints).toEqual([])
  })
})

// Queries of ours and what may become of them: every reaction of the queried node, of third parties
// and of the network, in any order. The expected end of one query never depends on the others.

import type { Contact } from '@dht/krpc'
import { encodeMessage, endpoint, TRANSACTION_DEFAULTS } from '@dht/krpc'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CORE_DEFAULTS } from '../../src/core/config/defaults.ts'
import type { Outcome } from '../../src/core/operations/outcome.ts'
import { Bench, isAt, packed, type SentDatagram } from '../support/bench.ts'

const { giveUpMs } = CORE_DEFAULTS

const REACTIONS = [
  'answer',
  'answer-under-another-id',
  'answer-under-our-id',
  'error',
  'unknown-error',
  'garbage',
  'undeliverable',
  'from-elsewhere',
  'other-transaction',
  'query-of-the-same-transaction',
  'silence',
] as const
type Reaction = (typeof REACTIONS)[number]

interface Case {
  readonly operationId: number
  readonly who: Contact
  readonly datagram: SentDatagram
  expected: Outcome['kind'] | `failed: ${string}` | undefined
}

/** How the query ends by this reaction; undefined when it stays open. */
function meaning(reaction: Reaction): Case['expected'] {
  switch (reaction) {
    case 'answer':
    case 'answer-under-another-id':
      return 'answered'
    case 'error':
    case 'unknown-error':
      return 'refused'
    case 'garbage':
    case 'answer-under-our-id':
      return 'failed: protocol'
    case 'undeliverable':
      return 'failed: unreachable'
    default:
      return undefined
  }
}

/** @returns what the node sent because of it */
function react(bench: Bench, { who, datagram }: Case, reaction: Reaction): readonly SentDatagram[] {
  const { transactionId } = datagram.message
  const response = { kind: 'response', transactionId, id: who.id } as const
  const { network } = bench
  switch (reaction) {
    case 'answer':
      return bench.respond(datagram, who)
    case 'answer-under-another-id':
      return bench.respond(datagram, who, { id: bench.newContact().id })
    case 'answer-under-our-id':
      return bench.respond(datagram, who, { id: bench.core.id })
    case 'error':
      return bench.respondWithError(datagram, 203)
    case 'unknown-error':
      return bench.respondWithError(datagram, 999)
    case 'garbage':
      return bench.receive(mangled(encodeMessage(response, network)), who.endpoint)
    case 'undeliverable':
      bench.undeliverable(who.endpoint)
      return []
    case 'from-elsewhere':
      return bench.receive(encodeMessage(response, network), bench.newContact().endpoint)
    case 'other-transaction': {
      const other = { ...response, transactionId: transactionId.map((byte) => byte ^ 1) }
      return bench.receive(encodeMessage(other, network), who.endpoint)
    }
    case 'query-of-the-same-transaction': {
      const query = { ...response, kind: 'query', method: 'ping', readOnly: true } as const
      return bench.receive(encodeMessage(query, network), who.endpoint)
    }
    case 'silence':
      return []
  }
}

/** The same envelope, without the responder's id. */
function mangled(bytes: Uint8Array): Uint8Array {
  const at = new TextDecoder('latin1').decode(bytes).indexOf('2:id32')
  const copy = bytes.slice()
  copy[at + 2] = 'x'.charCodeAt(0)
  return copy
}

function nameOf(outcome: Outcome | undefined): string | undefined {
  return outcome?.kind === 'failed' ? `failed: ${outcome.reason}` : outcome?.kind
}

describe('every query', () => {
  it('NET-51…56, 58, 60: settles once, by the first event that concerns it', () => {
    const script = fc.array(
      fc.record({
        which: fc.nat({ max: 5 }),
        reaction: fc.constantFrom(...REACTIONS),
        afterMs: fc.nat({ max: 40 }),
      }),
      { maxLength: 40, size: 'max' },
    )
    const seen = new Map<string, number>()
    fc.assert(
      fc.property(script, (steps) => {
        const bench = new Bench()
        const cases: Case[] = bench.newContacts(6).map((who) => {
          const operationId = bench.request({
            kind: 'find-value',
            to: who.endpoint,
            target: who.id,
          })
          return { operationId, who, datagram: bench.takeLast(who), expected: undefined }
        })
        for (const { which, reaction, afterMs } of steps) {
          bench.pass(afterMs)
          const one = cases[which]!
          const isFirst = one.expected === undefined && !bench.outcomes.has(one.operationId)
          bench.take()
          const sent = react(bench, one, reaction)
          if (reaction === 'query-of-the-same-transaction') {
            expect(sent).toHaveLength(1)
            expect(sent[0]!.message.kind).toBe('response')
          }
          if (isFirst) one.expected = meaning(reaction)
          seen.set(`${reaction} ${isFirst}`, (seen.get(`${reaction} ${isFirst}`) ?? 0) + 1)
          for (const each of cases) {
            expect(nameOf(bench.outcomes.get(each.operationId))).toBe(each.expected)
          }
        }
        bench.pass(giveUpMs)
        for (const { operationId, expected } of cases) {
          expect(nameOf(bench.outcomes.get(operationId))).toBe(expected ?? 'failed: timeout')
        }
      }),
      // Every reaction has to occur a few times, however few runs are requested.
      { numRuns: Math.max(20, fc.readConfigureGlobal()?.numRuns ?? 0) },
    )
    for (const reaction of REACTIONS) {
      expect(seen.get(`${reaction} true`), reaction).toBeGreaterThan(5)
      expect(seen.get(`${reaction} false`), reaction).toBeGreaterThan(5)
    }
  })

  it('NET-52: a response that comes too late settles nothing', () => {
    const bench = new Bench()
    const who = bench.newContact()
    const operationId = bench.request({ kind: 'ping', to: who.endpoint })
    const datagram = bench.takeLast(who)
    bench.pass(giveUpMs)
    expect(bench.outcomes.get(operationId)).toEqual({ kind: 'failed', reason: 'timeout' })
    bench.respond(datagram, who)
    bench.respond(datagram, who)
    expect(bench.info.counters).toMatchObject({
      responsesReceived: 0,
      responsesLate: 1,
      responsesUnmatched: 1,
    })
    expect(bench.outcomes.get(operationId)).toEqual({ kind: 'failed', reason: 'timeout' })
    // It settles nothing, but it proves that the node lives.
    expect(bench.core.state().contacts).toEqual([who])
  })

  it('NET-52: a response to a query that is forgotten proves nothing', () => {
    const bench = new Bench()
    const who = bench.newContact()
    bench.request({ kind: 'ping', to: who.endpoint })
    const query = bench.takeLast(who)
    bench.pass(giveUpMs)
    bench.pass(TRANSACTION_DEFAULTS.keepExpiredMs + 1)
    bench.respond(query, who)
    expect(bench.info.counters).toMatchObject({
      responsesReceived: 0,
      responsesLate: 0,
      responsesUnmatched: 1,
    })
    expect(bench.core.state().contacts).toEqual([])
  })

  it('NET-55: a response that is not a valid message counts against the member', () => {
    const bench = new Bench()
    const friend = bench.addMember()
    for (let i = 0; i < 2; i++) {
      const operationId = bench.request({ kind: 'closest', target: friend.id })
      const datagram = bench.takeLast(friend)
      react(bench, { operationId, who: friend, datagram, expected: undefined }, 'garbage')
    }
    expect(bench.info.overlays[0]!.contacts).toEqual({ good: 0, questionable: 0, bad: 1 })
  })

  it('NET-58: when one endpoint is unreachable, only queries to it fail', () => {
    const bench = new Bench()
    const [a, b] = [bench.newContact(), bench.newContact()]
    const operationIds = [a, a, b].map(({ endpoint: to }) => bench.request({ kind: 'ping', to }))
    bench.undeliverable(a.endpoint)
    bench.undeliverable(endpoint('9.9.9.9', 9))
    expect(operationIds.map((operationId) => nameOf(bench.outcomes.get(operationId)))).toEqual([
      'failed: unreachable',
      'failed: unreachable',
      undefined,
    ])
  })

  it('no more queries are open than the bound; further ones fail at once', () => {
    const bench = new Bench({ core: { maxTransactions: 2 } })
    const operationIds = bench
      .newContacts(3)
      .map(({ endpoint: to }) => bench.request({ kind: 'ping', to }))
    expect(operationIds.map((operationId) => nameOf(bench.outcomes.get(operationId)))).toEqual([
      undefined,
      undefined,
      'failed: not-sent',
    ])
    expect(bench.info).toMatchObject({ overlays: [{ openQueries: 2 }] })
    expect(bench.info.counters.queriesOverflowed).toBe(1)
  })

  it('NET-61: with no contact left to query, nothing stays open and nothing is sent', () => {
    const bench = new Bench()
    for (const who of bench.newContacts(5)) bench.request({ kind: 'ping', to: who.endpoint })
    bench.request({ kind: 'lookup', target: bench.core.id, mode: 'all' })
    bench.pass(giveUpMs)
    expect(bench.info).toMatchObject({ overlays: [{ openQueries: 0 }], operations: 0 })
    expect(bench.core.nextTimeout(bench.now)).toBeUndefined()
  })
})

describe('lookups', () => {
  it('SEARCH-18, SIM-L3: end in time when no node responds', () => {
    const bench = new Bench()
    const friends = bench.newContacts(40).map((who) => bench.addMember(who))
    const operationId = bench.request({
      kind: 'lookup',
      target: bench.newContact().id,
      mode: 'all',
    })
    const startedAt = bench.now
    while (!bench.outcomes.has(operationId)) bench.pass(100)
    const { queried } = (bench.outcomes.get(operationId) as Extract<Outcome, { kind: 'found' }>)
      .result.tally
    // The sixteen starting contacts are queried, then all others that we know, four open queries
    // at a time: the lookup looks for somebody who responds.
    expect(queried).toBe(40)
    expect(bench.now - startedAt).toBeLessThanOrEqual((queried / 4) * giveUpMs)
    expect(friends).toHaveLength(40)
  })

  it('end at their deadline although there is always one more contact to query', () => {
    const bench = new Bench({ core: { lookupDeadlineMs: 3_000 } })
    const guide = bench.addMember()
    const operationId = bench.request({ kind: 'closest', target: bench.core.id })
    const startedAt = bench.now
    bench.passWith(20_000, () => {
      for (const datagram of bench.take()) {
        // Each queried node names a nearer one that does not respond, and one that does.
        const who = isAt(datagram.to, guide) ? guide : bench.newContact({ endpoint: datagram.to })
        if (bench.outcomes.has(operationId)) return
        bench.respond(datagram, who, { nodes: packed(...bench.newContacts(8)) })
        if (bench.now - startedAt < 3_000) bench.now += 40
      }
    })
    expect(nameOf(bench.outcomes.get(operationId))).toBe('found')
    expect(bench.now - startedAt).toBeLessThanOrEqual(20_000)
  })

  it('that are cancelled send no more queries', () => {
    const bench = new Bench()
    const [guide, near] = [bench.addMember(), bench.newContact()]
    const operationId = bench.request({ kind: 'lookup', target: near.id, mode: 'all' })
    const datagram = bench.takeLast(guide)
    bench.start({ kind: 'cancel', operationId })
    bench.start({ kind: 'cancel', operationId })
    expect(bench.respond(datagram, guide, { nodes: packed(near) })).toEqual([])
    expect(bench.outcomes.get(operationId)).toEqual({ kind: 'cancelled' })
    expect(bench.info).toMatchObject({ operations: 0, overlays: [{ openQueries: 0 }] })
  })
})

// When a node turns read-only by itself (BEP 43), and what it does then. The reference looks at the
// whole history at each instant; the node keeps a few numbers.

import { randomId } from '@dht/id'
import { type Contact, dht256, type Endpoint, endpoint, mainline, sameEndpoint } from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CORE_DEFAULTS } from '../../src/core/config/defaults.ts'
import { contactsNeeded, READ_ONLY_MS } from '../../src/core/overlay/reachability.ts'
import { Bench, type BenchOptions } from '../support/bench.ts'

const MINUTE_MS = 60_000
const { readOnlyAfterMs: AFTER_MS, k } = CORE_DEFAULTS
const ENOUGH = contactsNeeded(k)

/** A node that has joined, and the contacts that it knows, all of which are good. */
function joinedNode(count: number, options: BenchOptions = {}) {
  const bench = new Bench(options)
  const contacts = bench.newContacts(count)
  for (const who of contacts) bench.addMember(who)
  bench.request({ kind: 'join' })
  bench.pass(0, ...contacts)
  return { bench, contacts }
}

const isReadOnly = (bench: Bench): boolean => bench.info.overlays[0]!.isReadOnly

const unknownNode = (bench: Bench): Contact =>
  bench.newContact({ endpoint: endpoint('99.1.2.3', 7_000) })

function turns(bench: Bench): readonly boolean[] {
  return bench.events.flatMap((e) => (e.kind === 'read-only-changed' ? [e.isReadOnly] : []))
}

/** Time passes, and the contacts respond to everything but queries of others. */
function pass(bench: Bench, ms: number, contacts: readonly Contact[]): void {
  bench.pass(ms, ...contacts)
}

describe.each([dht256, mainline])('$name', (network) => {
  const core = { network }

  it('SELF-4: nobody reaches the node: it turns read-only, and tries again every hour', () => {
    const { bench, contacts } = joinedNode(ENOUGH, { core })
    pass(bench, AFTER_MS - 1, contacts)
    expect(isReadOnly(bench)).toBe(false)
    pass(bench, 1, contacts)
    expect(isReadOnly(bench)).toBe(true)
    pass(bench, READ_ONLY_MS - 1, contacts)
    expect(isReadOnly(bench)).toBe(true)
    pass(bench, 1, contacts)
    expect(isReadOnly(bench)).toBe(false)
    // The join that tells others of the node again takes some round trips, here none.
    pass(bench, AFTER_MS - 1, contacts)
    expect(isReadOnly(bench)).toBe(false)
    pass(bench, 1, contacts)
    expect(turns(bench)).toEqual([true, false, true])
  })

  it.each([ENOUGH - 1, ENOUGH])('SELF-4: it knows %i contacts', (count) => {
    const { bench, contacts } = joinedNode(count, { core })
    pass(bench, 4 * AFTER_MS, contacts)
    expect(turns(bench).includes(true)).toBe(count === ENOUGH)
  })

  it('SELF-4: of few contacts a small k makes no large network', () => {
    expect([2, 8, 20].map(contactsNeeded)).toEqual([40, 40, 100])
    const { bench, contacts } = joinedNode(20, { core: { ...core, k: 2 } })
    pass(bench, 4 * AFTER_MS, contacts)
    expect(bench.info.overlays[0]!.contacts.good).toBeGreaterThanOrEqual(10)
    expect(turns(bench)).toEqual([])
  })

  it('SELF-5: a read-only node says so, answers nobody, and is full when it is reached', () => {
    const { bench, contacts } = joinedNode(ENOUGH, { core })
    pass(bench, AFTER_MS, contacts)
    bench.take()
    const known = contacts[0] as Contact
    bench.request({ kind: 'ping', to: known.endpoint })
    expect(bench.takeLast(known).message).toMatchObject({ kind: 'query', readOnly: true })
    expect(bench.queryFrom(known, { method: 'ping' })).toBeUndefined()
    const malformed = Uint8Array.from(Buffer.from('d1:q4:ping1:t2:aa1:y1:qe'))
    expect(bench.receive(malformed, known.endpoint)).toEqual([])
    expect(isReadOnly(bench)).toBe(true)
    expect(bench.queryFrom(unknownNode(bench), { method: 'ping' })?.kind).toBe('response')
    expect(isReadOnly(bench)).toBe(false)
    bench.request({ kind: 'ping', to: known.endpoint })
    expect(bench.takeLast(known).message).toMatchObject({ kind: 'query', readOnly: false })
  })

  it('SELF-5: it loses no stored peer and renews its announcements', () => {
    const { bench, contacts } = joinedNode(ENOUGH, { core })
    const target = randomId(network.idLength, seededRandom(5))
    bench.announceFrom(unknownNode(bench), target, 1_234)
    bench.request({ kind: 'enter', target, port: 4_321 })
    pass(bench, AFTER_MS, contacts)
    const published = bench.rounds.length
    expect([isReadOnly(bench), published > 0]).toEqual([true, true])
    pass(bench, CORE_DEFAULTS.republishMs + CORE_DEFAULTS.republishJitterMs, contacts)
    expect(isReadOnly(bench)).toBe(true)
    expect(bench.rounds.length).toBeGreaterThan(published)
    expect(bench.info).toMatchObject({ store: { peers: 1 }, announcements: [{ port: 4_321 }] })
    const asker = bench.newContact({ endpoint: endpoint('98.1.2.3', 7_000) })
    const reply = bench.queryFrom(asker, { method: 'get_peers', target })
    expect(reply).toMatchObject({ kind: 'response', values: expect.any(Array) })
  })

  it.each([true, false])('SELF-5: readOnly: %s stays', (readOnly) => {
    const { bench, contacts } = joinedNode(ENOUGH, { core: { ...core, readOnly } })
    pass(bench, 3 * READ_ONLY_MS, contacts)
    bench.queryFrom(unknownNode(bench), { method: 'ping' })
    expect([isReadOnly(bench), turns(bench)]).toEqual([readOnly, []])
  })
})

it('SELF-4: a node whose contacts were silent as well waits anew', () => {
  const { bench, contacts } = joinedNode(ENOUGH)
  bench.now += 2 * AFTER_MS
  bench.handleTimeout()
  expect(isReadOnly(bench)).toBe(false)
  pass(bench, AFTER_MS - 1, contacts)
  expect(isReadOnly(bench)).toBe(false)
  pass(bench, 1, contacts)
  expect(isReadOnly(bench)).toBe(true)
})

it('SELF-4: a node that knows its address is not reached from its own subnet', () => {
  const { bench, contacts } = joinedNode(ENOUGH)
  const ip = endpoint('55.6.7.8', 3_739)
  for (const who of contacts.slice(0, 3)) {
    bench.request({ kind: 'ping', to: who.endpoint })
    bench.respond(bench.takeLast(who), who, { ip })
  }
  expect(bench.info.overlays[0]!.externalAddress).toBe(ip.address)
  pass(bench, AFTER_MS / 2, contacts)
  for (const from of [endpoint('192.168.1.9', 7_000), endpoint(ip.address, 7_001)]) {
    bench.queryFrom(bench.newContact({ endpoint: from }), { method: 'ping' })
  }
  pass(bench, AFTER_MS / 2, contacts)
  expect(isReadOnly(bench)).toBe(true)
})

it('SELF-4: a transport that is open again starts anew', () => {
  const { bench, contacts } = joinedNode(ENOUGH)
  pass(bench, AFTER_MS, contacts)
  bench.core.transportLost(4, bench.now)
  const local: Endpoint = endpoint('10.0.0.1', 3_739)
  bench.core.transportReopened(local, bench.now)
  expect(isReadOnly(bench)).toBe(false)
  pass(bench, AFTER_MS, contacts)
  expect(isReadOnly(bench)).toBe(true)
})

/** What happens to a node, after a wait. */
const step = fc.record({
  waitMs: fc.oneof(fc.nat(3 * MINUTE_MS), fc.nat(12 * MINUTE_MS)),
  from: fc.nat(2),
  what: fc.constantFrom('query', 'ping', 'nothing'),
})

interface Heard {
  readonly at: number
  readonly from: number
}

it('SELF-4: only queries from endpoints that were not written to lately keep a node full', () => {
  let [full, readOnly] = [0, 0]
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 40 }), (steps) => {
      const { bench, contacts } = joinedNode(ENOUGH)
      const outsiders = [1, 2, 3].map((n) =>
        bench.newContact({ endpoint: endpoint(`99.0.${n}.1`, n) }),
      )
      const writes: Heard[] = []
      /** Since when the node has been full, or read-only. */
      const expected = { isReadOnly: false, turnsAt: bench.now + AFTER_MS, examinedFrom: 0 }
      const wasWritten = (from: number): boolean =>
        writes.some((e) => e.from === from && bench.now < e.at + 10 * MINUTE_MS)
      for (const { waitMs, from, what } of steps) {
        bench.passWith(waitMs, () => {
          bench.respondAll(contacts)
          for (const { to } of bench.take()) {
            const asked = outsiders.findIndex(({ endpoint: at }) => sameEndpoint(at, to))
            if (asked >= 0) writes.push({ at: bench.now, from: asked })
          }
        })
        while (bench.now >= expected.turnsAt) {
          expected.isReadOnly = !expected.isReadOnly
          expected.turnsAt += expected.isReadOnly ? READ_ONLY_MS : AFTER_MS
        }
        const who = outsiders[from] as Contact
        if (what === 'ping') {
          bench.request({ kind: 'ping', to: who.endpoint })
          writes.push({ at: bench.now, from })
        }
        // Within a minute after a proof, nothing is examined.
        if (what === 'query') {
          bench.queryFrom(who, { method: 'ping', readOnly: true })
          if (bench.now >= expected.examinedFrom) {
            const isProof = !wasWritten(from)
            if (isProof) {
              expected.isReadOnly = false
              expected.turnsAt = bench.now + AFTER_MS
              expected.examinedFrom = bench.now + MINUTE_MS
            }
            if (!expected.isReadOnly) writes.push({ at: bench.now, from })
          }
        }
        expect(isReadOnly(bench)).toBe(expected.isReadOnly)
        if (expected.isReadOnly) readOnly++
        else full++
      }
    }),
    { numRuns: 25, endOnFailure: true },
  )
  expect(full).toBeGreaterThan(100)
  expect(readOnly).toBeGreaterThan(100)
})

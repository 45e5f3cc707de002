import { compareDistance, idFromBytes } from '@dht/id'
import { type Contact, endpoint } from '@dht/krpc'
import { describe, expect, it } from 'vitest'
import { CORE_DEFAULTS } from '../../../../src/core/config/defaults.ts'
import type { RoundReport } from '../../../../src/core/operations/outcome.ts'
import { Bench, home, packed, TOKEN } from '../../../support/bench.ts'

/** How often a round is repeated while half of the copies stand. */
const RETRIES = 5

const target = idFromBytes(new Uint8Array(32).fill(0x55))

/** A node with `count` friends, sorted by their distance to the target. */
function among(count: number, core = {}): { readonly bench: Bench; readonly friends: Contact[] } {
  const bench = new Bench({ core })
  const friends = bench.newContacts(count).map((stranger) => bench.addMember(stranger))
  // In one /16 only two of these addresses differ; distances are what matters.
  friends.sort((a, b) => compareDistance(a.id, b.id, target))
  bench.take()
  return { bench, friends }
}

it('TRACK-1: one lookup, then a write to each of the k nearest with its own token', () => {
  const { bench, friends } = among(12)
  bench.request({ kind: 'enter', target, port: 8080 })
  const writes: Contact[] = []
  while (bench.datagrams.length > 0) {
    const datagram = bench.datagrams.shift()!
    const who = friends.find(({ endpoint }) => endpoint.address === datagram.to.address)!
    const { message } = datagram
    if (message.kind === 'query' && message.method === 'announce_peer') {
      expect(message).toMatchObject({ target, port: 8080, token: who.id.slice(0, 8) })
      writes.push(who)
    }
    bench.respond(datagram, who, { token: who.id.slice(0, 8) })
  }
  expect(writes).toEqual(friends.slice(0, 8))
  expect(bench.rounds).toHaveLength(1)
  expect(bench.rounds[0]).toMatchObject({ accepted: writes, complete: true, port: 8080 })
})

it('TRACK-6: with fewer than k nodes all of them are written to', () => {
  const { bench, friends } = among(3)
  bench.request({ kind: 'enter', target, port: 1 })
  bench.respondAll(friends)
  expect(bench.rounds[0]).toMatchObject({ accepted: friends, complete: true })
})

it('with another k of the network as many are written to', () => {
  const { bench, friends } = among(20, { k: 16 })
  bench.request({ kind: 'enter', target, port: 1 })
  bench.respondAll(friends)
  expect(bench.rounds[0]).toMatchObject({ accepted: friends.slice(0, 16), complete: true })
})

it('PUB-7: reports which nodes accepted, refused with which code, and were unreachable', () => {
  const { bench, friends } = among(3)
  const [a, b, c] = friends as [Contact, Contact, Contact]
  bench.request({ kind: 'enter', target, port: 1 })
  for (const datagram of bench.take()) {
    const who = friends.find(({ endpoint }) => endpoint.address === datagram.to.address)!
    bench.respond(datagram, who, { token: TOKEN })
  }
  bench.respond(bench.takeLast(a), a)
  bench.respondWithError(bench.takeLast(b), 203)
  bench.undeliverable(c.endpoint)
  expect(bench.rounds[0]).toMatchObject({
    accepted: [a],
    refused: [{ contact: b, code: 203, text: 'no' }],
    unreachable: [c],
    complete: false,
    tally: { queried: 3, responded: 3 },
  })
})

it('writes to no node that gives no token', () => {
  const { bench, friends } = among(2)
  const [full, free] = friends as [Contact, Contact]
  bench.request({ kind: 'enter', target, port: 1 })
  bench.respond(bench.takeLast(full), full, { nodes: packed(free) })
  bench.respondAll(friends)
  expect(bench.rounds[0]).toMatchObject({ accepted: [free], refused: [], unreachable: [] })
})

it.each([
  { refusing: 1, complete: true },
  { refusing: 2, complete: false },
])('PUB-8: with $refusing of 3 nodes that always refuse, complete is $complete', (row) => {
  const { bench, friends } = among(3)
  bench.request({ kind: 'enter', target, port: 1 })
  for (const datagram of bench.take()) {
    const who = friends.find(({ endpoint }) => endpoint.address === datagram.to.address)!
    bench.respond(datagram, who, { token: TOKEN })
  }
  const refusers = friends.slice(0, row.refusing)
  for (const who of refusers) bench.respondWithError(bench.takeLast(who), 202)
  for (const who of friends.slice(row.refusing)) bench.respond(bench.takeLast(who), who)
  expect(bench.rounds[0]).toMatchObject({ complete: row.complete })
  expect(bench.rounds[0]!.refused.map(({ contact }) => contact)).toEqual(refusers)
})

/** A node that announces with one contact in each family. */
function announcingInBothFamilies(): {
  readonly bench: Bench
  readonly four: Contact
  readonly six: Contact
} {
  const locals = [home, endpoint('2001:db8::1', 3739)]
  const bench = new Bench({ locals })
  const four = bench.addMember()
  const six = bench.addMember(bench.newContact({ endpoint: endpoint('2001:db8:1::1', 1) }))
  bench.take()
  bench.request({ kind: 'enter', target, port: 1 })
  return { bench, four, six }
}

it('ends when the last write in the last family has ended', () => {
  const { bench, four, six } = announcingInBothFamilies()
  const [toFour, toSix] = [bench.takeLast(four), bench.takeLast(six)]
  bench.respond(toFour, four, { token: TOKEN })
  bench.respond(bench.takeLast(four), four)
  expect(bench.rounds).toEqual([])
  bench.respond(toSix, six, { token: TOKEN })
  expect(bench.rounds).toEqual([])
  bench.respond(bench.takeLast(six), six)
  expect(bench.rounds).toMatchObject([{ accepted: [four, six], complete: true }])
})

it('waits for writes of the first family when those of the last have ended', () => {
  const { bench, four, six } = announcingInBothFamilies()
  for (const who of [four, six]) bench.respond(bench.takeLast(who), who, { token: TOKEN })
  bench.respond(bench.takeLast(six), six)
  expect(bench.rounds).toEqual([])
  bench.respond(bench.takeLast(four), four)
  expect(bench.rounds).toMatchObject([{ accepted: [four, six], complete: true }])
})

it.each([
  { lost: 1, isEnough: true },
  { lost: 2, isEnough: false },
])('PUB-8: with 1 copy of 2 or 3 stored, $lost lost, retries end: $isEnough', (row) => {
  const { bench, friends } = among(1 + row.lost, { k: 1 + row.lost })
  const [accepting] = friends as [Contact]
  bench.request({ kind: 'enter', target, port: 1 })
  bench.passWith(60 * 60_000, () => {
    for (
      let datagram = bench.datagrams.shift();
      datagram !== undefined;
      datagram = bench.datagrams.shift()
    ) {
      const { message, to } = datagram
      const who = friends.find(({ endpoint }) => endpoint.address === to.address)!
      const isWrite = message.kind === 'query' && message.method === 'announce_peer'
      // A fault of this node: no contact has failed.
      if (isWrite && who !== accepting) bench.undeliverable(to, 'ENOBUFS')
      else bench.respond(datagram, who, { token: TOKEN })
    }
  })
  const waits = bench.rounds.map(({ nextAt, startedAt }) => nextAt - startedAt)
  const retries = waits.findIndex((ms) => ms > 25 * 60_000)
  expect(retries).toBe(row.isEnough ? RETRIES : -1)
})

it.each([
  { four: 2, six: 0, isRepeated: false },
  { four: 2, six: 2, isRepeated: false },
  { four: 2, six: 1, isRepeated: true },
  { four: 1, six: 2, isRepeated: true },
])('PUB-8: with $four and $six nodes of k = 2 it is repeated soon: $isRepeated', (row) => {
  const bench = new Bench({ locals: [home, endpoint('2001:db8::1', 3739)], core: { k: 2 } })
  const fours = Array.from({ length: row.four }, () => bench.addMember())
  const sixes = Array.from({ length: row.six }, (_, i) => {
    return bench.addMember(bench.newContact({ endpoint: endpoint(`2001:db8:${i + 1}::1`, 1) }))
  })
  bench.take()
  bench.request({ kind: 'enter', target, port: 1 })
  bench.respondAll([...fours, ...sixes])
  const [round] = bench.rounds
  expect(round).toMatchObject({ complete: true })
  expect(round!.nextAt - round!.startedAt < 25 * 60_000).toBe(row.isRepeated)
})

it('is complete when it is stored in every family with a node', () => {
  const bench = new Bench({ locals: [home, endpoint('2001:db8::1', 3739)] })
  const four = bench.addMember()
  const six = bench.addMember(bench.newContact({ endpoint: endpoint('2001:db8:1::1', 1) }))
  bench.take()
  bench.request({ kind: 'enter', target, port: 1 })
  for (const who of [four, six]) bench.respond(bench.takeLast(who), who, { token: TOKEN })
  bench.respond(bench.takeLast(four), four)
  bench.undeliverable(six.endpoint)
  expect(bench.rounds).toMatchObject([{ accepted: [four], unreachable: [six], complete: false }])
})

it.each([
  { isDeleted: false, sent: 2 },
  { isDeleted: true, sent: 1 },
])('sends a write without a response $sent times; deleted: $isDeleted', (row) => {
  const { bench, friends } = among(1)
  const [friend] = friends as [Contact]
  bench.request({ kind: 'enter', target, port: 1 })
  bench.respond(bench.takeLast(friend), friend, { token: TOKEN })
  if (row.isDeleted) bench.start({ kind: 'delete', target })
  bench.pass(5_000)
  const writes = bench.datagrams.filter(
    ({ message }) => message.kind === 'query' && message.method === 'announce_peer',
  )
  expect(writes).toHaveLength(row.sent)
})

describe('with a slow node among the nearest', () => {
  /** Two respond and are written to; the third is slow. */
  function slow() {
    const { bench, friends } = among(3)
    const [late, ...others] = friends as [Contact, Contact, Contact]
    bench.request({ kind: 'enter', target, port: 1 })
    const question = bench.takeLast(late)
    bench.pass(1_000, ...others)
    return { bench, late, others, question }
  }

  it('reports when the first writes have ended, and once more at the end', () => {
    const { bench, late, others, question } = slow()
    expect(bench.rounds).toMatchObject([{ accepted: others, pending: 1, complete: true }])
    expect(bench.info.announcements[0]).toMatchObject({ publishing: true, last: { pending: 1 } })
    bench.respond(question, late, { token: TOKEN })
    bench.respondAll([late])
    expect(bench.rounds).toHaveLength(2)
    const [first, last] = bench.rounds
    expect(last).toMatchObject({ accepted: [...others, late], pending: 0, complete: true })
    expect(last!.startedAt).toBe(first!.startedAt)
  })

  it.each([
    { answers: true, copies: ['late', 'near'] },
    { answers: false, copies: ['near', 'far'] },
  ])('TRACK-1, SIM-K2: of k = 2 it keeps its place while it may respond: $answers', (row) => {
    const { bench, friends } = among(3, { k: 2 })
    const [late, near, far] = friends as [Contact, Contact, Contact]
    bench.request({ kind: 'enter', target, port: 1 })
    const question = bench.takeLast(late)
    bench.pass(1_000, near, far)
    expect(bench.rounds).toMatchObject([{ accepted: [near], pending: 1 }])
    if (row.answers) bench.respond(question, late, { token: TOKEN })
    else bench.pass(3_000, near, far)
    bench.respondAll(friends)
    const named = { late, near, far }
    const copies = row.copies.map((name) => named[name as keyof typeof named])
    expect(bench.rounds).toHaveLength(2)
    expect(new Set(bench.rounds[1]!.accepted)).toEqual(new Set(copies))
  })

  it('plans no retry for writes that are only pending', () => {
    const { bench } = slow()
    const { republishMs, republishJitterMs } = CORE_DEFAULTS
    const [{ nextAt, startedAt }] = bench.rounds as [RoundReport]
    expect(Math.abs(nextAt - startedAt - republishMs)).toBeLessThanOrEqual(republishJitterMs)
  })

  it('ends without it when its query expires', () => {
    const { bench, others } = slow()
    bench.pass(3_000)
    expect(bench.rounds).toHaveLength(2)
    expect(bench.rounds[1]).toMatchObject({ accepted: others, pending: 0, tally: { failed: 1 } })
  })

  it('waits for it when no other node has responded', () => {
    const { bench, friends } = among(2)
    bench.request({ kind: 'enter', target, port: 1 })
    const question = bench.takeLast(friends[0]!)
    bench.pass(1_000)
    expect(bench.rounds).toEqual([])
    bench.respond(question, friends[0]!, { token: TOKEN })
    bench.respondAll([friends[0]!])
    expect(bench.rounds).toMatchObject([{ accepted: [friends[0]], pending: 1 }])
  })
})

import { compareDistance, idFromBytes } from '@dht/id'
import type { Contact } from '@dht/krpc'
import { expect, it } from 'vitest'
import { Bench, packed, TOKEN } from '../../support/bench.ts'

const target = idFromBytes(new Uint8Array(32).fill(0x55))

/** A node with `count` friends, sorted by their distance to the target. */
function among(count: number, core = {}): { readonly bench: Bench; readonly friends: Contact[] } {
  const bench = new Bench({ core })
  const friends = bench.strangers(count).map((stranger) => bench.friend(stranger))
  // Only two of one /16 of these strangers differ; distances are what counts.
  friends.sort((a, b) => compareDistance(a.id, b.id, target))
  bench.take()
  return { bench, friends }
}

it('TRACK-1: one lookup, then a write to each of the k nearest with its own token', () => {
  const { bench, friends } = among(12)
  bench.wish({ kind: 'enter', target, port: 8080 })
  const writes: Contact[] = []
  while (bench.letters.length > 0) {
    const letter = bench.letters.shift()!
    const who = friends.find(({ endpoint }) => endpoint.address === letter.to.address)!
    const { message } = letter
    if (message.kind === 'query' && message.method === 'announce_peer') {
      expect(message).toMatchObject({ target, port: 8080, token: who.id.slice(0, 8) })
      writes.push(who)
    }
    bench.answer(letter, who, { token: who.id.slice(0, 8) })
  }
  expect(writes).toEqual(friends.slice(0, 8))
  expect(bench.rounds).toHaveLength(1)
  expect(bench.rounds[0]).toMatchObject({ accepted: writes, complete: true, port: 8080 })
})

it('TRACK-6: with fewer than k nodes all of them are written to', () => {
  const { bench, friends } = among(3)
  bench.wish({ kind: 'enter', target, port: 1 })
  bench.accompany(friends)
  expect(bench.rounds[0]).toMatchObject({ accepted: friends, complete: true })
})

it('a network of another k is written to that often', () => {
  const { bench, friends } = among(20, { k: 16 })
  bench.wish({ kind: 'enter', target, port: 1 })
  bench.accompany(friends)
  expect(bench.rounds[0]).toMatchObject({ accepted: friends.slice(0, 16), complete: true })
})

it('PUB-7: reports who accepted, who refused with which code, and who was out of reach', () => {
  const { bench, friends } = among(3)
  const [a, b, c] = friends as [Contact, Contact, Contact]
  bench.wish({ kind: 'enter', target, port: 1 })
  for (const letter of bench.take()) {
    const who = friends.find(({ endpoint }) => endpoint.address === letter.to.address)!
    bench.answer(letter, who, { token: TOKEN })
  }
  bench.answer(bench.takeLast(a), a)
  bench.refuse(bench.takeLast(b), 203)
  bench.undeliverable(c.endpoint)
  expect(bench.rounds[0]).toMatchObject({
    accepted: [a],
    refused: [{ contact: b, code: 203 }],
    unreachable: [c],
    complete: false,
    tally: { asked: 3, answered: 3 },
  })
})

it('writes to no node that gives no token', () => {
  const { bench, friends } = among(2)
  const [full, free] = friends as [Contact, Contact]
  bench.wish({ kind: 'enter', target, port: 1 })
  bench.answer(bench.takeLast(full), full, { nodes: packed(free) })
  bench.accompany(friends)
  expect(bench.rounds[0]).toMatchObject({ accepted: [free], refused: [], unreachable: [] })
})

it.each([
  { refusing: 1, complete: true },
  { refusing: 2, complete: false },
])('PUB-8: with $refusing of 3 nodes that always refuse, complete is $complete', (row) => {
  const { bench, friends } = among(3)
  bench.wish({ kind: 'enter', target, port: 1 })
  for (const letter of bench.take()) {
    const who = friends.find(({ endpoint }) => endpoint.address === letter.to.address)!
    bench.answer(letter, who, { token: TOKEN })
  }
  const refusers = friends.slice(0, row.refusing)
  for (const who of refusers) bench.refuse(bench.takeLast(who), 202)
  for (const who of friends.slice(row.refusing)) bench.answer(bench.takeLast(who), who)
  expect(bench.rounds[0]).toMatchObject({ complete: row.complete })
  expect(bench.rounds[0]!.refused.map(({ contact }) => contact)).toEqual(refusers)
})

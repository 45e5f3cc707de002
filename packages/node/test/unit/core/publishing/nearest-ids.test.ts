// A round starts early when the nodes nearest to an announcement have changed. Reviews of that are
// limited in rate.

import { compareDistance, type Id, idFromBytes } from '@dht/id'
import type { Contact } from '@dht/krpc'
import { expect, it } from 'vitest'
import type { CoreOptions } from '../../../../src/core/config/core-options.ts'
import { Bench, TOKEN } from '../../../support/bench.ts'

const target = idFromBytes(new Uint8Array(32).fill(0x55))
const REVIEW_MS = 300_000
const CORE: CoreOptions = { k: 4, republishJitterMs: 0 }

/** An id that shares that many whole bytes with the target and differs in the next by `last`. */
function near(bytes: number, last: number): Id {
  const id = new Uint8Array(32)
  id.set(target.subarray(0, bytes))
  id[bytes] = (target[bytes] as number) ^ last
  return idFromBytes(id)
}

/** A node that has published at four friends, nearest first. */
function published(): { readonly bench: Bench; readonly friends: Contact[] } {
  const bench = new Bench({ core: CORE })
  const ids = [near(2, 1), near(2, 2), near(2, 4), near(1, 8)]
  const friends = ids.map((id) => bench.addMember(bench.newContact({ id })))
  friends.sort((a, b) => compareDistance(a.id, b.id, target))
  bench.take()
  bench.request({ kind: 'enter', target, port: 80 })
  bench.respondAll(friends)
  expect(bench.rounds).toHaveLength(1)
  return { bench, friends }
}

/** The number of rounds after this time, in which these nodes respond. */
function roundsAfter(bench: Bench, ms: number, responding: readonly Contact[]): number {
  bench.pass(ms, ...responding)
  return bench.rounds.length
}

it('PUB-13: without changes a round starts when it is due, not earlier', () => {
  const { bench, friends } = published()
  expect(roundsAfter(bench, 30 * 60_000 - 1, friends)).toBe(1)
  expect(roundsAfter(bench, 1, friends)).toBe(2)
})

it('PUB-13: a node nearer than the farthest holder starts it earlier, and is written to', () => {
  const { bench, friends } = published()
  const newcomer = bench.addMember(bench.newContact({ id: near(3, 1) }))
  expect(roundsAfter(bench, REVIEW_MS - 1, [...friends, newcomer])).toBe(1)
  expect(roundsAfter(bench, 1, [...friends, newcomer])).toBe(2)
  expect(bench.rounds[1]?.accepted[0]).toEqual(newcomer)
  // It came earlier once.
  expect(roundsAfter(bench, 4 * REVIEW_MS, [...friends, newcomer])).toBe(2)
})

it('PUB-13: a node that is farther than all holders does not', () => {
  const { bench, friends } = published()
  const newcomer = bench.addMember(bench.newContact({ id: near(0, 1) }))
  expect(roundsAfter(bench, 5 * REVIEW_MS, [...friends, newcomer])).toBe(1)
})

it('PUB-13: a bad holder starts it earlier, once', () => {
  const { bench, friends } = published()
  const [dead, ...others] = friends as [Contact, ...Contact[]]
  for (let i = 0; i < 2; i++) {
    bench.request({ kind: 'ping', to: dead.endpoint })
    bench.undeliverable(dead.endpoint)
  }
  const before = bench.now
  bench.passWith(REVIEW_MS, () => {
    bench.respondAll(others, { token: TOKEN })
    bench.take()
  })
  expect(bench.rounds.length).toBeGreaterThanOrEqual(2)
  expect(bench.rounds[1]?.startedAt).toBe(before + REVIEW_MS)
  expect(bench.rounds[1]?.accepted).toEqual(others)
})

// Every short life of a small store: two targets, two publishers, two addresses, lives of two
// steps of time and bounds of one to three, each state held to the naive list.

import { seededRandom } from '@dht/testing'
import { Census, MODEL_TIMEOUT_MS } from '@dht/testing/census'
import { announce, explore, stateBudget, type World } from '@dht/testing/explore'
import { expect, it } from 'vitest'
import { PeerStore, type PeerStoreConfig } from '../../src/index.ts'
import { hexOf, NaiveStore, peerOf, targetOf } from '../support/world.ts'
import { type Both, compare, FLOORS, LIFETIME_MS, passTo, put } from './peer-store.script.ts'

const CONFIG: PeerStoreConfig = {
  lifetimeMs: LIFETIME_MS,
  maxKeys: 2,
  maxPeersPerKey: 2,
  maxPeersPerSource: 2,
  maxPeersPerSourceAndKey: 1,
  maxPeers: 3,
}
/** Two of the first make a whole life; any with the second among them makes more than one. */
const STEPS_MS = [LIFETIME_MS / 2, LIFETIME_MS / 2 + 1]
const PEERS = [peerOf(0), peerOf(1, 18)]
const ENTRIES = [0, 1].flatMap((target) =>
  ['a', 'b'].flatMap((publisher) =>
    PEERS.map((peer) => ({ target: targetOf(target), publisher, peer })),
  ),
)

type Move = readonly ['put' | 'pass', number]

const MOVES: readonly Move[] = [
  ...ENTRIES.map((_, at): Move => ['put', at]),
  ...STEPS_MS.map((_, at): Move => ['pass', at]),
]

function worldOf(census: Census<keyof typeof FLOORS>): World<Move> {
  const naive = new NaiveStore(CONFIG)
  const both: Both = { naive, census, now: 0, latest: 0 }
  const store = new PeerStore(seededRandom(7), CONFIG)
  return {
    moves: () => MOVES,
    make: ([kind, at]) => {
      if (kind === 'put') put(ENTRIES[at]!, both, store)
      else passTo(both.now + STEPS_MS[at]!, both, store)
    },
    key: () => {
      compare(both, store)
      return naive
        .live(both.now)
        .map((one) => [hexOf(one.target), one.publisher, hexOf(one.peer), both.now - one.stampedAt])
        .join()
    },
  }
}

it('STORE-51, STORE-52, STORE-55: in every state that is reached the store is its model', {
  timeout: MODEL_TIMEOUT_MS,
}, () => {
  const unused = new Census('peer-store', FLOORS)
  const maxStates = stateBudget(1000)
  const seen = explore(() => worldOf(unused), { maxStates })
  announce('peer store', seen)
  const census = new Census('peer-store-explored', { states: 1, moves: 1, depth: 1 })
  for (const each of ['states', 'moves', 'depth'] as const) census.count(each, seen[each])
  expect(census.close()).toEqual([])
  expect(seen.isComplete || seen.states === maxStates).toBe(true)
})

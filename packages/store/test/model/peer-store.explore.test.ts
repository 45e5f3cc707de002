// All short histories of small stores: a few targets, announcers and addresses, lifetimes of two
// time steps and bounds of one to four. Every state is compared with the model.

import { seededRandom } from '@dht/testing'
import { Census, MODEL_TIMEOUT_MS } from '@dht/testing/census'
import { announce, explore, stateBudget, type World } from '@dht/testing/explore'
import { describe, expect, it } from 'vitest'
import { PeerStore, type PeerStoreConfig, type StoredPeer } from '../../src/index.ts'
import { countsOf, storeViolations } from '../support/store-laws.ts'
import { addressOf, hexOf, NaiveStore, peerOf, type Truth, targetOf } from '../support/world.ts'
import { FLOORS } from './peer-store.cases.ts'
import { LIFETIME_MS } from './peer-store.configs.ts'
import { type Both, compare, passTo, put, SMALL } from './peer-store.script.ts'

interface Tiny {
  readonly config: PeerStoreConfig
  readonly targets: number
  readonly ports: readonly number[]
  /** Most states that the suite visits. */
  readonly states: number
  readonly isSmall: boolean
}

const WORLDS: Readonly<Record<string, Tiny>> = {
  'two targets, two ports, two addresses': {
    config: {
      lifetimeMs: LIFETIME_MS,
      maxKeys: 2,
      maxPeersPerKey: 2,
      maxPeersPerSource: 2,
      maxPeersPerSourceAndKey: 1,
      maxPeers: 3,
      subnetShare: 1,
    },
    targets: 2,
    ports: [1, 2],
    states: 1_000,
    isSmall: true,
  },
  'three targets, three ports, two addresses': {
    config: {
      lifetimeMs: LIFETIME_MS,
      maxKeys: 2,
      maxPeersPerKey: 3,
      maxPeersPerSource: 3,
      maxPeersPerSourceAndKey: 2,
      maxPeers: 4,
      subnetShare: 1,
    },
    targets: 3,
    ports: [1, 2, 3],
    states: 100,
    isSmall: false,
  },
}
/** Two of the first are one lifetime; any sum with the second is more than one. */
const STEPS_MS = [LIFETIME_MS / 2, LIFETIME_MS / 2 + 1]
const PEERS = [peerOf(0), peerOf(1, 18)]

function entriesOf({ targets, ports }: Tiny): StoredPeer[] {
  return Array.from({ length: targets }, (_, value) => targetOf(value)).flatMap((target) =>
    ports.flatMap((sourcePort) => PEERS.map((peer) => ({ target, sourcePort, peer }))),
  )
}

type Move = readonly ['put' | 'withdraw' | 'pass', number]

function worldOf(tiny: Tiny, census: Census<keyof typeof FLOORS>): World<Move> {
  const entries = entriesOf(tiny)
  const moves: readonly Move[] = [
    ...entries.map((_, at): Move => ['put', at]),
    ...entries.map((_, at): Move => ['withdraw', at]),
    ...STEPS_MS.map((_, at): Move => ['pass', at]),
  ]
  const naive = new NaiveStore(tiny.config)
  const both: Both = { naive, census, now: 0, latest: 0, scene: SMALL }
  const store = new PeerStore(seededRandom(7), tiny.config)
  return {
    moves: () => moves,
    make: ([kind, at]) => {
      if (kind === 'put') put(entries[at]!, both, store)
      else if (kind === 'withdraw') withdraw(entries[at]!, both, store)
      else passTo(both.now + STEPS_MS[at]!, both, store)
    },
    key: () => {
      compare(both, store)
      const state = store.snapshot(both.now)
      const found = storeViolations(state, tiny.config, countsOf(store))
      if (found.length > 0) throw new Error(found.join('; '))
      return keyOf(naive.live(both.now), both.now)
    },
  }
}

function withdraw(
  { target, peer, sourcePort }: StoredPeer,
  { naive, now }: Both,
  store: PeerStore,
) {
  const sender = { target, address: addressOf(peer), sourcePort }
  expect(store.withdraw(sender, now)).toBe(naive.withdraw(sender, now))
}

/**
 * What is live, with its age, in order. Targets and ports are numbered as they appear, because
 * which of them it is makes no difference.
 */
function keyOf(live: readonly Truth[], now: number): string {
  const targets = [...new Set(live.map(({ target }) => hexOf(target)))]
  const ports = [...new Set(live.map(({ sourcePort }) => sourcePort))]
  return live
    .map(({ target, sourcePort, peer, stampedAt, othersAt }) =>
      [
        targets.indexOf(hexOf(target)),
        ports.indexOf(sourcePort),
        // Ages above a lifetime are equivalent.
        ...[hexOf(peer), now - stampedAt, Math.min(now - othersAt, LIFETIME_MS + 1)],
      ].join(' '),
    )
    .join()
}

describe('STORE-51, STORE-52, STORE-55: in every state the store equals its model', () => {
  it.each(Object.entries(WORLDS))('%s', { timeout: MODEL_TIMEOUT_MS }, (name, tiny) => {
    const unused = new Census('peer-store', FLOORS)
    const maxStates = stateBudget(tiny.states)
    const seen = explore(() => worldOf(tiny, unused), { maxStates })
    announce(`peer store, ${name}`, seen)
    expect(seen.isComplete || seen.states === maxStates).toBe(true)
    expect(seen.states).toBeGreaterThanOrEqual(Math.min(maxStates, tiny.isSmall ? 400 : 100))
    expect(seen.moves).toBeGreaterThan(seen.states)
  })
})

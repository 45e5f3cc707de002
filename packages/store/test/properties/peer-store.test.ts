// The peer store compared with a list, in a world of four targets, four ports and six addresses
// where every bound is reached within a few steps. The clock jumps over lifetimes, and sometimes
// backwards.

import { seededRandom, timeAdvance } from '@dht/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  PeerStore,
  type PeerStoreConfig,
  type StoredPeer,
  type Withdrawal,
} from '../../src/index.ts'
import {
  addressOf,
  HOUR_MS,
  hexOf,
  NaiveStore,
  neighbourOf,
  peerOf,
  shareOf,
  sourceOf,
  targetOf,
} from '../support/world.ts'

const TARGETS = [0, 1, 128, 255].map(targetOf)
const PORTS = [0, 1, 256, 65_535]
/** Hosts 0 and 2 are in one IPv6 /64. */
const peerAt = (host: number, size: number, port?: number): Uint8Array =>
  size === 18 && host === 2 ? neighbourOf(peerOf(0, size, port)) : peerOf(host, size, port)
const ADDRESSES = [6, 18].flatMap((size) => [0, 1, 2].map((host) => addressOf(peerAt(host, size))))
const SMALL: PeerStoreConfig = {
  lifetimeMs: HOUR_MS,
  maxKeys: 3,
  maxPeersPerKey: 3,
  maxPeersPerSource: 3,
  maxPeersPerSourceAndKey: 2,
  maxPeers: 7,
  subnetShare: 1,
}
const WIDE: PeerStoreConfig = {
  ...SMALL,
  maxKeys: 99,
  maxPeersPerKey: 99,
  maxPeersPerSource: 99,
  maxPeersPerSourceAndKey: 99,
  maxPeers: 99,
  subnetShare: 1,
}

type Step =
  | { readonly kind: 'put'; readonly entry: StoredPeer }
  | { readonly kind: 'withdraw'; readonly sender: Withdrawal }
  | { readonly kind: 'sample'; readonly count: number }
  | { readonly kind: 'advance'; readonly byMs: number }

const entry: fc.Arbitrary<StoredPeer> = fc.record({
  target: fc.constantFrom(...TARGETS),
  sourcePort: fc.constantFrom(...PORTS),
  peer: fc
    .tuple(fc.nat({ max: 2 }), fc.constantFrom(6, 6, 18), fc.constantFrom(1, 0xeeee))
    .map(([host, size, port]) => peerAt(host, size, port)),
  seed: fc.boolean(),
})
const sender: fc.Arbitrary<Withdrawal> = fc.record({
  target: fc.constantFrom(...TARGETS),
  address: fc.constantFrom(...ADDRESSES),
  sourcePort: fc.constantFrom(...PORTS),
})
const onTheEdge = fc.constantFrom(HOUR_MS - 1, HOUR_MS, HOUR_MS + 1, -1, -HOUR_MS)
const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: entry.map((given): Step => ({ kind: 'put', entry: given })), weight: 10 },
  { arbitrary: sender.map((given): Step => ({ kind: 'withdraw', sender: given })), weight: 2 },
  { arbitrary: fc.nat({ max: 4 }).map((count): Step => ({ kind: 'sample', count })), weight: 2 },
  {
    arbitrary: fc.oneof(timeAdvance(), onTheEdge).map((byMs): Step => ({ kind: 'advance', byMs })),
    weight: 3,
  },
)
const script = fc.array(step, { maxLength: 60, size: 'max' })

/**
 * Scripts in which the clock is not set back: after that, two stores that were given different
 * instants may differ.
 */
const forwardScript = script.map((steps) =>
  steps.filter((one) => one.kind !== 'advance' || one.byMs >= 0),
)

const storeOf = (config: PeerStoreConfig): PeerStore => new PeerStore(seededRandom(7), config)
const sorted = (peers: readonly Uint8Array[]): string[] => peers.map(hexOf).sort()

/** Runs a script; `visit` sees the result and the instant of every step. */
function play(
  store: PeerStore,
  steps: readonly Step[],
  visit: (answer: unknown, now: number) => void,
): void {
  let now = 0
  for (const each of steps) {
    if (each.kind === 'advance') now += each.byMs
    if (each.kind === 'put') visit(store.put(each.entry, now), now)
    if (each.kind === 'withdraw') visit(store.withdraw(each.sender, now), now)
    if (each.kind !== 'sample') continue
    for (const target of TARGETS) store.sample({ target, count: each.count, size: 6 }, now)
  }
}

/** All queries about free room. */
const QUERIES = TARGETS.flatMap((target) => ADDRESSES.map((address) => ({ target, address })))

/** All results except those about free room, which are many. */
function answers(store: PeerStore, now: number): unknown {
  return {
    peers: TARGETS.map((target) => sorted(store.peers(target, now))),
    sizes: [store.size, store.keys, store.sources],
    next: store.nextExpiryAt(),
  }
}

function agree(store: PeerStore, naive: NaiveStore, now: number): void {
  const live = naive.live(now)
  const at = (target: Uint8Array) => live.filter((one) => hexOf(one.target) === hexOf(target))
  const oldest = live[0]?.stampedAt
  expect(answers(store, now)).toEqual({
    peers: TARGETS.map((target) => sorted(at(target).map(({ peer }) => peer))),
    sizes: [
      live.length,
      new Set(live.map(({ target }) => hexOf(target))).size,
      new Set(live.map(({ peer }) => hexOf(sourceOf(peer)))).size,
    ],
    next: oldest === undefined ? undefined : oldest + HOUR_MS + 1,
  })
}

describe('compared with a list', () => {
  it('STORE-2, STORE-3, STORE-51, STORE-52, STORE-59: every change and every result agree', () => {
    fc.assert(
      fc.property(script, (steps) => {
        const store = storeOf(SMALL)
        const naive = new NaiveStore(SMALL)
        let now = 0
        for (const each of steps) {
          if (each.kind === 'advance') now += each.byMs
          if (each.kind === 'put') {
            expect(store.put(each.entry, now)).toEqual(naive.put(each.entry, now))
          }
          if (each.kind === 'withdraw') {
            expect(store.withdraw(each.sender, now)).toBe(naive.withdraw(each.sender, now))
          }
          agree(store, naive, now)
        }
        expect(QUERIES.map((query) => store.boundReached(query, now))).toEqual(
          QUERIES.map((query) => naive.boundReached(query, now)),
        )
      }),
    )
  })

  it('STORE-4, STORE-55: the snapshot lists the live peers in order of their stamps', () => {
    fc.assert(
      fc.property(script, (steps) => {
        const store = storeOf(SMALL)
        const naive = new NaiveStore(SMALL)
        let now = 0
        for (const each of steps) {
          if (each.kind === 'advance') now += each.byMs
          if (each.kind === 'put') store.put(each.entry, now)
          if (each.kind === 'put') naive.put(each.entry, now)
          if (each.kind === 'withdraw') store.withdraw(each.sender, now)
          if (each.kind === 'withdraw') naive.withdraw(each.sender, now)
        }
        expect(store.snapshot(now).peers).toEqual(
          naive.live(now).map((one) => ({
            ...one,
            target: Uint8Array.from(one.target),
            address: addressOf(one.peer),
          })),
        )
      }),
    )
  })

  it('RAND-1: a sample of no peers is empty, a sample of 1 is one of the peers', () => {
    fc.assert(
      fc.property(script, (steps) => {
        const store = storeOf(SMALL)
        let now = 0
        play(store, steps, (_, at) => {
          now = at
        })
        for (const target of TARGETS) {
          const held = sorted(store.peers(target, now).filter(({ length }) => length === 6))
          const drawn = sorted(store.sample({ target, count: 1, size: 6 }, now))
          expect(drawn).toEqual(held.filter((peer) => peer === drawn[0]).slice(0, 1))
          expect(drawn).toHaveLength(Math.min(1, held.length))
        }
      }),
    )
  })

  it('STORE-57: a sample is a part of the list, of one size, without repetition', () => {
    fc.assert(
      fc.property(script, fc.nat({ max: 5 }), fc.constantFrom(6, 18), (steps, count, size) => {
        const store = storeOf(SMALL)
        let now = 0
        play(store, steps, (_, at) => {
          now = at
        })
        for (const target of TARGETS) {
          const held = sorted(store.peers(target, now).filter(({ length }) => length === size))
          const drawn = sorted(store.sample({ target, count, size }, now))
          expect(drawn).toHaveLength(Math.min(count, held.length))
          for (const peer of drawn) expect(held.splice(held.indexOf(peer), 1)).toEqual([peer])
          expect(sorted(store.sample({ target, count: 99, size }, now))).toEqual(
            sorted(store.peers(target, now).filter(({ length }) => length === size)),
          )
        }
      }),
    )
  })
})

describe('laws', () => {
  it('boundReached tells what put will return for a new peer, and changes nothing', () => {
    fc.assert(
      fc.property(script, (steps) => {
        const asked = storeOf(SMALL)
        const unasked = storeOf(SMALL)
        let now = 0
        for (const each of steps) {
          if (each.kind === 'advance') now += each.byMs
          if (each.kind !== 'put') continue
          const { target, peer } = each.entry
          const address = addressOf(peer)
          const reason = asked.boundReached({ target, address }, now)
          const held = asked.peers(target, now)
          const outcome = asked.put(each.entry, now)
          const isHolder = held.some((one) => hexOf(addressOf(one)) === hexOf(address))
          if (!isHolder) {
            expect(outcome).toEqual(
              reason === undefined ? { kind: 'added' } : { kind: 'refused', reason },
            )
          }
          if (isHolder) expect(reason).toBeUndefined()
          expect(outcome).toEqual(unasked.put(each.entry, now))
        }
      }),
    )
  })

  it('BUG-25: the bounds hold after every step', () => {
    fc.assert(
      fc.property(script, (steps) => {
        const store = storeOf(SMALL)
        play(store, steps, (_, now) => {
          const { peers } = store.snapshot(now)
          const most = (by: (entry: (typeof peers)[number]) => string): number => {
            const names = peers.map(by)
            const count = (name: string) => names.filter((other) => other === name).length
            return Math.max(0, ...names.map(count))
          }
          expect(peers.length).toBeLessThanOrEqual(SMALL.maxPeers)
          expect(most(({ target }) => hexOf(target))).toBeLessThanOrEqual(SMALL.maxPeersPerKey)
          const ofSources = most(({ peer }) => hexOf(sourceOf(peer)))
          expect(ofSources).toBeLessThanOrEqual(SMALL.maxPeersPerSource)
          expect(most(({ target, peer }) => hexOf(target) + hexOf(peer))).toBeLessThanOrEqual(1)
          expect(store.keys).toBeLessThanOrEqual(SMALL.maxKeys)
        })
      }),
    )
  })

  it('STORE-50: sweeping more often, or never, changes no result', () => {
    fc.assert(
      fc.property(forwardScript, (steps) => {
        const lazy = storeOf(SMALL)
        const eager = storeOf(SMALL)
        const seen: unknown[] = []
        play(lazy, steps, (answer, now) => seen.push(answer, now))
        let now = 0
        const swept: unknown[] = []
        for (const each of steps) {
          if (each.kind === 'advance') now += each.byMs
          if (each.kind === 'put') swept.push(eager.put(each.entry, now), now)
          if (each.kind === 'withdraw') swept.push(eager.withdraw(each.sender, now), now)
          eager.expire(now)
        }
        expect(swept).toEqual(seen)
        expect(answers(eager, now)).toEqual(answers(lazy, now))
        const room = (store: PeerStore) => QUERIES.map((query) => store.boundReached(query, now))
        expect(room(eager)).toEqual(room(lazy))
      }),
    )
  })

  it('STORE-52, STORE-53: a put removes at most a peer of a larger subnet at a full target', () => {
    fc.assert(
      fc.property(script, entry, (steps, last) => {
        const store = storeOf(SMALL)
        let now = 0
        play(store, steps, (_, at) => {
          now = at
        })
        const before = store.snapshot(now).peers
        const outcome = store.put(last, now)
        const nameOf = (one: { readonly target: Uint8Array; readonly peer: Uint8Array }) =>
          `${hexOf(one.target)} ${hexOf(one.peer)}`
        const after = new Set(store.snapshot(now).peers.map(nameOf))
        const removed = before.filter((one) => !after.has(nameOf(one)))
        expect(removed.length).toBeLessThanOrEqual(outcome.kind === 'added' ? 1 : 0)
        for (const { target, peer } of removed) {
          expect(hexOf(target)).toBe(hexOf(last.target))
          const there = before.filter((one) => hexOf(one.target) === hexOf(target))
          const inSubnet = (like: Uint8Array) =>
            there.filter((one) => shareOf(one.peer) === shareOf(like)).length
          expect(there).toHaveLength(SMALL.maxPeersPerKey)
          expect(inSubnet(peer)).toBeGreaterThanOrEqual(inSubnet(last.peer) + 2)
        }
      }),
    )
  })

  it('STORE-56: targets below their bounds do not affect each other', () => {
    fc.assert(
      fc.property(forwardScript, fc.constantFrom(...TARGETS), (steps, kept) => {
        const all = storeOf(WIDE)
        const alone = storeOf(WIDE)
        play(all, steps, () => {})
        play(
          alone,
          steps.filter(
            (one) =>
              (one.kind !== 'put' || hexOf(one.entry.target) === hexOf(kept)) &&
              (one.kind !== 'withdraw' || hexOf(one.sender.target) === hexOf(kept)),
          ),
          () => {},
        )
        const end = steps.reduce((now, one) => now + (one.kind === 'advance' ? one.byMs : 0), 0)
        expect(sorted(all.peers(kept, end))).toEqual(sorted(alone.peers(kept, end)))
      }),
    )
  })

  it('STORE-1: a new store has no expiry; after the first put it is that of the peer', () => {
    fc.assert(
      fc.property(entry, fc.integer({ min: -HOUR_MS, max: HOUR_MS }), (first, now) => {
        const store = storeOf(SMALL)
        expect([store.nextExpiryAt(), store.expire(now), store.size]).toEqual([undefined, 0, 0])
        store.put(first, now)
        expect(store.nextExpiryAt()).toBe(now + HOUR_MS + 1)
      }),
    )
  })

  it('TIME-50: the order of puts at one instant decides only the order of the peers', () => {
    const entries = fc.array(entry, { maxLength: 20, size: 'max' })
    const ofOne = ({ target, peer }: StoredPeer) => `${hexOf(target)} ${hexOf(peer)}`
    fc.assert(
      fc.property(entries, fc.nat({ max: 99 }), (drawn, turn) => {
        // A second put of a peer renews it, so each is put once.
        const all = [...new Map(drawn.map((one) => [ofOne(one), one])).values()]
        const turned = [...all.slice(turn % 7), ...all.slice(0, turn % 7).reverse()]
        const [one, other] = [all, turned].map((sequence) => {
          const store = storeOf(WIDE)
          for (const each of sequence) expect(store.put(each, 5)).toEqual({ kind: 'added' })
          return answers(store, 5)
        })
        expect(other).toEqual(one)
      }),
    )
  })

  it('STORE-6: a sweep at nextExpiryAt always removes a peer, until none is left', () => {
    fc.assert(
      fc.property(script, (steps) => {
        const store = storeOf(SMALL)
        play(store, steps, () => {})
        for (let at = store.nextExpiryAt(); at !== undefined; at = store.nextExpiryAt()) {
          const before = store.size
          expect(store.expire(at - 1)).toBe(0)
          expect(store.expire(at)).toBeGreaterThan(0)
          expect(store.size).toBeLessThan(before)
        }
        expect(store.size).toBe(0)
      }),
    )
  })
})

// Scripts of commands for the peer store and the naive list of `../support/world.ts`, in a world of
// a few targets, publishers and addresses where every bound is near. What a command aims at (an
// entry that is held, the end of a life) is looked up in the list when it runs. After every command
// everything that the store shows is compared.

import type { Id } from '@dht/id'
import type { Census } from '@dht/testing/census'
import fc from 'fast-check'
import { expect } from 'vitest'
import type { PeerEntry, PeerStore, PeerStoreConfig, PutOutcome } from '../../src/index.ts'
import { addressOf, hexOf, type NaiveStore, peerOf, targetOf } from '../support/world.ts'

export const LIFETIME_MS = 100

/** Each bound is the first to be reached in some script. */
export const anyConfig: fc.Arbitrary<PeerStoreConfig> = fc.record({
  lifetimeMs: fc.constant(LIFETIME_MS),
  maxKeys: fc.constantFrom(9, 2),
  maxPeersPerKey: fc.constantFrom(9, 2),
  maxPeersPerSource: fc.constantFrom(9, 2),
  maxPeersPerSourceAndKey: fc.constantFrom(9, 1),
  maxPeers: fc.constantFrom(9, 4),
})

/** Ids and spans of real size; the bounds are as near as a naive list can follow. */
export const anyRealConfig: fc.Arbitrary<PeerStoreConfig> = fc.record({
  lifetimeMs: fc.constant(3_600_000),
  maxKeys: fc.constantFrom(50, 4),
  maxPeersPerKey: fc.constantFrom(50, 8),
  maxPeersPerSource: fc.constantFrom(50, 6),
  maxPeersPerSourceAndKey: fc.constantFrom(50, 2),
  maxPeers: fc.constantFrom(50, 20),
})

export const FLOORS = {
  added: 300,
  renewed: 100,
  'replaced at the same address': 20,
  'replaced by another address': 30,
  'refused: maxPeers': 30,
  'refused: maxKeys': 20,
  'refused: maxPeersPerKey': 20,
  'refused: maxPeersPerSource': 20,
  'refused: maxPeersPerSourceAndKey': 20,
  'refused its own move': 10,
  IPv4: 100,
  IPv6: 50,
  'room for': 50,
  'no room for': 50,
  'sample of none': 20,
  'sample of some': 10,
  'sample of all': 20,
  'at the last moment of a life': 20,
  'the moment before': 20,
  'the moment after': 20,
  'several lives end at once': 10,
  'all lives end': 10,
  'time does not end a life': 50,
  'clock set back': 10,
  'put under a clock set back': 20,
  'slept through many lives': 10,
} as const

type Case = keyof typeof FLOORS

/** Who and what there is. */
export interface Scene {
  readonly targets: readonly Id[]
  readonly publishers: readonly string[]
  readonly peers: readonly Uint8Array[]
}

export interface Both {
  readonly naive: NaiveStore
  readonly scene: Scene
  readonly census: Census<Case>
  now: number
  latest: number
}

type Command = fc.Command<Both, PeerStore>

export const SMALL: Scene = {
  targets: [0, 1, 255].map(targetOf),
  publishers: ['a', 'b', 'c', 'é'],
  peers: [6, 18].flatMap((size) =>
    [0, 1].flatMap((host) => [1, 2].map((port) => peerOf(host, size, port))),
  ),
}

const pick = <T>(from: readonly T[], selector: number): T => from[selector % from.length]!

interface Line {
  readonly target: Uint8Array
  readonly peer: Uint8Array
  readonly publisher: string
  readonly stampedAt: number
}

/** Entries as text, publishers by the order in which they appear: fingerprints are no names. */
function textOf(entries: readonly Line[]): string {
  const publishers = [...new Set(entries.map(({ publisher }) => publisher))]
  return entries
    .map(({ target, peer, publisher, stampedAt }) =>
      [hexOf(target), hexOf(peer), publishers.indexOf(publisher), stampedAt].join(' '),
    )
    .join('\n')
}

/** States are compared by the thousand, and `expect` takes its time. */
function same(seen: unknown, expected: unknown): void {
  if (!Object.is(seen, expected)) expect(seen).toEqual(expected)
}

/** Everything that can be seen of the store is as the list has it. */
export function compare({ naive, now }: Both, store: PeerStore): void {
  const live = naive.live(now)
  const { entries } = store.snapshot(now)
  same(textOf(entries), textOf(live))
  same(entries.map(({ address }) => hexOf(address)).join(), live.map(addressHexOf).join())
  const oldest = live[0]
  same(store.size, live.length)
  same(store.keys, new Set(live.map(({ target }) => hexOf(target))).size)
  same(store.sources, new Set(live.map(addressHexOf)).size)
  same(store.nextExpiryAt(), oldest && oldest.stampedAt + naive.lifetimeMs + 1)
}

const addressHexOf = ({ peer }: { readonly peer: Uint8Array }) => hexOf(addressOf(peer))

function command(name: string, run: (both: Both, store: PeerStore) => void): Command {
  return {
    check: () => true,
    run: (both, store) => {
      both.latest = Math.max(both.latest, both.now)
      run(both, store)
      compare(both, store)
    },
    toString: () => name,
  }
}

interface Choice {
  readonly target: number
  readonly publisher: number
  readonly peer: number
  /** Of an entry that is held: nothing (0), its owner (1), its peer too (2). */
  readonly like: number
}

const choice: fc.Arbitrary<Choice> = fc.record({
  // Mostly one target, so that it has several peers.
  target: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat({ max: 11 })),
  publisher: fc.nat({ max: 23 }),
  peer: fc.nat({ max: 23 }),
  like: fc.constantFrom(0, 0, 0, 0, 1, 2),
})

function entryOf(chosen: Choice, { naive, now, scene }: Both): PeerEntry {
  const { target, publisher, peer, like } = chosen
  const live = naive.live(now)
  const held = like > 0 ? live[(target + publisher + peer) % live.length] : undefined
  return {
    target: held?.target ?? pick(scene.targets, target),
    publisher: held?.publisher ?? pick(scene.publishers, publisher),
    peer: (like === 2 ? held?.peer : undefined) ?? pick(scene.peers, peer),
  }
}

function caseOf(outcome: PutOutcome, { peer }: PeerEntry): Case {
  if (outcome.kind === 'refused') return `refused: ${outcome.reason}`
  if (outcome.kind !== 'replaced') return outcome.kind
  const isSame = hexOf(addressOf(outcome.previous)) === hexOf(addressOf(peer))
  return isSame ? 'replaced at the same address' : 'replaced by another address'
}

const outcomeOf = (outcome: PutOutcome): string =>
  [outcome.kind, 'reason' in outcome && outcome.reason, previousOf(outcome)].join(' ')

const previousOf = (outcome: PutOutcome): string =>
  'previous' in outcome ? hexOf(outcome.previous) : ''

export function put(entry: PeerEntry, both: Both, store: PeerStore): void {
  const { naive, now, latest, census } = both
  const owns = naive
    .live(now)
    .some(({ target, publisher }) => target === entry.target && publisher === entry.publisher)
  const expected = naive.put(entry, now)
  same(outcomeOf(store.put(entry, now)), outcomeOf(expected))
  census.count(caseOf(expected, entry))
  census.count(entry.peer.length === 6 ? 'IPv4' : 'IPv6')
  if (owns && expected.kind === 'refused') census.count('refused its own move')
  if (now < latest) census.count('put under a clock set back')
}

const putCommand = choice.map((chosen) =>
  command(`put(${Object.values(chosen)})`, (both, store) => {
    put(entryOf(chosen, both), both, store)
  }),
)

const askRoom = choice.map((chosen) =>
  command(`hasRoom(${Object.values(chosen)})`, (both, store) => {
    const { target, publisher, peer } = entryOf(chosen, both)
    const query = { target, publisher, address: addressOf(peer) }
    const expected = both.naive.refusal(query, both.now) === undefined
    same(store.hasRoom(query, both.now), expected)
    both.census.count(expected ? 'room for' : 'no room for')
  }),
)

/** A part of what is held, no entry twice, and a copy: what its taker writes changes nothing. */
const sample = fc
  .record({ which: fc.nat(), isAimed: fc.boolean(), count: fc.constantFrom(1, 2, 4, 0) })
  .map(({ which, isAimed, count }) =>
    command(`sample(${which}, ${isAimed}, ${count})`, ({ naive, now, census, scene }, store) => {
      const live = naive.live(now)
      const like = isAimed ? live[which % live.length] : undefined
      const target = like?.target ?? pick(scene.targets, which)
      const size = like?.peer.length ?? 6
      const held = live
        .filter((one) => one.target === target && one.peer.length === size)
        .map(({ peer }) => hexOf(peer))
      const drawn = store.sample({ target, count, size }, now)
      expect(drawn).toHaveLength(Math.min(count, held.length))
      for (const peer of drawn) {
        const at = held.indexOf(hexOf(peer))
        expect(at).toBeGreaterThanOrEqual(0)
        held.splice(at, 1)
        peer.fill(0)
      }
      if (drawn.length === 0) census.count('sample of none')
      else census.count(held.length > 0 ? 'sample of some' : 'sample of all')
    }),
  )

const list = fc.nat({ max: 11 }).map((which) =>
  command(`peers(${which})`, ({ naive, now, scene }, store) => {
    const target = pick(scene.targets, which)
    const held = naive.live(now).filter((one) => one.target === target)
    const seen = store.peers(target, now)
    expect(seen.map(hexOf).sort()).toEqual(held.map(({ peer }) => hexOf(peer)).sort())
  }),
)

/** Lets time pass to `now` and sweeps. */
export function passTo(now: number, both: Both, store: PeerStore): void {
  const before = both.naive.live(both.now).length
  if (now < both.now) both.census.count('clock set back')
  both.now = now
  both.latest = Math.max(both.latest, now)
  const after = both.naive.live(now).length
  same(store.expire(now), before - after)
  if (before > 0 && after === before) both.census.count('time does not end a life')
  if (before - after > 1) both.census.count('several lives end at once')
  if (before > 1 && after === 0) both.census.count('all lives end')
}

const atTheEnd = fc.constantFrom(1, 0, -1).map((off) =>
  command(`atTheEnd(${off})`, (both, store) => {
    const [oldest] = both.naive.live(both.now)
    if (oldest === undefined) return
    const names = {
      '-1': 'the moment before',
      0: 'at the last moment of a life',
      1: 'the moment after',
    } as const
    both.census.count(names[off as 0])
    const { length } = both.naive.live(both.now)
    passTo(oldest.stampedAt + both.naive.lifetimeMs + off, both, store)
    expect(store.size < length).toBe(off === 1)
  }),
)

const pass = fc
  .oneof({ weight: 5, arbitrary: fc.nat(20) }, fc.integer({ min: -150, max: 250 }))
  .map((percent) =>
    command(`pass(${percent})`, (both, store) => {
      passTo(both.now + (percent * both.naive.lifetimeMs) / 100, both, store)
    }),
  )

/** The clock jumps over a whole life: nothing is served, though nobody has swept yet. */
const suspend = fc.nat({ max: 300 }).map((ms) =>
  command(`suspend(${ms})`, (both, store) => {
    const { naive, scene, census } = both
    if (naive.live(both.now).length > 1) census.count('slept through many lives')
    both.now = Math.max(both.now, both.latest) + naive.lifetimeMs + 1 + ms
    for (const target of scene.targets) {
      same(store.sample({ target, count: 99, size: 6 }, both.now).length, 0)
      same(store.peers(target, both.now).length, 0)
    }
    store.expire(both.now)
    same(store.size, 0)
    both.latest = both.now
  }),
)

/** Many publishers at once, all at one target or from one address: bounds that are wide are met. */
const crowd = fc
  .record({ chosen: choice, count: fc.integer({ min: 2, max: 12 }), isOneHost: fc.boolean() })
  .map(({ chosen, count, isOneHost }) =>
    command(`crowd(${Object.values(chosen)}, ${count}, ${isOneHost})`, (both, store) => {
      for (let n = 0; n < count; n++) {
        const { target, publisher, peer } = chosen
        const at = isOneHost ? target + n : target
        const from = isOneHost ? peer : peer + n
        const one = { target: at, publisher: publisher + n, peer: from, like: 0 }
        put(entryOf(one, both), both, store)
      }
    }),
  )

export const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 12, arbitrary: putCommand },
  { weight: 2, arbitrary: askRoom },
  { weight: 2, arbitrary: sample },
  { weight: 1, arbitrary: list },
  { weight: 1, arbitrary: atTheEnd },
  { weight: 2, arbitrary: pass },
  { weight: 1, arbitrary: fc.oneof(suspend, crowd, crowd, crowd) },
)

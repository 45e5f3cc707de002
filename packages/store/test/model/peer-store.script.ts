// Scripts of commands for the peer store and its model (a list, `../support/world.ts`), in a world
// of a few targets, ports and addresses where every bound is near. What a command refers to (a
// stored peer, the end of a lifetime) is read from the model when it runs. After every command
// everything visible of the store is compared.

import type { Id } from '@dht/id'
import type { Census } from '@dht/testing/census'
import fc from 'fast-check'
import { expect } from 'vitest'
import type { PeerStore, PutOutcome, StoredPeer } from '../../src/index.ts'
import {
  addressOf,
  hexOf,
  type NaiveStore,
  neighbourOf,
  peerOf,
  sourceOf,
  type Truth,
  targetOf,
} from '../support/world.ts'
import type { FLOORS } from './peer-store.cases.ts'

type Case = keyof typeof FLOORS

/** The senders and targets of this world. */
export interface Scene {
  readonly targets: readonly Id[]
  /** UDP ports of the senders. */
  readonly ports: readonly number[]
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
  ports: [1, 256, 0xffff],
  peers: [
    ...[6, 18].flatMap((size) =>
      [0, 1].flatMap((host) => [1, 2].map((port) => peerOf(host, size, port))),
    ),
    ...[1, 2].map((port) => neighbourOf(peerOf(0, 18, port))),
    // Two addresses of one IPv4 /24.
    ...[1, 2].map((host) => peerOf(0x2d010100 + host)),
  ],
}

const pick = <T>(from: readonly T[], selector: number): T => from[selector % from.length]!

type Line = StoredPeer & Pick<Truth, 'seed' | 'stampedAt' | 'othersAt'>

function textOf(
  entries: readonly (Omit<Line, 'target'> & { readonly target: Uint8Array })[],
): string {
  return entries
    .map(({ target, peer, seed, sourcePort, stampedAt, othersAt }) =>
      [hexOf(target), hexOf(peer), seed, sourcePort, stampedAt, othersAt].join(' '),
    )
    .join('\n')
}

/** Faster than `expect`: thousands of states are compared. */
function same(seen: unknown, expected: unknown): void {
  if (!Object.is(seen, expected)) expect(seen).toEqual(expected)
}

/** Compares everything that is visible of the store with the model. */
export function compare({ naive, now }: Both, store: PeerStore): void {
  const live = naive.live(now)
  const { peers } = store.snapshot(now)
  same(textOf(peers), textOf(live))
  same(peers.map(({ address }) => hexOf(address)).join(), live.map(addressHexOf).join())
  const oldest = live[0]
  same(store.size, live.length)
  same(store.keys, new Set(live.map(({ target }) => hexOf(target))).size)
  same(store.sources, new Set(live.map(sourceHexOf)).size)
  same(store.nextExpiryAt(), oldest && oldest.stampedAt + naive.lifetimeMs + 1)
}

const addressHexOf = ({ peer }: { readonly peer: Uint8Array }) => hexOf(addressOf(peer))
const sourceHexOf = ({ peer }: { readonly peer: Uint8Array }) => hexOf(sourceOf(peer))

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
  readonly port: number
  readonly peer: number
  /** Of a stored peer: nothing (0), its target and port (1), its peer (2). */
  readonly like: number
  readonly seed: boolean
}

const choice: fc.Arbitrary<Choice> = fc.record({
  // Mostly one target, so that it has several peers.
  target: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat({ max: 11 })),
  port: fc.nat({ max: 23 }),
  peer: fc.nat({ max: 23 }),
  like: fc.constantFrom(0, 0, 0, 0, 1, 2),
  seed: fc.boolean(),
})

function entryOf(chosen: Choice, { naive, now, scene }: Both): StoredPeer {
  const { target, port, peer, like, seed } = chosen
  const live = naive.live(now)
  const held = like > 0 ? live[(target + port + peer) % live.length] : undefined
  return {
    target: held?.target ?? pick(scene.targets, target),
    sourcePort: (like === 1 ? held?.sourcePort : undefined) ?? pick(scene.ports, port),
    peer: (like === 2 ? held?.peer : undefined) ?? pick(scene.peers, peer),
    seed,
  }
}

const caseOf = (outcome: PutOutcome): Case =>
  outcome.kind === 'refused' ? `refused: ${outcome.reason}` : outcome.kind

const outcomeOf = (outcome: PutOutcome): string =>
  [outcome.kind, 'reason' in outcome && outcome.reason].join(' ')

export function put(entry: StoredPeer, both: Both, store: PeerStore): void {
  const { naive, now, latest, census } = both
  const atTarget = naive.live(now).filter(({ target }) => hexOf(target) === hexOf(entry.target))
  const held = atTarget.find(({ peer }) => hexOf(peer) === hexOf(entry.peer))
  const isNeighbour = (one: StoredPeer): boolean =>
    sourceHexOf(one) === sourceHexOf(entry) && addressHexOf(one) !== addressHexOf(entry)
  const isShared = naive.live(now).some(isNeighbour)
  const isHolder = atTarget.some((one) => addressHexOf(one) === addressHexOf(entry))
  const isSwap =
    held === undefined &&
    naive.givingWay({ ...entry, address: addressOf(entry.peer) }, naive.live(now)) !== undefined
  const expected = naive.put(entry, now)
  same(outcomeOf(store.put(entry, now)), outcomeOf(expected))
  census.count(caseOf(expected))
  if (isSwap && expected.kind === 'added') census.count('a larger subnet gives way')
  census.count(entry.peer.length === 6 ? 'IPv4' : 'IPv6')
  if (isShared && 'reason' in expected && expected.reason.startsWith('maxPeersPerSource')) {
    census.count('refused another address of a source')
  }
  if (isHolder && expected.kind === 'refused') census.count('refused another port of a holder')
  const isAnothers = held !== undefined && held.sourcePort !== entry.sourcePort
  if (isAnothers) census.count('renewed from another port')
  if (entry.seed && expected.kind !== 'refused') census.count('a seed')
  if (held?.seed === false && entry.seed) census.count('becomes a seed')
  if (held?.seed && !entry.seed) census.count('a seed no longer')
  if (now < latest) census.count('put under a clock set back')
}

const putCommand = choice.map((chosen) =>
  command(`put(${Object.values(chosen)})`, (both, store) => {
    put(entryOf(chosen, both), both, store)
  }),
)

const askRoom = choice.map((chosen) =>
  command(`boundReached(${Object.values(chosen)})`, (both, store) => {
    const { naive, now, census } = both
    const { target, peer } = entryOf(chosen, both)
    const query = { target, address: addressOf(peer) }
    const expected = naive.boundReached(query, now)
    same(store.boundReached(query, now), expected)
    census.count(expected === undefined ? 'room for' : 'no room for')
    const isHolder = naive
      .live(now)
      .some((one) => one.target === target && addressHexOf(one) === hexOf(query.address))
    if (isHolder) census.count('room for a holder')
  }),
)

/** From the port of a stored peer, from another port, or from another address. */
const withdraw = fc
  .record({
    which: fc.nat({ max: 99 }),
    port: fc.option(fc.nat({ max: 23 }), { nil: undefined, freq: 2 }),
    peer: fc.option(fc.nat({ max: 23 }), { nil: undefined, freq: 2 }),
    isTwice: fc.boolean(),
    putsMore: fc.boolean(),
  })
  .map(({ which, port, peer, isTwice, putsMore }) =>
    command(`withdraw(${[which, port, peer, isTwice, putsMore]})`, (both, store) => {
      const { naive, now, census, scene } = both
      const live = naive.live(now)
      const held = live[which % Math.max(1, live.length)]
      if (held === undefined) return
      const neighbours = scene.peers.filter((one) => hexOf(addressOf(one)) === addressHexOf(held))
      if (putsMore) for (const one of neighbours) put({ ...held, peer: one }, both, store)
      const sender = {
        target: held.target,
        address: addressOf(peer === undefined ? held.peer : pick(scene.peers, peer)),
        sourcePort: port === undefined ? held.sourcePort : pick(scene.ports, port),
      }
      const expected = naive.withdraw(sender, now)
      same(store.withdraw(sender, now), expected)
      if (expected === 1) census.count('withdrawn one')
      if (expected > 1) census.count('withdrawn several')
      if (sender.sourcePort !== held.sourcePort) census.count('withdrawn from another port')
      if (hexOf(sender.address) !== addressHexOf(held)) {
        census.count('withdrawn from another address')
      }
      if (!isTwice) return
      same(store.withdraw(sender, now), 0)
      if (expected > 0) census.count('withdrawn again')
    }),
  )

/**
 * Another port renews a peer, and withdraws it within a lifetime of the first port's put or after
 * it.
 */
const adopt = fc
  .record({ which: fc.nat({ max: 99 }), port: fc.nat({ max: 23 }) })
  .map(({ which, port }) =>
    command(`adopt(${which}, ${port})`, (both, store) => {
      const live = both.naive.live(both.now)
      const held = live[which % Math.max(1, live.length)]
      if (held === undefined) return
      const sourcePort = pick(both.scene.ports, port)
      const sender = { target: held.target, address: addressOf(held.peer), sourcePort }
      for (const share of [0.3, 0.8]) {
        put({ ...held, sourcePort }, both, store)
        both.now += share * both.naive.lifetimeMs
        both.latest = Math.max(both.latest, both.now)
        const expected = both.naive.withdraw(sender, both.now)
        same(store.withdraw(sender, both.now), expected)
        if (sourcePort === held.sourcePort) continue
        if (share === 0.3 && expected === 0) both.census.count('kept for another port')
        if (share === 0.8 && expected > 0) both.census.count('kept for it no longer')
      }
    }),
  )

/**
 * A sample is a part of what is stored, without repetition, and a copy: writing to it changes
 * nothing.
 */
const sample = fc
  .record({
    which: fc.nat(),
    isAimed: fc.boolean(),
    count: fc.constantFrom(1, 2, 4, 0),
    withoutSeeds: fc.constantFrom(false, false, true),
  })
  .map(({ which, isAimed, count, withoutSeeds }) =>
    command(
      `sample(${[which, isAimed, count, withoutSeeds]})`,
      ({ naive, now, census, scene }, store) => {
        const live = naive.live(now)
        const like = isAimed ? live[which % live.length] : undefined
        const target = like?.target ?? pick(scene.targets, which)
        const size = like?.peer.length ?? 6
        const held = live
          .filter((one) => one.target === target && one.peer.length === size)
          .filter(({ seed }) => !seed || !withoutSeeds)
          .map(({ peer }) => hexOf(peer))
        const drawn = store.sample({ target, count, size, withoutSeeds }, now)
        expect(drawn).toHaveLength(Math.min(count, held.length))
        for (const peer of drawn) {
          const at = held.indexOf(hexOf(peer))
          expect(at).toBeGreaterThanOrEqual(0)
          held.splice(at, 1)
          peer.fill(0)
        }
        if (drawn.length === 0) census.count('sample of none')
        else census.count(held.length > 0 ? 'sample of some' : 'sample of all')
      },
    ),
  )

const textsOf = (peers: readonly Uint8Array[]): string[] => peers.map(hexOf).sort()

const list = fc.nat({ max: 11 }).map((which) =>
  command(`peers(${which})`, ({ naive, now, scene }, store) => {
    const target = pick(scene.targets, which)
    const held = naive.live(now).filter((one) => one.target === target)
    const seen = store.peers(target, now)
    expect(textsOf(seen)).toEqual(textsOf(held.map(({ peer }) => peer)))
    for (const size of [6, 18]) {
      const { seeds, downloaders } = store.peersByRole({ target, size }, now)
      const ofSize = held.filter(({ peer }) => peer.length === size)
      const expected = (wanted: boolean) =>
        ofSize.filter(({ seed }) => seed === wanted).map(({ peer }) => peer)
      expect(textsOf(seeds)).toEqual(textsOf(expected(true)))
      expect(textsOf(downloaders)).toEqual(textsOf(expected(false)))
    }
  }),
)

/** Lets time pass to `now` and expires peers. */
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

/** The clock jumps over a lifetime: no peer is returned, before any sweep. */
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

/** Many puts at once, all at one target or from one address, so that wide bounds are reached. */
const crowd = fc
  .record({ chosen: choice, count: fc.integer({ min: 2, max: 12 }), isOneHost: fc.boolean() })
  .map(({ chosen, count, isOneHost }) =>
    command(`crowd(${Object.values(chosen)}, ${count}, ${isOneHost})`, (both, store) => {
      for (let n = 0; n < count; n++) {
        const { target, port, peer, seed } = chosen
        const at = isOneHost ? target + n : target
        const from = isOneHost ? peer : peer + n
        const one = { target: at, port: port + n, peer: from, like: 0, seed }
        put(entryOf(one, both), both, store)
      }
    }),
  )

export const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 14, arbitrary: putCommand },
  { weight: 5, arbitrary: askRoom },
  { weight: 2, arbitrary: fc.oneof({ weight: 4, arbitrary: withdraw }, adopt) },
  { weight: 2, arbitrary: sample },
  { weight: 1, arbitrary: list },
  { weight: 1, arbitrary: atTheEnd },
  { weight: 2, arbitrary: pass },
  { weight: 1, arbitrary: fc.oneof(suspend, crowd, crowd, crowd) },
)

// One network with adversaries of one kind in it, from its growth to the last lookup: honest nodes and
// adversaries come in random order, all mingle for a while, then honest nodes publish and look up.

import { type Id, idKey, idView, randomId } from '@dht/id'
import { endpointFromCompact } from '@dht/krpc'
import type { Adversary } from '../adversaries/adversary.ts'
import type { Chance } from '../chance.ts'
import type { Host } from '../host/host.ts'
import { Oracle } from '../oracle/oracle.ts'
import { shareOf } from '../reports/sample.ts'
import type { World } from '../world.ts'
import { type Abuse, AbuseMeter } from './abuse-meter.ts'

/** From one newcomer to the next, ms. */
const PACE_MS = 50
/** Until newcomers have their place and adversaries are known, ms. */
const MINGLING_MS = 60_000
/** Until entries stand, ms: two lookups in a row at worst, and the writes. */
const STANDING_MS = 80_000
/** Lookups are spread over this, ms. */
const ASKING_MS = 30_000
const LONGEST_LOOKUP_MS = 90_000
/** Identities entered. */
const KEYS = 16
/** The same where adversaries gather around each. */
export const TARGETED_KEYS = 4

export interface Trial {
  readonly adversary: Adversary
  /** Of all hosts, 0 to 1. */
  readonly share: number
  /** Whether adversaries' ids are ground to lie next to what is entered. */
  readonly isTargeted: boolean
  readonly nodes: number
  readonly lookups: number
}

export interface TrialResult extends Abuse {
  readonly trial: Trial
  /** Share of lookups by honest nodes that find what is published. */
  readonly success: number
  /** Share of entries that anybody honest holds. */
  readonly held: number
  /** Of the members that honest nodes would name, the share that are no honest nodes that run. */
  readonly notHonest: number
  /** Peers of adversaries that one honest node stores, at most. */
  readonly unwantedPeers: number
}

export function hostileTrial(world: World, trial: Trial): TrialResult {
  const chance = world.chance.branch('hostile')
  const keys = Array.from({ length: trial.isTargeted ? TARGETED_KEYS : KEYS }, () => {
    return randomId(world.protocol.idLength, chance.source)
  })
  const honest = populate(world, trial, { keys, chance })
  world.advance(MINGLING_MS)
  const oracle = new Oracle(world)
  const meter = new AbuseMeter(world)
  const entries = keys.map((key) => oracle.announcements.enter(chance.pick(honest), key))
  world.advance(STANDING_MS)
  for (let i = 0; i < trial.lookups; i++) {
    world.at(world.now + Math.floor((i * ASKING_MS) / trial.lookups), () => {
      const announcement = chance.pick(entries)
      const readers = honest.filter((host) => host !== announcement.publisher)
      oracle.log.lookup(chance.pick(readers), announcement.key, { expected: [announcement] })
    })
  }
  world.advance(ASKING_MS)
  world.advanceUntil(() => oracle.log.measures.length === trial.lookups, LONGEST_LOOKUP_MS)
  const { holders, tables } = oracle.survey(keys)
  return {
    ...meter.read(),
    trial,
    // A lookup without an end is none that found anything.
    success: oracle.log.measures.filter(({ succeeded }) => succeeded).length / trial.lookups,
    held: shareOf(holders, (hosts) => hosts.length > 0),
    notHonest: tables.deadShare,
    unwantedPeers: Math.max(...honest.map((host) => unwantedPeersAt(host, world, keys))),
  }
}

/** Honest nodes and adversaries in random order; the first is honest, for others to join through. */
function populate(
  world: World,
  { adversary, share, isTargeted, nodes }: Trial,
  { keys, chance }: { readonly keys: readonly Id[]; readonly chance: Chance },
): Host[] {
  const others = Array.from({ length: nodes - 1 }, (_, i) => i + 1)
  const hostile = new Set(chance.sample(others, Math.round(nodes * share)))
  const honest: Host[] = []
  let count = 0
  for (let i = 0; i < nodes; i++) {
    const host = world.addHost()
    if (hostile.has(i)) {
      const aimed = isTargeted ? { aim: keys[count++ % keys.length] as Id } : {}
      host.run(
        adversary.createProcess(host, world, { chance: host.chance.branch('enemy'), ...aimed }),
      )
    } else {
      host.start({ bootstrap: world.someEndpoints(1, chance) })
      honest.push(host)
    }
    world.advance(PACE_MS)
  }
  return honest
}

/** Stored peers that are no honest node's, or of what nobody entered. */
function unwantedPeersAt({ core, now }: Host, world: World, keys: readonly Id[]): number {
  const names = new Set(keys.map(idKey))
  const { entries } = (core as NonNullable<Host['core']>).inspect(now).store
  return entries.filter(({ target, peer }) => {
    const endpoint = endpointFromCompact(peer)
    const owner = endpoint && world.network.find(endpoint)
    const isEntered = names.has(idKey(idView(target)))
    return !isEntered || owner === undefined || (owner as Host).core === undefined
  }).length
}

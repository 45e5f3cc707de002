// One network with adversaries of one kind, from its growth to the last lookup. Honest nodes and
// adversaries join in random order and get to know one another. Then honest nodes publish and look
// up.

import { type Id, idKey, idView, randomId } from '@dht/id'
import { endpointFromCompact } from '@dht/krpc'
import type { Adversary } from '../adversaries/adversary.ts'
import type { Chance } from '../chance.ts'
import type { Host } from '../host/host.ts'
import { Oracle } from '../oracle/oracle.ts'
import { shareOf } from '../reports/sample.ts'
import type { World } from '../world.ts'
import { type Abuse, AbuseMeter } from './abuse-meter.ts'

/** Time between two joins, ms. */
const PACE_MS = 50
/** Time until new nodes have joined and adversaries are known, ms. */
const CONTACT_MS = 60_000
/** Time until announcements are stored, ms: at most two lookups in a row, and the writes. */
const STANDING_MS = 80_000
/** The lookups are spread over this time, ms. */
const ASKING_MS = 30_000
const LONGEST_LOOKUP_MS = 90_000
/** Number of identities that are published. */
const KEYS = 16
/** The same if adversaries have ids next to them. */
export const TARGETED_KEYS = 4

export interface Trial {
  readonly adversary: Adversary
  /** Share of adversaries among all hosts, 0 to 1. */
  readonly share: number
  /** Whether the ids of adversaries are next to the published identities. */
  readonly isTargeted: boolean
  readonly nodes: number
  readonly lookups: number
}

export interface TrialResult extends Abuse {
  readonly trial: Trial
  /** Share of lookups by honest nodes that find what is published. */
  readonly success: number
  /** Share of published identities that an honest node stores. */
  readonly held: number
  /**
   * Share of members that are not running honest nodes, of all members that honest nodes would
   * name.
   */
  readonly notHonest: number
  /** Maximum number of unwanted peers that one honest node stores. */
  readonly unwantedPeers: number
}

export function hostileTrial(world: World, trial: Trial): TrialResult {
  const chance = world.chance.branch('hostile')
  const keys = Array.from({ length: trial.isTargeted ? TARGETED_KEYS : KEYS }, () => {
    return randomId(world.protocol.idLength, chance.source)
  })
  const honest = populate(world, trial, { keys, chance })
  world.advance(CONTACT_MS)
  const oracle = new Oracle(world)
  const meter = new AbuseMeter(world)
  const announced = keys.map((key) => oracle.announcements.announce(chance.pick(honest), key))
  world.advance(STANDING_MS)
  for (let i = 0; i < trial.lookups; i++) {
    world.at(world.now + Math.floor((i * ASKING_MS) / trial.lookups), () => {
      const announcement = chance.pick(announced)
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
    // A lookup that has not ended counts as one that found nothing.
    success: oracle.log.measures.filter(({ succeeded }) => succeeded).length / trial.lookups,
    held: shareOf(holders, (hosts) => hosts.length > 0),
    notHonest: tables.deadShare,
    unwantedPeers: Math.max(...honest.map((host) => unwantedPeersAt(host, world, keys))),
  }
}

/**
 * Adds honest nodes and adversaries in random order. The first is honest, so that others can join.
 */
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

/**
 * Stored peers that are not honest nodes, or are stored under an identity that was not published.
 */
function unwantedPeersAt({ core, now }: Host, world: World, keys: readonly Id[]): number {
  const names = new Set(keys.map(idKey))
  const { peers } = (core as NonNullable<Host['core']>).inspect(now).store
  return peers.filter(({ target, peer }) => {
    const endpoint = endpointFromCompact(peer)
    const owner = endpoint && world.network.find(endpoint)
    const isEntered = names.has(idKey(idView(target)))
    return !isEntered || owner === undefined || (owner as Host).core === undefined
  }).length
}

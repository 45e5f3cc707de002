// One network under one attack, from its growth to the last lookup: honest nodes and attackers at
// random places join in random order, identities around a key come before publication or after it.
// Without a row of the table, the same network without attackers.

import { type Id, randomId } from '@dht/id'
import { AttackGroup } from '../adversaries/attack-group.ts'
import type { Chance } from '../chance.ts'
import { Churn } from '../churn/churn.ts'
import { sessionsOfMedian } from '../churn/sessions.ts'
import type { Host } from '../host/host.ts'
import type { Announcement } from '../oracle/announcements.ts'
import type { LookupMeasure } from '../oracle/lookup-log.ts'
import { Oracle } from '../oracle/oracle.ts'
import type { World } from '../world.ts'
import { type AttackHosts, drawnEndpoint, ScatteredHosts, surround } from './attack-hosts.ts'
import type { AttackParameters } from './attack-table.ts'
import { saveSecureIds } from './attack-world.ts'
import { RoundMeter } from './round-meter.ts'

const MINUTE_MS = 60_000
/** Time between two joins, ms. */
const PACE_MS = 50
/** Time until new nodes have joined and attackers are known, ms. */
const CONTACT_MS = 5 * MINUTE_MS
/** Time until announcements are stored, ms: at most two lookups in a row, and the writes. */
const STANDING_MS = 80_000
/** The lookups are spread over this time, ms. */
const ASKING_MS = MINUTE_MS
const LONGEST_LOOKUP_MS = 90_000
/** Number of published keys, if attackers surround none, and if their ids are next to them. */
const KEYS = 16
const TARGETED_KEYS = 4

export interface AttackTrial {
  readonly parameters: AttackParameters
  /** Honest nodes, unless the parameters say otherwise. */
  readonly nodes: number
  readonly lookups: number
  /** Median session of honest nodes, ms. Undefined: no churn. */
  readonly sessionMs: number | undefined
  /** Told how far the trial is, 0 to 1. */
  readonly progress: (share: number) => void
}

export interface AttackResult {
  /** Lookups that have ended. */
  readonly measures: readonly LookupMeasure[]
  /** Lookups that have not ended though their node runs. */
  readonly open: number
  /** Share of lookups that found the honest endpoint. */
  readonly success: number
  /** Queries of one publishing round, writes included, mean. */
  readonly publishing: number
}

export function attackTrial(world: World, trial: AttackTrial): AttackResult {
  const { parameters, lookups } = trial
  const chance = world.chance.branch('attack')
  const keys = keysOf(parameters, world, chance)
  const [key] = keys as [Id]
  const group = new AttackGroup(world, parameters.identities === undefined ? undefined : key)
  const hosts: AttackHosts = { world, group, parameters, chance: chance.branch('hosts') }
  populate(hosts, trial, keys)
  const isLate = parameters.afterMinutes !== undefined
  const publishers = chance.sample(world.honest, keys.length)
  if (trial.sessionMs !== undefined) {
    new Churn(world, { session: sessionsOfMedian(trial.sessionMs), staying: publishers })
  }
  if (!isLate) surround(hosts, key)
  advance(trial, world, { ms: CONTACT_MS, from: 0.3, to: 0.5 })
  const oracle = new Oracle(world)
  const rounds = new RoundMeter(world)
  const announced = keys.map((each, i) => {
    return oracle.announcements.announce(publishers[i] as Host, each)
  })
  advance(trial, world, { ms: STANDING_MS, from: 0.5, to: 0.6 })
  const publishing = rounds.end()
  if (isLate) surround(hosts, key)
  const waitMs = Math.round((parameters.afterMinutes ?? 0) * MINUTE_MS)
  advance(trial, world, { ms: waitMs, from: 0.6, to: 0.9 })
  group.isAwake = true
  const measures = measure(oracle, world, { announced, lookups, chance })
  const { open } = oracle.log
  // A lookup that has not ended counts as one that found nothing.
  const success = measures.filter(({ succeeded }) => succeeded).length / (measures.length + open)
  return { measures, open, success, publishing }
}

function keysOf({ identities, isTargeted }: AttackParameters, world: World, chance: Chance): Id[] {
  const without = isTargeted === true ? TARGETED_KEYS : KEYS
  const count = identities === undefined ? without : 1
  const { idLength } = world.protocol
  return Array.from({ length: count }, () => randomId(idLength, chance.source))
}

/** Adds honest nodes and attackers at random places. The first is honest, so others can join. */
function populate(hosts: AttackHosts, trial: AttackTrial, keys: readonly Id[]): void {
  const { world, parameters, chance } = hosts
  const { honest = trial.nodes, share = 0, answer } = parameters
  const attackers = parameters.scattered ?? Math.round((honest * share) / (1 - share))
  const total = honest + (answer === undefined ? 0 : attackers)
  const places = Array.from({ length: total - 1 }, (_, i) => i + 1)
  const hostile = new Set(chance.sample(places, total - honest))
  const scattered = answer === undefined ? undefined : new ScatteredHosts(hosts, answer, keys)
  for (let i = 0; i < total; i++) {
    if (i % 50 === 0) trial.progress((0.3 * i) / total)
    if (hostile.has(i)) scattered?.add()
    else addHonest(hosts)
    world.advance(PACE_MS)
  }
}

function addHonest({ world, chance }: AttackHosts): void {
  const host = world.addHost({ ipv4: drawnEndpoint(world, chance) })
  saveSecureIds(host, world.protocol)
  host.start({ bootstrap: world.someEndpoints(1, chance) })
}

/** Lets time pass and tells the progress. */
function advance(
  { progress }: AttackTrial,
  world: World,
  { ms, from, to }: { readonly ms: number; readonly from: number; readonly to: number },
): void {
  const steps = Math.max(1, Math.min(200, Math.floor(ms / MINUTE_MS)))
  for (let step = 0; step < steps; step++) {
    progress(from + ((to - from) * step) / steps)
    world.advance(Math.floor((ms * (step + 1)) / steps) - Math.floor((ms * step) / steps))
  }
}

/** Honest nodes look up what was published. */
function measure(
  oracle: Oracle,
  world: World,
  {
    announced,
    lookups,
    chance,
  }: {
    readonly announced: readonly Announcement[]
    readonly lookups: number
    readonly chance: Chance
  },
): readonly LookupMeasure[] {
  let begun = 0
  for (let i = 0; i < lookups; i++) {
    world.at(world.now + Math.floor((i * ASKING_MS) / lookups), () => {
      const announcement = chance.pick(announced)
      const readers = world.honest.filter((host) => host !== announcement.publisher)
      oracle.log.lookup(chance.pick(readers), announcement.key, { expected: [announcement] })
      begun++
    })
  }
  world.advance(ASKING_MS)
  world.advanceUntil(() => begun === lookups && oracle.log.open === 0, LONGEST_LOOKUP_MS)
  return oracle.log.measures
}

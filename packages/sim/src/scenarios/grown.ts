// Grown, not given: a network that came about by joins alone. From any node a walk ends at exactly
// the k live nodes nearest to its target, a lookup finds what was entered, and both cost little.
//
// What is wanted, and where it comes from:
// - exact, found: nothing is lost and nobody leaves, so nothing may be missed (SIM-K1, SIM-K2): 1.
// - questions: k answers prove a set of k; four more are left to get there (goal P9).
// - hops: log2(n) / 5 on average (goal P9, stated for 10 000 nodes and held there and above); the
//   theory of buckets of k says log2(n) / (1.33 + log2 k), which is shown beside it.
// - time: shown. On unequal round trips a walk ends when the slowest of the k nearest has answered;
//   what is wanted of time is measured on equal ones (`quick`).
// Means of 1,000 walks are known to about 0.03 hops and 0.05 questions (two standard errors).

import { CORE_DEFAULTS } from '@dht/node/core'
import type { LookupMeasure } from '../oracle/lookup-log.ts'
import { Oracle } from '../oracle/oracle.ts'
import { Sample, shareOf } from '../reports/sample.ts'
import type { World } from '../world.ts'
import { lookupPlots, roundTrips } from './lookup-plots.ts'
import { LONGEST_LOOKUP_MS } from './observe.ts'
import type { Scenario } from './scenario.ts'
import { resolveSettings } from './settings.ts'
import { Stage } from './stage.ts'
import { TrafficMeter, type TrafficReading, trafficPlot } from './traffic-meter.ts'

const HOUR_MS = 3_600_000
const { k } = CORE_DEFAULTS
const MOST_QUERIES = k + 4
/** Nodes from which on the goal for hops holds. */
const HOPS_GOAL_NODES = 10_000
/** Time between two lookups, ms: the network is as good as idle. */
const PACE_MS = 20
/** Identities that are entered, one for so many lookups. */
const LOOKUPS_PER_KEY = 10

export const grown: Scenario = Object.freeze<Scenario>({
  name: 'grown',
  summary: 'a network grown by joins: walks are exact, lookups find, both at little cost',
  defaults: { nodes: 1_000, hours: 0.25, seed: 1, extras: { lookups: 1_000 } },
  leastNodes: 2,
  extraHelp: { lookups: 'walks measured, and as many lookups' },
  run(given, onlookers) {
    const stage = new Stage(grown, resolveSettings(grown, given), onlookers)
    const world = stage.world()
    stage.grow(world, stage.settings.nodes, { to: 0.7 })
    const oracle = new Oracle(world)
    const meter = new TrafficMeter(world)
    const settling = { from: 0.7, to: 0.85, what: 'it settles' }
    stage.pass(world, stage.settings.hours * HOUR_MS, settling)
    const idle = meter.read()
    const walks = walk(stage, world, oracle)
    const lookups = lookUp(stage, world, oracle)
    tell(stage, { walks, lookups, open: oracle.log.open })
    const { tables } = oracle.survey([])
    stage.figure({ name: 'contacts per node', value: tables.members, unit: 'contacts' })
    stage.figure({ name: 'nodes with complete tables', value: tables.completeShare, unit: 'share' })
    stage.figure({
      name: 'nodes that know their k nearest',
      value: tables.nearestShare,
      unit: 'share',
    })
    if (stage.settings.hours > 0) tellTraffic(stage, idle)
    return stage.report()
  },
})

/** From anywhere to anywhere. */
function walk(stage: Stage, world: World, { log, anyId }: Oracle): LookupMeasure[] {
  const chance = world.chance.branch('grown', 'walks')
  const count = stage.extra('lookups')
  for (let i = 0; i < count; i++) {
    stage.tell(0.85 + (0.07 * i) / count, 'walks')
    log.closest(chance.pick(world.hosts), anyId(chance))
    world.advance(PACE_MS)
  }
  world.advance(LONGEST_LOOKUP_MS)
  return log.take()
}

/** Lookups from anywhere of what anybody has entered. */
function lookUp(stage: Stage, world: World, { log, ledger, anyId }: Oracle): LookupMeasure[] {
  const chance = world.chance.branch('grown', 'lookups')
  const count = stage.extra('lookups')
  for (let i = 0; i < count; i += LOOKUPS_PER_KEY) {
    ledger.enter(chance.pick(world.hosts), anyId(chance))
    world.advance(PACE_MS)
  }
  world.advance(LONGEST_LOOKUP_MS)
  const { keys } = ledger
  for (let i = 0; i < count; i++) {
    stage.tell(0.92 + (0.08 * i) / count, 'lookups')
    log.lookup(chance.pick(world.hosts), chance.pick(keys))
    world.advance(PACE_MS)
  }
  world.advance(LONGEST_LOOKUP_MS)
  return log.take()
}

function tell(
  stage: Stage,
  found: {
    readonly walks: readonly LookupMeasure[]
    readonly lookups: readonly LookupMeasure[]
    readonly open: number
  },
): void {
  const { walks, lookups, open } = found
  const samples = walks.length
  const exact = shareOf(walks, (walk) => walk.exact)
  const success = shareOf(lookups, (lookup) => lookup.succeeded)
  stage.figure({ name: 'walks that are exact', value: exact, unit: 'share', atLeast: 1, samples })
  stage.figure({
    name: 'lookups that find all',
    value: success,
    unit: 'share',
    atLeast: 1,
    samples: lookups.length,
  })
  stage.figure({ name: 'lookups without an end', value: open, unit: 'lookups', atMost: 0 })
  tellCost(stage, walks)
}

function tellCost(stage: Stage, walks: readonly LookupMeasure[]): void {
  const { nodes } = stage.settings
  const samples = walks.length
  const queries = new Sample(walks.map((walk) => walk.queries))
  const hops = new Sample(walks.map((walk) => walk.hops))
  const time = roundTrips(walks, stage.roundTripMs)
  const goal = Math.log2(nodes) / 5
  const theory = Math.log2(nodes) / (1.33 + Math.log2(k))
  const each = { samples }
  stage.figure({
    name: 'questions, mean',
    value: queries.mean,
    unit: 'questions',
    atMost: MOST_QUERIES,
    ...each,
  })
  stage.figure({
    name: 'questions, p99',
    value: queries.quantile(0.99),
    unit: 'questions',
    ...each,
  })
  stage.figure({
    name: 'hops, mean',
    value: hops.mean,
    unit: 'hops',
    ...(nodes >= HOPS_GOAL_NODES && { atMost: goal }),
    ...each,
  })
  stage.figure({ name: 'hops in theory', value: theory, unit: 'hops' })
  const [median, most] = [time.quantile(0.5), time.quantile(0.99)]
  const unit = 'round trips'
  stage.figure({ name: 'time, median', value: median, unit, ...each })
  stage.figure({ name: 'time, p99', value: most, unit, ...each })
  for (const plot of lookupPlots([{ name: 'walks', measures: walks }], stage.roundTripMs, {
    queries: { name: 'k + 4, for the mean', value: MOST_QUERIES },
    hops: { name: 'log2(n) / 5, for the mean', value: goal },
  })) {
    stage.plot(plot)
  }
}

function tellTraffic(stage: Stage, { datagrams, bytes }: TrafficReading): void {
  const samples = datagrams.size
  const unit = 'datagrams per hour'
  stage.figure({ name: 'sent by an idle node, mean', value: datagrams.mean, unit, samples })
  stage.figure({ name: 'the same, bytes', value: bytes.mean, unit: 'bytes per hour', samples })
  stage.plot(trafficPlot([{ name: 'idle', datagrams }]))
}

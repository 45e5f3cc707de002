// Scenario `grown`: a network that grew only by joins. From any node a lookup ends at exactly the k
// live nodes nearest to its target, lookups find what was entered, and both cost little.
//
// What is wanted, and why:
// - exact, found: all. Nothing is lost and no node leaves, so nothing may be missed (SIM-K1,
//   SIM-K2).
// - queries: k responses prove a set of k, and four more are left to get there (goal P9).
// - hops: log2(n) / 5 on average (goal P9, which is stated for 10,000 nodes and applies from there
//   on). The theory of buckets of k says log2(n) / (1.33 + log2 k), which is shown too.
// - time: only shown. With unequal round trips a lookup ends when the slowest of the k nearest has
//   responded. What is wanted of time is measured with equal ones (scenario `quick`).
// Means of 1,000 lookups are known to about 0.03 hops and 0.05 queries (two standard errors).

import { CORE_DEFAULTS } from '@dht/node/core'
import type { LookupMeasure } from '../oracle/lookup-log.ts'
import { Oracle } from '../oracle/oracle.ts'
import { Sample, shareOf } from '../reports/sample.ts'
import type { World } from '../world.ts'
import { lookupPlots, roundTrips } from './lookup-plots.ts'
import { LONGEST_LOOKUP_MS } from './observe.ts'
import type { Scenario } from './scenario.ts'
import { ScenarioRun } from './scenario-run.ts'
import { resolveSettings } from './settings.ts'
import { TrafficMeter, type TrafficReading, trafficPlot } from './traffic-meter.ts'

const HOUR_MS = 3_600_000
const { k } = CORE_DEFAULTS
const MOST_QUERIES = k + 4
/** The goal for hops applies from this number of nodes on. */
const HOPS_GOAL_NODES = 10_000
/** Time between two lookups, ms. The network is almost idle then. */
const PACE_MS = 20
/** One identity is entered for this many lookups. */
const LOOKUPS_PER_KEY = 10

export const grown: Scenario = Object.freeze<Scenario>({
  name: 'grown',
  summary: 'a network grown by joins: lookups are exact, find what is published, and cost little',
  defaults: { nodes: 1_000, hours: 0.25, seed: 1, extras: { lookups: 1_000 } },
  leastNodes: 2,
  extraHelp: { lookups: 'node lookups measured, and as many lookups of values' },
  run(given, observers) {
    const scenario = new ScenarioRun(grown, resolveSettings(grown, given), observers)
    const world = scenario.world()
    scenario.grow(world, scenario.settings.nodes, { to: 0.7 })
    const oracle = new Oracle(world)
    const meter = new TrafficMeter(world)
    const settling = { from: 0.7, to: 0.85, what: 'tables settle' }
    scenario.advance(world, scenario.settings.hours * HOUR_MS, settling)
    const idle = meter.read()
    const walks = walk(scenario, world, oracle)
    const lookups = lookUp(scenario, world, oracle)
    addFigures(scenario, { walks, lookups, open: oracle.log.open })
    const { tables } = oracle.survey([])
    scenario.figure({ name: 'contacts per node', value: tables.members, unit: 'contacts' })
    scenario.figure({
      name: 'nodes with complete tables',
      value: tables.completeShare,
      unit: 'share',
    })
    scenario.figure({
      name: 'nodes that know their k nearest',
      value: tables.nearestShare,
      unit: 'share',
    })
    if (scenario.settings.hours > 0) addTrafficFigures(scenario, idle)
    return scenario.report()
  },
})

/** Looks up the nodes nearest to random targets, from random nodes. */
function walk(scenario: ScenarioRun, world: World, { log, anyId }: Oracle): LookupMeasure[] {
  const chance = world.chance.branch('grown', 'walks')
  const count = scenario.extra('lookups')
  for (let i = 0; i < count; i++) {
    scenario.progress(0.85 + (0.07 * i) / count, 'walks')
    log.closest(chance.pick(world.hosts), anyId(chance))
    world.advance(PACE_MS)
  }
  world.advance(LONGEST_LOOKUP_MS)
  return log.take()
}

/** Looks up entered identities, from random nodes. */
function lookUp(
  scenario: ScenarioRun,
  world: World,
  { log, announcements, anyId }: Oracle,
): LookupMeasure[] {
  const chance = world.chance.branch('grown', 'lookups')
  const count = scenario.extra('lookups')
  for (let i = 0; i < count; i += LOOKUPS_PER_KEY) {
    announcements.announce(chance.pick(world.hosts), anyId(chance))
    world.advance(PACE_MS)
  }
  world.advance(LONGEST_LOOKUP_MS)
  const { keys } = announcements
  for (let i = 0; i < count; i++) {
    scenario.progress(0.92 + (0.08 * i) / count, 'lookups')
    log.lookup(chance.pick(world.hosts), chance.pick(keys))
    world.advance(PACE_MS)
  }
  world.advance(LONGEST_LOOKUP_MS)
  return log.take()
}

function addFigures(
  scenario: ScenarioRun,
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
  scenario.figure({
    name: 'exact node lookups',
    value: exact,
    unit: 'share',
    atLeast: 1,
    samples,
  })
  scenario.figure({
    name: 'lookups that find all',
    value: success,
    unit: 'share',
    atLeast: 1,
    samples: lookups.length,
  })
  scenario.figure({ name: 'lookups that did not end', value: open, unit: 'lookups', atMost: 0 })
  addCostFigures(scenario, walks)
}

function addCostFigures(scenario: ScenarioRun, walks: readonly LookupMeasure[]): void {
  const { nodes } = scenario.settings
  const samples = walks.length
  const queries = new Sample(walks.map((walk) => walk.queries))
  const hops = new Sample(walks.map((walk) => walk.hops))
  const time = roundTrips(walks, scenario.roundTripMs)
  const goal = Math.log2(nodes) / 5
  const theory = Math.log2(nodes) / (1.33 + Math.log2(k))
  const each = { samples }
  scenario.figure({
    name: 'queries, mean',
    value: queries.mean,
    unit: 'queries',
    atMost: MOST_QUERIES,
    ...each,
  })
  scenario.figure({
    name: 'queries, p99',
    value: queries.quantile(0.99),
    unit: 'queries',
    ...each,
  })
  scenario.figure({
    name: 'hops, mean',
    value: hops.mean,
    unit: 'hops',
    ...(nodes >= HOPS_GOAL_NODES && { atMost: goal }),
    ...each,
  })
  scenario.figure({ name: 'hops in theory', value: theory, unit: 'hops' })
  const [median, most] = [time.quantile(0.5), time.quantile(0.99)]
  const unit = 'round trips'
  scenario.figure({ name: 'time, median', value: median, unit, ...each })
  scenario.figure({ name: 'time, p99', value: most, unit, ...each })
  for (const plot of lookupPlots(
    [{ name: 'node lookups', measures: walks }],
    scenario.roundTripMs,
    {
      queries: { name: 'k + 4, for the mean', value: MOST_QUERIES },
      hops: { name: 'log2(n) / 5, for the mean', value: goal },
    },
  )) {
    scenario.plot(plot)
  }
}

function addTrafficFigures(scenario: ScenarioRun, { datagrams, bytes }: TrafficReading): void {
  const samples = datagrams.size
  const unit = 'packets per hour'
  scenario.figure({
    name: 'packets sent by an idle node, mean',
    value: datagrams.mean,
    unit,
    samples,
  })
  scenario.figure({
    name: 'bytes sent by an idle node, mean',
    value: bytes.mean,
    unit: 'bytes per hour',
    samples,
  })
  scenario.plot(trafficPlot([{ name: 'idle', datagrams }]))
}

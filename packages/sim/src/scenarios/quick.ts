// Scenario `quick`: what a lookup costs if all round trips are 50 ms, with all nodes running, with
// a fifth of the nodes dead, and with one packet of twenty lost. With equal round trips the figures
// depend on how the node handles silence, and not on the network.
//
// What is wanted (goals P7, P8), with 200 nodes:
// - all nodes running: an end within 110 ms at the median, after at most 20 queries on average.
// - with dead nodes and with loss: an end within 4 round trips at the median and 8 at the 99th
//   percentile. The dead nodes crash all at once, just before the lookups.
// The 99th percentile of 1,000 lookups is between the 4th and the 17th longest (95 % confidence).

import { LATENCIES } from '../network/latency/latencies.ts'
import { constantLatency, type Latency } from '../network/latency/latency.ts'
import { medianRoundTripMs } from '../network/latency/median-round-trip.ts'
import type { LookupMeasure } from '../oracle/lookup-log.ts'
import { Oracle } from '../oracle/oracle.ts'
import type { Figure, Limit } from '../reports/report.ts'
import { Sample, shareOf } from '../reports/sample.ts'
import type { World } from '../world.ts'
import { announceKeys } from './announce-keys.ts'
import { lookupPlots, roundTrips } from './lookup-plots.ts'
import { LONGEST_LOOKUP_MS } from './observe.ts'
import type { Scenario } from './scenario.ts'
import { ScenarioRun } from './scenario-run.ts'
import { resolveSettings } from './settings.ts'

const HOUR_MS = 3_600_000
/** Used unless `--latency` is given. */
const EQUAL = constantLatency(25)
const MOST_MEDIAN_MS = 110
const MOST_QUERIES = 20
/** In round trips. */
const [MOST_MEDIAN_TIME, MOST_TIME] = [4, 8]
/** Time between two lookups, ms. Few are under way at once. */
const PACE_MS = 50
const LOOKUPS_PER_KEY = 10

/** What is wrong in a network. */
interface Condition {
  readonly name: string
  /** Share of the nodes that crash before the lookups, and of the packets that are lost. */
  readonly dead: number
  readonly loss: number
}

const CONDITIONS: readonly Condition[] = [
  { name: 'no faults', dead: 0, loss: 0 },
  { name: '20 % dead', dead: 0.2, loss: 0 },
  { name: '5 % lost', dead: 0, loss: 0.05 },
]

interface Found extends Condition {
  readonly lookups: readonly LookupMeasure[]
  readonly open: number
}

export const quickScenario: Scenario = Object.freeze<Scenario>({
  name: 'quick',
  summary: 'round trips of 50 ms: what lookups cost without faults, with dead nodes, and with loss',
  defaults: { nodes: 200, hours: 0.25, seed: 1, extras: { lookups: 1_000 } },
  leastNodes: 10,
  extraHelp: { lookups: 'lookups measured in each of the three networks' },
  run(given, observers) {
    const scenario = new ScenarioRun(
      quickScenario,
      resolveSettings(quickScenario, given),
      observers,
    )
    const found = CONDITIONS.map((condition, i) => {
      return measure(scenario, condition, {
        from: i / CONDITIONS.length,
        to: (i + 1) / CONDITIONS.length,
      })
    })
    const roundTripMs = medianRoundTripMs(latencyOf(scenario))
    for (const each of found) addFigures(scenario, each, roundTripMs)
    const sets = found.map(({ name, lookups }) => ({ name, measures: lookups }))
    const most: Limit = { name: 'most at p99', value: MOST_TIME }
    for (const plot of lookupPlots(sets, roundTripMs, { roundTrips: most })) scenario.plot(plot)
    return scenario.report()
  },
})

function measure(
  scenario: ScenarioRun,
  condition: Condition,
  { from, to }: { readonly from: number; readonly to: number },
): Found {
  const { nodes, hours } = scenario.settings
  const at = (share: number): number => from + share * (to - from)
  const world = scenario.world({ network: { latency: latencyOf(scenario) } })
  scenario.grow(world, nodes, { from, to: at(0.4) })
  scenario.advance(world, hours * HOUR_MS, { from: at(0.4), to: at(0.6), what: 'tables settle' })
  const oracle = new Oracle(world)
  const chance = world.chance.branch('quick')
  const dying = chance.sample(world.hosts, Math.round(nodes * condition.dead))
  const publishers = world.hosts.filter((host) => !dying.includes(host))
  const count = Math.ceil(scenario.extra('lookups') / LOOKUPS_PER_KEY)
  const { name } = condition
  announceKeys(scenario, { world, oracle }, { count, publishers, chance, name: `${name}: ` })
  for (const host of dying) host.crash()
  world.network.set({ loss: condition.loss })
  lookUp(scenario, { world, oracle }, { from: at(0.7), to, name })
  return { ...condition, lookups: oracle.log.take(), open: oracle.log.open }
}

function latencyOf({ settings }: ScenarioRun): Latency {
  return settings.latency === undefined ? EQUAL : LATENCIES[settings.latency]
}

function lookUp(
  scenario: ScenarioRun,
  { world, oracle }: { readonly world: World; readonly oracle: Oracle },
  what: { readonly from: number; readonly to: number; readonly name: string },
): void {
  const { from, to, name } = what
  const { log, announcements } = oracle
  const chance = world.chance.branch('quick', 'lookups')
  const count = scenario.extra('lookups')
  const readers = world.honest
  for (let i = 0; i < count; i++) {
    scenario.progress(from + ((to - from) * i) / count, `${name}: lookups`)
    log.lookup(chance.pick(readers), chance.pick(announcements.keys), { mode: 'quick' })
    world.advance(PACE_MS)
  }
  world.advance(LONGEST_LOOKUP_MS)
}

function addFigures(
  scenario: ScenarioRun,
  { name, dead, loss, lookups, open }: Found,
  roundTripMs: number,
): void {
  const samples = lookups.length
  const figure = (what: string, found: Omit<Figure, 'name'>): void => {
    scenario.figure({ name: `${name}: ${what}`, samples, ...found })
  }
  const isWell = dead === 0 && loss === 0
  const ends = new Sample(lookups.map(({ durationMs }) => durationMs))
  const time = roundTrips(lookups, roundTripMs)
  const [median, most] = [time.quantile(0.5), time.quantile(0.99)]
  const unit = 'round trips'
  figure('end, median', {
    value: ends.quantile(0.5),
    unit: 'ms',
    ...(isWell && { atMost: MOST_MEDIAN_MS }),
  })
  figure('time, median', { value: median, unit, atMost: MOST_MEDIAN_TIME })
  figure('time, p99', { value: most, unit, atMost: MOST_TIME })
  const queries = new Sample(lookups.map((lookup) => lookup.queries))
  const limit = isWell && { atMost: MOST_QUERIES }
  figure('queries, mean', { value: queries.mean, unit: 'queries', ...limit })
  figure('lookups that find all', {
    value: shareOf(lookups, (lookup) => lookup.succeeded),
    unit: 'share',
    ...(isWell && { atLeast: 1 }),
  })
  figure('lookups that did not end', { value: open, unit: 'lookups', atMost: 0 })
}

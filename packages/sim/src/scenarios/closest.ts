// Scenario `closest`: lookups are exact though some hosts are near and some far. Nothing is lost
// and no node leaves. So a lookup from any node must end at exactly the k live nodes nearest to its
// target, and no node may be given up because it is slow.
//
// What is wanted (goal R8), with 150 and with 400 nodes, in each latency:
// - exact: at least 99.9 % of lookups. If 10 of 10,000 lookups are not exact, the true share is
//   between 99.82 and 99.95 % (95 % confidence).
// - expired queries: at most 0.1 % of all queries from the first join on. All nodes run, so each
//   expired query was sent to a live node. The latencies are those of `LATENCIES` that are unequal.
//   `--latency` selects one of them, or `uniform`.

import { LATENCIES, type LatencyName } from '../network/latency/latencies.ts'
import { medianRoundTripMs } from '../network/latency/median-round-trip.ts'
import type { LookupMeasure } from '../oracle/lookup-log.ts'
import { Oracle } from '../oracle/oracle.ts'
import { countQueries } from '../oracle/query-count.ts'
import type { Figure } from '../reports/report.ts'
import { Sample, shareOf } from '../reports/sample.ts'
import { lookupPlots } from './lookup-plots.ts'
import { LONGEST_LOOKUP_MS } from './observe.ts'
import type { Scenario } from './scenario.ts'
import { ScenarioRun } from './scenario-run.ts'
import { resolveSettings } from './settings.ts'

const HOUR_MS = 3_600_000
const LEAST_EXACT = 0.999
const MOST_GIVEN_UP = 0.001
const UNEQUAL: readonly LatencyName[] = ['pairs', 'datagrams', 'clustered']
/** Time between two lookups, ms. The network is almost idle then. */
const PACE_MS = 20

/** What was measured in the networks of one latency. */
interface Found {
  readonly latency: LatencyName
  readonly walks: LookupMeasure[]
  open: number
  asked: number
  givenUp: number
}

interface Part {
  readonly from: number
  readonly to: number
}

export const closestScenario: Scenario = Object.freeze<Scenario>({
  name: 'closest',
  summary: 'some hosts near, some far, nothing lost: lookups are exact, no query expires',
  defaults: { nodes: 400, hours: 0.25, seed: 1, extras: { lookups: 10_000, runs: 5 } },
  leastNodes: 2,
  extraHelp: {
    lookups: 'lookups measured for each latency, over all runs',
    runs: 'networks of each latency, each with a seed of its own',
  },
  run(given, observers) {
    const scenario = new ScenarioRun(
      closestScenario,
      resolveSettings(closestScenario, given),
      observers,
    )
    const { latency } = scenario.settings
    const latencies = latency === undefined ? UNEQUAL : [latency]
    for (const [i, each] of latencies.entries()) {
      const part = { from: i / latencies.length, to: (i + 1) / latencies.length }
      addFigures(scenario, measure(scenario, each, part))
    }
    return scenario.report()
  },
})

function measure(scenario: ScenarioRun, latency: LatencyName, { from, to }: Part): Found {
  const found: Found = { latency, walks: [], open: 0, asked: 0, givenUp: 0 }
  const runs = scenario.extra('runs')
  for (let run = 0; run < runs; run++) {
    const share = (to - from) / runs
    walkOneNetwork(scenario, found, { run, from: from + run * share, to: from + (run + 1) * share })
  }
  return found
}

function walkOneNetwork(
  scenario: ScenarioRun,
  found: Found,
  { run, from, to }: Part & { readonly run: number },
): void {
  const { nodes, hours, seed } = scenario.settings
  const network = { latency: LATENCIES[found.latency] }
  const world = scenario.world({ seed: `${seed}/${run}`, network })
  const at = (share: number): number => from + share * (to - from)
  scenario.grow(world, nodes, { from, to: at(0.4) })
  const settling = { from: at(0.4), to: at(0.6), what: `${found.latency}: tables settle` }
  scenario.advance(world, hours * HOUR_MS, settling)
  const { log, anyId } = new Oracle(world)
  const chance = world.chance.branch('closest')
  const count = walksOf(scenario, run)
  for (let i = 0; i < count; i++) {
    scenario.progress(at(0.6 + (0.4 * i) / count), `${found.latency}: lookups`)
    log.closest(chance.pick(world.hosts), anyId(chance))
    world.advance(PACE_MS)
  }
  world.advance(LONGEST_LOOKUP_MS)
  found.open += log.open
  found.walks.push(...log.take())
  const { sent, expired } = countQueries(world)
  found.asked += sent
  found.givenUp += expired
}

/** The number of lookups in one run. The runs differ by at most one lookup. */
function walksOf(scenario: ScenarioRun, run: number): number {
  const [lookups, runs] = [scenario.extra('lookups'), scenario.extra('runs')]
  return Math.floor(((run + 1) * lookups) / runs) - Math.floor((run * lookups) / runs)
}

function addFigures(scenario: ScenarioRun, { latency, walks, open, asked, givenUp }: Found): void {
  const figure = (what: string, found: Omit<Figure, 'name'>): void => {
    scenario.figure({ name: `${latency}: ${what}`, ...found })
  }
  const samples = walks.length
  const exact = shareOf(walks, (walk) => walk.exact)
  figure('exact node lookups', { value: exact, unit: 'share', atLeast: LEAST_EXACT, samples })
  figure('queries to live nodes that expired', {
    value: givenUp / asked,
    unit: 'share',
    atMost: MOST_GIVEN_UP,
    samples: asked,
  })
  figure('lookups that did not end', { value: open, unit: 'lookups', atMost: 0 })
  const queries = new Sample(walks.map((walk) => walk.queries))
  figure('queries per lookup, mean', { value: queries.mean, unit: 'queries', samples })
  const time = new Sample(walks.map((walk) => walk.durationMs))
  figure('time, median', { value: time.quantile(0.5), unit: 'ms', samples })
  figure('time, p99', { value: time.quantile(0.99), unit: 'ms', samples })
  const roundTripMs = medianRoundTripMs(LATENCIES[latency])
  figure('round trip, median', { value: roundTripMs, unit: 'ms' })
  for (const plot of lookupPlots([{ name: 'node lookups', measures: walks }], roundTripMs)) {
    scenario.plot({ ...plot, name: `${plot.name}, ${latency}` })
  }
}

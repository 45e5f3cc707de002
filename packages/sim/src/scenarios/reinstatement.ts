// Scenario `reinstatement`: all holders of a value crash, and its publisher stays. Within the hour
// every node finds the value again, because it is published again every half-hour, with up to two
// minutes more or less.
//
// What is wanted (goal R1): all nodes, with every seed. Nothing is lost unless `--loss` is given.
// Then three of ten thousand nodes may miss the value (property SIM-R2 allows one of a thousand).
// If none of n runs fails, the probability of a failure is below 3 / n with 95 % confidence: 1,000
// runs show less than 0.3 %. The instant of the crash is drawn from the whole hour after the first
// round.

import type { LookupMeasure } from '../oracle/lookup-log.ts'
import { Oracle } from '../oracle/oracle.ts'
import { Sample, shareOf } from '../reports/sample.ts'
import type { World } from '../world.ts'
import { lookupPlots } from './lookup-plots.ts'
import type { Scenario } from './scenario.ts'
import { ScenarioRun } from './scenario-run.ts'
import { resolveSettings } from './settings.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const LEAST_WITH_LOSS = 0.9997
/** Time from the end of growth to the announcement, ms. The last node is known by then. */
const SETTLING_MS = MINUTE_MS
/** Time between two searches for new holders, ms. */
const LOOK_MS = MINUTE_MS

/** What was measured in one run. */
interface Run {
  readonly seed: string
  /** Number of nodes that crashed. */
  readonly crashed: number
  /** Time from the crash until a node stored the value again, minutes; undefined: none did. */
  readonly backAfter: number | undefined
  readonly lookups: readonly LookupMeasure[]
}

export const reinstatement: Scenario = Object.freeze<Scenario>({
  name: 'reinstatement',
  summary: 'all holders of a value crash; every node finds it again within the hour',
  defaults: { nodes: 30, hours: 1, seed: 1, extras: { runs: 100, loss: 0 } },
  leastNodes: 10,
  extraHelp: {
    runs: 'small networks, each with a seed of its own',
    loss: 'packets lost, per cent',
  },
  run(given, observers) {
    const scenario = new ScenarioRun(
      reinstatement,
      resolveSettings(reinstatement, given),
      observers,
    )
    const count = scenario.extra('runs')
    const runs: Run[] = []
    for (let i = 0; i < count; i++)
      runs.push(reinstate(scenario, `${scenario.settings.seed}/${i}`, i / count))
    addFigures(scenario, runs)
    return scenario.report()
  },
})

function reinstate(scenario: ScenarioRun, seed: string, share: number): Run {
  const { nodes, hours } = scenario.settings
  const world = scenario.world({ seed, network: { loss: scenario.extra('loss') / 100 } })
  world.grow(nodes)
  world.advance(SETTLING_MS)
  const oracle = new Oracle(world)
  const chance = world.chance.branch('reinstatement')
  const publisher = chance.pick(world.hosts)
  const key = oracle.anyId(chance)
  oracle.announcements.announce(publisher, key)
  world.advance(MINUTE_MS + chance.below(HOUR_MS))
  const [holders = []] = oracle.survey([key]).holders
  const doomed = holders.filter((host) => host !== publisher)
  for (const host of doomed) host.crash()
  const crashedAt = world.now
  const backAfter = awaitHolders(world, oracle, { key, untilMs: hours * HOUR_MS })
  world.advance(crashedAt + hours * HOUR_MS - world.now)
  for (const host of world.honest) oracle.log.lookup(host, key)
  world.advance(2 * MINUTE_MS)
  scenario.progress(share, 'values lose their holders')
  return { seed, crashed: doomed.length, backAfter, lookups: oracle.log.take() }
}

/** Lets time pass until a node stores the value. @returns minutes; undefined: none did in time */
function awaitHolders(
  world: World,
  oracle: Oracle,
  {
    key,
    untilMs,
  }: { readonly key: Parameters<Oracle['announcements']['expected']>[0]; untilMs: number },
): number | undefined {
  for (let passed = 0; passed < untilMs; passed += LOOK_MS) {
    const [holders = []] = oracle.survey([key]).holders
    if (holders.length > 0) return passed / MINUTE_MS
    world.advance(Math.min(LOOK_MS, untilMs - passed))
  }
  return undefined
}

function addFigures(scenario: ScenarioRun, runs: readonly Run[]): void {
  const isWhole = (run: Run): boolean => run.lookups.every((lookup) => lookup.succeeded)
  const lookups = runs.flatMap((run) => run.lookups)
  const isLossless = scenario.extra('loss') === 0
  const failing = runs.filter((run) => !isWhole(run) || run.lookups.length === 0)
  scenario.figure({
    name: 'successful lookups after the hour',
    value: shareOf(lookups, (lookup) => lookup.succeeded),
    unit: 'share',
    atLeast: isLossless ? 1 : LEAST_WITH_LOSS,
    samples: lookups.length,
  })
  scenario.figure({
    name: 'runs with a failed lookup',
    value: failing.length,
    unit: 'runs',
    ...(isLossless && { atMost: 0 }),
    samples: runs.length,
  })
  // A run in which no node stored the value would prove nothing.
  const idle = runs.filter((run) => run.crashed === 0).length
  scenario.figure({ name: 'runs in which no node crashed', value: idle, unit: 'runs', atMost: 0 })
  const back = new Sample(runs.flatMap((run) => run.backAfter ?? []))
  const samples = back.size
  scenario.figure({
    name: 'time without a holder, mean',
    value: back.mean,
    unit: 'minutes',
    samples,
  })
  scenario.figure({
    name: 'time without a holder, most',
    value: back.most,
    unit: 'minutes',
    atMost: 60,
    samples,
  })
  scenario.plot({
    kind: 'bars',
    name: 'From the crash until a node stores the value again',
    unit: 'minutes',
    binWidth: 2,
    sets: [{ name: 'runs', counts: back.counts(2) }],
    limits: [{ name: 'the hour', value: 60 }],
  })
  const set = { name: 'lookups', measures: lookups }
  for (const plot of lookupPlots([set], scenario.roundTripMs)) scenario.plot(plot)
  for (const { seed } of failing.slice(0, 10)) scenario.note(`A lookup failed with seed ${seed}.`)
}

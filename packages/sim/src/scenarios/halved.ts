// Scenario `halved`: half of the nodes crash at once. The other half still finds what live nodes
// publish, and two hours later names none of the dead nodes.
//
// What is wanted:
// - found after the first hour: all (goal R1: a value that lost all holders was entered again by
//   then).
// - found before: a value loses all 8 holders with a probability of 2^-8 and is then missing for a
//   quarter of an hour on average. 99 % of lookups allows several times that.
// - exact at the end: all lookups.
// - dead at the end, among the members that a node would name: none (property SIM-K3), since silent
//   members are pinged.
// - time: only shown. What is wanted of it (goal P8) is measured with equal round trips (scenario
//   `quick`).

import type { LookupMeasure } from '../oracle/lookup-log.ts'
import { Oracle } from '../oracle/oracle.ts'
import { shareOf } from '../reports/sample.ts'
import type { World } from '../world.ts'
import { announceKeys } from './announce-keys.ts'
import { lookupPlots, roundTrips } from './lookup-plots.ts'
import { LONGEST_LOOKUP_MS, observe, plotsOverTime } from './observe.ts'
import type { Scenario } from './scenario.ts'
import { ScenarioRun } from './scenario-run.ts'
import { resolveSettings } from './settings.ts'

const HOUR_MS = 3_600_000
const LEAST_BEFORE = 0.99
const LEAST_AFTER = 1
const LEAST_EXACT = 1
const MOST_DEAD = 0
const KEYS = 40
const SURVEYS_PER_HOUR = 12
/** Number of lookups of random targets at the end. */
const WALKS = 300

export const halved: Scenario = Object.freeze<Scenario>({
  name: 'halved',
  summary: 'half the nodes crash at once; the others find what is published and forget the dead',
  defaults: { nodes: 1_000, hours: 2, seed: 1, extras: { share: 50, lookups: 3_000 } },
  leastNodes: 40,
  extraHelp: {
    share: 'nodes that crash, per cent',
    lookups: 'lookups measured afterwards',
  },
  run(given, observers) {
    const scenario = new ScenarioRun(halved, resolveSettings(halved, given), observers)
    const { nodes, hours } = scenario.settings
    const world = scenario.world()
    scenario.grow(world, nodes, { to: 0.3 })
    const oracle = new Oracle(world)
    const chance = world.chance.branch('halved')
    const publishers = chance.sample(world.honest, KEYS)
    announceKeys(scenario, { world, oracle }, { count: KEYS, publishers, chance })
    const dying = Math.round((nodes * scenario.extra('share')) / 100)
    for (const host of chance.sample(world.honest, dying)) host.crash()
    world.note(`${dying} nodes crash`)
    const observed = observe(
      scenario,
      { world, oracle },
      {
        ms: hours * HOUR_MS,
        lookups: scenario.extra('lookups'),
        surveys: Math.max(2, Math.round(hours * SURVEYS_PER_HOUR)),
        chance,
        from: 0.3,
        to: 0.98,
        what: 'the others go on',
      },
    )
    addFigures(scenario, observed)
    addEndFigures(scenario, walkEverywhere(world, oracle))
    const { open } = oracle.log
    scenario.figure({ name: 'lookups that did not end', value: open, unit: 'lookups', atMost: 0 })
    return scenario.report()
  },
})

function addFigures(scenario: ScenarioRun, observed: ReturnType<typeof observe>): void {
  const { lookups, surveys, since } = observed
  const isEarly = ({ at }: LookupMeasure): boolean => at - since < HOUR_MS
  const early = lookups.filter(isEarly)
  const late = lookups.filter((lookup) => !isEarly(lookup))
  const found = (name: string, of: readonly LookupMeasure[], atLeast: number): void => {
    const value = shareOf(of, (lookup) => lookup.succeeded)
    scenario.figure({ name, value, unit: 'share', atLeast, samples: of.length })
  }
  found('lookups that find all, first hour', early, LEAST_BEFORE)
  if (late.length > 0) found('lookups that find all, later', late, LEAST_AFTER)
  const first = lookups.filter(({ at }) => at - since < HOUR_MS / 12)
  addTimeFigures(scenario, 'first five minutes', first)
  addTimeFigures(scenario, 'later', late)
  const last = surveys.at(-1)?.tables
  scenario.figure({
    name: 'dead nodes among named members, at the end',
    value: last?.deadShare ?? Number.NaN,
    unit: 'share',
    atMost: MOST_DEAD,
  })
  scenario.figure({
    name: 'nodes with complete tables, at the end',
    value: last?.completeShare ?? Number.NaN,
    unit: 'share',
  })
  const limits = [{ name: 'wanted in the first hour', value: LEAST_BEFORE }]
  const set = { name: 'live nodes', ...observed }
  for (const plot of plotsOverTime([set], { success: { limits } })) scenario.plot(plot)
  const sets = [
    { name: 'first five minutes', measures: first },
    { name: 'after the hour', measures: late },
  ]
  for (const plot of lookupPlots(sets, scenario.roundTripMs)) scenario.plot(plot)
}

function addTimeFigures(scenario: ScenarioRun, when: string, of: readonly LookupMeasure[]): void {
  const time = roundTrips(of, scenario.roundTripMs)
  const figure = (what: string, value: number): void => {
    const name = `time, ${what}, ${when}`
    scenario.figure({ name, value, unit: 'round trips', samples: of.length })
  }
  figure('median', time.quantile(0.5))
  figure('p99', time.quantile(0.99))
}

function walkEverywhere(world: World, { log, anyId }: Oracle): LookupMeasure[] {
  const chance = world.chance.branch('halved', 'walks')
  const hosts = world.honest
  for (let i = 0; i < WALKS; i++) log.closest(chance.pick(hosts), anyId(chance))
  world.advance(LONGEST_LOOKUP_MS)
  return log.take()
}

function addEndFigures(scenario: ScenarioRun, walks: readonly LookupMeasure[]): void {
  scenario.figure({
    name: 'exact node lookups, at the end',
    value: shareOf(walks, (walk) => walk.exact),
    unit: 'share',
    atLeast: LEAST_EXACT,
    samples: walks.length,
  })
}

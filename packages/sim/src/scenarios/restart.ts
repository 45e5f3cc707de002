// Everybody goes down, and comes back from disk: nobody has a bootstrap node, all there is are the
// contacts that each had saved. Half had closed in good order, half fell silent and have what was
// saved last; a share never comes back.
//
// What is wanted:
// - ten minutes after the last start everybody has found somebody: all. Whoever starts first finds
//   nobody and tries again, after five minutes at most.
// - from 35 minutes after the last start on, walks are exact and what was published is found: all,
//   since every entry is on its publisher's disk, and was renewed half an hour after it came back.
// - before that it is shown how many are found: whoever finds fewer than k nodes publishes again
//   within minutes, but the first of a large network may find k that are not the nearest for long
//   (property SIM-R4 allows a gap of half an hour).

import type { Host } from '../host/host.ts'
import type { LookupMeasure } from '../oracle/lookup-log.ts'
import { Oracle } from '../oracle/oracle.ts'
import { shareOf } from '../reports/sample.ts'
import type { World } from '../world.ts'
import { enterKeys } from './enter-keys.ts'
import { lookupPlots } from './lookup-plots.ts'
import { LONGEST_LOOKUP_MS, type Observed, observe, plotsOverTime } from './observe.ts'
import type { Scenario } from './scenario.ts'
import { ScenarioRun } from './scenario-run.ts'
import { resolveSettings } from './settings.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** Time between two savings of a node's state, ms. */
const SAVE_MS = 10 * MINUTE_MS
/** Everybody comes back within this, ms. */
const RETURN_MS = 5 * MINUTE_MS
/** From the last start until everybody must have found somebody, ms. */
const STANDING_MS = 10 * MINUTE_MS
/** And until every entry must have been renewed, ms. */
const RENEWED_MS = 35 * MINUTE_MS
const KEYS = 20
const WALKS = 300
const SURVEYS_PER_HOUR = 12

export const restart: Scenario = Object.freeze<Scenario>({
  name: 'restart',
  summary: 'everybody restarts from disk, without bootstrap nodes; the network stands again',
  defaults: { nodes: 500, hours: 1, seed: 1, extras: { away: 10, gone: 20, lookups: 2_000 } },
  leastNodes: 20,
  extraHelp: {
    away: 'time that nobody runs, minutes',
    gone: 'nodes that never come back, per cent',
    lookups: 'lookups measured afterwards',
  },
  run(given, observers) {
    const scenario = new ScenarioRun(restart, resolveSettings(restart, given), observers)
    const world = scenario.world()
    const hosts = growSaving(scenario, world)
    const oracle = new Oracle(world)
    const chance = world.chance.branch('restart')
    const publishers = chance.sample(hosts, Math.min(KEYS, hosts.length))
    enterKeys(scenario, { world, oracle }, { count: KEYS, publishers, chance })
    scenario.advance(world, 2 * SAVE_MS, { from: 0.4, to: 0.5, what: 'all is well' })
    for (const host of hosts) {
      if (chance.happens(0.5)) host.close()
      else host.crash()
    }
    world.note('everybody is down')
    scenario.advance(world, scenario.extra('away') * MINUTE_MS, {
      from: 0.5,
      to: 0.5,
      what: 'silence',
    })
    const gone = Math.round((hosts.length * scenario.extra('gone')) / 100)
    const back = chance.sample(hosts, hosts.length - gone)
    for (const host of back) world.at(world.now + chance.below(RETURN_MS), () => void host.start())
    const waiting = { from: 0.5, to: 0.7, what: 'everybody comes back' }
    scenario.advance(world, RETURN_MS + STANDING_MS, waiting)
    tellStanding(scenario, world, back)
    const observed = observe(
      scenario,
      { world, oracle },
      {
        ms: scenario.settings.hours * HOUR_MS,
        lookups: scenario.extra('lookups'),
        surveys: Math.max(2, Math.round(scenario.settings.hours * SURVEYS_PER_HOUR)),
        chance,
        from: 0.7,
        to: 0.95,
        what: 'the network stands again',
      },
    )
    tell(scenario, observed, walkEverywhere(world, oracle))
    const { open } = oracle.log
    scenario.figure({ name: 'lookups without an end', value: open, unit: 'lookups', atMost: 0 })
    return scenario.report()
  },
})

function growSaving(scenario: ScenarioRun, world: World): Host[] {
  const { nodes } = scenario.settings
  const hosts: Host[] = []
  for (let i = 0; i < nodes; i += 50) {
    scenario.progress((0.4 * i) / nodes, 'the network grows')
    hosts.push(...world.grow(Math.min(50, nodes - i), { host: { saveEveryMs: SAVE_MS } }))
  }
  return hosts
}

function tellStanding(scenario: ScenarioRun, world: World, back: readonly Host[]): void {
  const isIn = (host: Host): boolean => {
    return host.core?.info(host.now).overlays.every(({ joined }) => joined) === true
  }
  const value = shareOf(back, isIn)
  const samples = back.length
  scenario.figure({
    name: 'nodes that found the network',
    value,
    unit: 'share',
    atLeast: 1,
    samples,
  })
  world.note('all must stand')
}

function walkEverywhere(world: World, { log, anyId }: Oracle): LookupMeasure[] {
  const chance = world.chance.branch('restart', 'walks')
  const hosts = world.honest
  for (let i = 0; i < WALKS; i++) log.closest(chance.pick(hosts), anyId(chance))
  world.advance(LONGEST_LOOKUP_MS)
  return log.take()
}

function tell(scenario: ScenarioRun, observed: Observed, walks: readonly LookupMeasure[]): void {
  const { lookups, since } = observed
  const renewedAt = since - STANDING_MS + RENEWED_MS
  const early = lookups.filter(({ at }) => at < renewedAt)
  const late = lookups.filter(({ at }) => at >= renewedAt)
  const share = (name: string, measures: readonly boolean[], wanted: object = {}): void => {
    const value = shareOf(measures, (isMet) => isMet)
    scenario.figure({ name, value, unit: 'share', samples: measures.length, ...wanted })
  }
  const found = (of: readonly LookupMeasure[]): boolean[] => of.map(({ succeeded }) => succeeded)
  share('lookups that find all, before renewal', found(early))
  share('lookups that find all, after it', found(late), { atLeast: 1 })
  const exact = walks.map((walk) => walk.exact)
  share('walks that are exact, at the end', exact, { atLeast: 1 })
  const marks = [{ name: 'all must be found', value: (renewedAt - since) / HOUR_MS }]
  const set = { name: 'after the restart', ...observed }
  for (const plot of plotsOverTime([set], { all: { marks } })) scenario.plot(plot)
  for (const plot of lookupPlots([{ name: 'lookups', measures: lookups }], scenario.roundTripMs))
    scenario.plot(plot)
}

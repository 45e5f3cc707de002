// Scenario `restart`: all nodes stop and start again from disk. No node has a bootstrap node, only
// the contacts that it has saved. Half of the nodes had closed, half had crashed and have what was
// saved last. A share of the nodes never comes back.
//
// What is wanted:
// - ten minutes after the last start all nodes have found others. The nodes that start first find
//   none and try again, after five minutes at most.
// - from 35 minutes after the last start on, lookups are exact and what was published is found:
//   all. Every announcement is on its publisher's disk and was renewed half an hour after the
//   start.
// - before that the share that is found is only shown. A node that finds fewer than k nodes
//   publishes again within minutes. But the first nodes of a large network may find k nodes that
//   are not the nearest (property SIM-R4 allows a gap of half an hour).

import type { Host } from '../host/host.ts'
import type { LookupMeasure } from '../oracle/lookup-log.ts'
import { Oracle } from '../oracle/oracle.ts'
import { shareOf } from '../reports/sample.ts'
import type { World } from '../world.ts'
import { announceKeys } from './announce-keys.ts'
import { lookupPlots } from './lookup-plots.ts'
import { LONGEST_LOOKUP_MS, type Observed, observe, plotsOverTime } from './observe.ts'
import type { Scenario } from './scenario.ts'
import { ScenarioRun } from './scenario-run.ts'
import { resolveSettings } from './settings.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** Time between two saves of a node's state, ms. */
const SAVE_MS = 10 * MINUTE_MS
/** All nodes start within this time, ms. */
const RETURN_MS = 5 * MINUTE_MS
/** Time after the last start until all nodes must have found others, ms. */
const STANDING_MS = 10 * MINUTE_MS
/** Time after the last start until all announcements must be renewed, ms. */
const RENEWED_MS = 35 * MINUTE_MS
const KEYS = 20
const WALKS = 300
const SURVEYS_PER_HOUR = 12

export const restart: Scenario = Object.freeze<Scenario>({
  name: 'restart',
  summary: 'all nodes restart from disk, without bootstrap nodes; the network forms again',
  defaults: { nodes: 500, hours: 1, seed: 1, extras: { away: 10, gone: 20, lookups: 2_000 } },
  leastNodes: 20,
  extraHelp: {
    away: 'time without a running node, minutes',
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
    announceKeys(scenario, { world, oracle }, { count: KEYS, publishers, chance })
    scenario.advance(world, 2 * SAVE_MS, { from: 0.4, to: 0.5, what: 'states are saved' })
    for (const host of hosts) {
      if (chance.happens(0.5)) host.close()
      else host.crash()
    }
    world.note('all nodes are down')
    scenario.advance(world, scenario.extra('away') * MINUTE_MS, {
      from: 0.5,
      to: 0.5,
      what: 'no node runs',
    })
    const gone = Math.round((hosts.length * scenario.extra('gone')) / 100)
    const back = chance.sample(hosts, hosts.length - gone)
    for (const host of back) world.at(world.now + chance.below(RETURN_MS), () => void host.start())
    const waiting = { from: 0.5, to: 0.7, what: 'nodes come back' }
    scenario.advance(world, RETURN_MS + STANDING_MS, waiting)
    addJoinedFigure(scenario, world, back)
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
        what: 'the network has formed again',
      },
    )
    addFigures(scenario, observed, walkEverywhere(world, oracle))
    const { open } = oracle.log
    scenario.figure({ name: 'lookups that did not end', value: open, unit: 'lookups', atMost: 0 })
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

function addJoinedFigure(scenario: ScenarioRun, world: World, back: readonly Host[]): void {
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
  world.note('all must have joined')
}

function walkEverywhere(world: World, { log, anyId }: Oracle): LookupMeasure[] {
  const chance = world.chance.branch('restart', 'walks')
  const hosts = world.honest
  for (let i = 0; i < WALKS; i++) log.closest(chance.pick(hosts), anyId(chance))
  world.advance(LONGEST_LOOKUP_MS)
  return log.take()
}

function addFigures(
  scenario: ScenarioRun,
  observed: Observed,
  walks: readonly LookupMeasure[],
): void {
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
  share('exact node lookups, at the end', exact, { atLeast: 1 })
  const marks = [{ name: 'all must be found', value: (renewedAt - since) / HOUR_MS }]
  const set = { name: 'after the restart', ...observed }
  for (const plot of plotsOverTime([set], { all: { marks } })) scenario.plot(plot)
  for (const plot of lookupPlots([{ name: 'lookups', measures: lookups }], scenario.roundTripMs))
    scenario.plot(plot)
}

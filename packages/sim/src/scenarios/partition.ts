// Scenario `partition`: the network is partitioned into two halves for half an hour, and heals.
// Each half goes on alone. After the partition everything is found from everywhere, also what was
// entered meanwhile. Two networks that never had a common contact never become one. That is a
// limit, and it is shown too.
//
// What is wanted (properties SIM-P1, SIM-P2):
// - during the partition, from the tenth minute on, each half finds what was entered there
//   meanwhile: 99 % (measured: all, seeds 1 and 2 with 100 nodes, 1 with 200).
// - 50 minutes after it, however long it was, each value of either half is found from everywhere:
//   all. A bad contact is queried again within a quarter of an hour, values are entered again
//   within half an hour, and a few minutes are for the rest.
// - of two networks without a common contact, no node finds anything of the other network.

import type { Chance } from '../chance.ts'
import type { Host } from '../host/host.ts'
import type { LookupMeasure } from '../oracle/lookup-log.ts'
import { Oracle } from '../oracle/oracle.ts'
import { shareOf } from '../reports/sample.ts'
import type { World } from '../world.ts'
import { announceKeys } from './announce-keys.ts'
import { type ObservedSet, observe, plotsOverTime } from './observe.ts'
import type { Scenario } from './scenario.ts'
import { ScenarioRun } from './scenario-run.ts'
import { resolveSettings } from './settings.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const LEAST_DURING = 0.99
const LEAST_AFTER = 1
/** Time after the partition until everything must be found from everywhere, ms. */
const HEALED_MS = 50 * MINUTE_MS
const SETTLED_MS = 10 * MINUTE_MS
/** Time between two joins in the separate networks, ms. */
const JOIN_MS = 100
/** Number of identities that each half enters during the partition. */
const KEYS = 10
const SURVEYS_PER_HOUR = 12

export const partition: Scenario = Object.freeze<Scenario>({
  name: 'partition',
  summary: 'two halves for half an hour, then one network again; separate networks stay separate',
  defaults: { nodes: 200, hours: 2, seed: 1, extras: { minutes: 30, lookups: 2_000 } },
  leastNodes: 40,
  extraHelp: {
    minutes: 'how long the partition lasts, minutes',
    lookups: 'lookups measured, during the partition and after it',
  },
  run(given, observers) {
    const scenario = new ScenarioRun(partition, resolveSettings(partition, given), observers)
    cutAndHeal(scenario)
    separateNetworks(scenario)
    return scenario.report()
  },
})

function cutAndHeal(scenario: ScenarioRun): void {
  const { nodes, hours } = scenario.settings
  const world = scenario.world()
  scenario.grow(world, nodes, { to: 0.2 })
  const oracle = new Oracle(world)
  const chance = world.chance.branch('partition')
  const mixed = chance.sample(world.hosts, nodes)
  const sides = [mixed.slice(0, nodes / 2), mixed.slice(nodes / 2)] as const
  const heal = world.network.partition(sides)
  world.note('the network is partitioned')
  const during = sidesOf(scenario, { world, oracle, sides, chance })
  heal()
  world.note('the network is whole')
  const both = observe(
    scenario,
    { world, oracle },
    {
      ms: hours * HOUR_MS,
      lookups: scenario.extra('lookups'),
      surveys: Math.round(hours * SURVEYS_PER_HOUR),
      chance,
      from: 0.4,
      to: 0.9,
      what: 'the network heals',
    },
  )
  addFigures(scenario, during, { ...both, name: 'whole again' })
  const { open } = oracle.log
  scenario.figure({ name: 'lookups that did not end', value: open, unit: 'lookups', atMost: 0 })
}

/** Each half enters and looks up identities of its own. */
function sidesOf(
  scenario: ScenarioRun,
  what: {
    readonly world: World
    readonly oracle: Oracle
    readonly sides: readonly (readonly Host[])[]
    readonly chance: Chance
  },
): LookupMeasure[] {
  const { world, oracle, sides, chance } = what
  const settledAt = world.now + SETTLED_MS
  const keys = sides.map((side, i) => {
    const before = oracle.announcements.keys.length
    announceKeys(
      scenario,
      { world, oracle },
      {
        count: KEYS,
        publishers: chance.sample(side, KEYS),
        chance,
        name: i === 0 ? 'one half: ' : 'other half: ',
      },
    )
    return oracle.announcements.keys.slice(before)
  })
  const ms = Math.max(
    0,
    scenario.extra('minutes') * MINUTE_MS - (world.now - settledAt + SETTLED_MS),
  )
  const count = scenario.extra('lookups')
  for (let i = 0; i < count; i++) {
    const [side, own] = [sides[i % 2] as readonly Host[], keys[i % 2] ?? []]
    world.at(world.now + Math.floor((i * ms) / count), () => {
      oracle.log.lookup(chance.pick(side), chance.pick(own))
    })
  }
  scenario.advance(world, ms, { from: 0.2, to: 0.4, what: 'two halves' })
  return oracle.log.take().filter(({ at }) => at >= settledAt)
}

function addFigures(
  scenario: ScenarioRun,
  during: readonly LookupMeasure[],
  after: ObservedSet,
): void {
  const { lookups, since } = after
  const late = lookups.filter(({ at }) => at - since >= HEALED_MS)
  const early = lookups.filter(({ at }) => at - since < HEALED_MS)
  const found = (name: string, of: readonly LookupMeasure[], wanted: object = {}): void => {
    const value = shareOf(of, (lookup) => lookup.succeeded)
    scenario.figure({ name, value, unit: 'share', samples: of.length, ...wanted })
  }
  found('lookups in each half, of its own values', during, { atLeast: LEAST_DURING })
  found(`lookups from everywhere, first ${HEALED_MS / MINUTE_MS} minutes`, early)
  found('lookups from everywhere, later', late, { atLeast: LEAST_AFTER })
  const lastMiss = lookups.filter((lookup) => !lookup.succeeded).map(({ at }) => at - since)
  scenario.figure({
    name: 'last failed lookup after the partition',
    value: Math.max(0, ...lastMiss) / MINUTE_MS,
    unit: 'minutes',
    atMost: HEALED_MS / MINUTE_MS,
  })
  const marks = [{ name: 'all must be found', value: HEALED_MS / HOUR_MS }]
  for (const plot of plotsOverTime([after], { all: { marks } })) scenario.plot(plot)
}

/** Two networks that grew separately and can reach one another. */
function separateNetworks(scenario: ScenarioRun): void {
  const nodes = Math.max(20, Math.round(scenario.settings.nodes / 4))
  const world = scenario.world()
  const sides = [0, 1].map((side) => {
    const hosts = Array.from({ length: nodes }, () => world.addHost())
    for (const [i, host] of hosts.entries()) {
      const known = i === 0 ? [] : [(hosts[0] as Host).endpoint]
      host.start({ bootstrap: known })
      world.advance(JOIN_MS)
    }
    scenario.progress(0.9 + side / 20, 'separate networks')
    return hosts
  })
  const oracle = new Oracle(world)
  const chance = world.chance.branch('strangers')
  const [one = [], other = []] = sides
  announceKeys(
    scenario,
    { world, oracle },
    { count: KEYS, publishers: chance.sample(one, KEYS), chance, name: 'separate networks: ' },
  )
  scenario.advance(world, HOUR_MS, { from: 0.95, to: 0.98, what: 'separate networks' })
  for (const key of oracle.announcements.keys) oracle.log.lookup(chance.pick(one), key)
  world.advance(2 * MINUTE_MS)
  const own = oracle.log.take()
  for (const key of oracle.announcements.keys)
    for (const host of other) oracle.log.lookup(host, key)
  world.advance(2 * MINUTE_MS)
  const foreign = oracle.log.take()
  const share = (of: readonly LookupMeasure[]): number => shareOf(of, (each) => each.succeeded)
  const unit = 'share'
  scenario.figure({
    name: 'separate networks: lookups of their own values',
    value: share(own),
    unit,
    atLeast: 1,
    samples: own.length,
  })
  scenario.figure({
    name: "separate networks: lookups of the other network's values",
    value: share(foreign),
    unit,
    atMost: 0,
    samples: foreign.length,
  })
}

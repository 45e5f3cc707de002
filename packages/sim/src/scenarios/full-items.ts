// Scenario `full-items`: one host with a few addresses of one subnet puts new items until the item
// stores of all nodes take no more of it (BEP 44, Mainline). Then honest nodes put items. It
// measures how many of these are accepted and got, and which part of the room is the attacker's.

import { mainline } from '@dht/krpc'
import { attackEndpoints } from '../adversaries/attack-addresses.ts'
import { itemFiller } from '../adversaries/item-filler.ts'
import type { Host } from '../host/host.ts'
import { Sample, shareOf } from '../reports/sample.ts'
import { itemGoal, itemRequest, scriptItem } from '../script-items.ts'
import type { World } from '../world.ts'
import { addAttacker, grownWorld } from './attack-world.ts'
import type { Scenario } from './scenario.ts'
import { ScenarioRun } from './scenario-run.ts'
import { resolveSettings } from './settings.ts'

const SECOND_MS = 1_000
/** Longest time of the writes and of the lookups, ms. */
const STANDING_MS = 120 * SECOND_MS
/** The attacker has filled what it can if it filled no more for so long, ms. */
const STILL_MS = 30 * SECOND_MS
const LONGEST_FILLING_MS = 3_600 * SECOND_MS
/** Bounds of an item store for each item that it may hold, as in the defaults of the node. */
const ITEMS_PER_SOURCE = 1 / 32
/** Share of the items that must be accepted and got, whether or not there is an attack. */
const LEAST = 0.99
/** No script uses such keys. */
const FIRST_KEY = 10_000

export const fullItems: Scenario = Object.freeze<Scenario>({
  name: 'full-items',
  summary: 'one host with a few addresses of one subnet fills the item stores of all nodes',
  defaults: {
    nodes: 100,
    hours: 0,
    seed: 1,
    latency: 'uniform',
    extras: { addresses: 10, subnets: 1, items: 400, honest: 100 },
  },
  leastNodes: 10,
  extraHelp: {
    addresses: 'addresses of the attacker',
    subnets: 'IPv4 /24s over which they are spread',
    items: 'items that one node stores (maxItems); the bound of a source follows; 0: the defaults',
    honest: 'items that honest nodes put before the attack, and again under it',
  },
  run(given, observers) {
    const scenario = new ScenarioRun(fullItems, resolveSettings(fullItems, given), observers)
    const maxItems = scenario.extra('items')
    const core =
      maxItems === 0 ? {} : { maxItems, maxItemsPerSource: Math.ceil(maxItems * ITEMS_PER_SOURCE) }
    const world = grownWorld(scenario, { protocol: mainline, core, from: 0, to: 0.3 })
    const keys = addFigures(scenario, world, { name: 'before the attack', firstKey: FIRST_KEY })
    const honest = new Set(keys.map((key) => String(scriptItem(key, 0).v)))
    const filledMs = attack(scenario, world)
    const shares = new Sample(world.honest.map((host) => attackersShare(host, honest)))
    const figure = scenario.figure.bind(scenario)
    const value = filledMs / 1_000
    figure({ name: 'time until the attacker stored no more', value, unit: 'seconds' })
    figure({
      name: 'bound of items that the attacker has, mean',
      value: shares.mean,
      unit: 'share',
    })
    figure({ name: 'the same at one node, most', value: shares.most, unit: 'share' })
    const firstKey = FIRST_KEY + scenario.extra('honest')
    addFigures(scenario, world, { name: 'under attack', firstKey })
    return scenario.report()
  },
})

/** Lets the attacker fill the stores. @returns how long they became fuller, ms */
function attack(scenario: ScenarioRun, world: World): number {
  const addresses = scenario.extra('addresses')
  const plan = { addresses, subnets: scenario.extra('subnets') }
  for (const at of attackEndpoints(plan)) addAttacker(world, itemFiller(), at)
  const since = world.now
  let last = { items: itemsIn(world), at: since }
  while (world.now - since < LONGEST_FILLING_MS && world.now - last.at < STILL_MS) {
    scenario.progress(0.5, 'the item stores become full')
    world.advance(5 * SECOND_MS)
    const items = itemsIn(world)
    if (items > last.items) last = { items, at: world.now }
  }
  return last.at - since
}

function itemsIn(world: World): number {
  return world.honest.reduce((sum, { core, now }) => sum + (core?.info(now).items.count ?? 0), 0)
}

/** Items that are not among these values, as a share of those that fit. */
function attackersShare({ core, now }: Host, honest: ReadonlySet<string>): number {
  if (core === undefined) return 0
  const { items, config } = core.inspect(now)
  const theirs = items.items.filter(({ item }) => !honest.has(String(item.v)))
  return theirs.length / config.maxItems
}

/** Lets honest nodes put items, and others get them. @returns the keys of these items */
function addFigures(
  scenario: ScenarioRun,
  world: World,
  { name, firstKey }: { readonly name: string; readonly firstKey: number },
): number[] {
  const chance = world.chance.branch('full-items', firstKey)
  const keys = Array.from({ length: scenario.extra('honest') }, (_, i) => firstKey + i)
  const accepted = new Set<number>()
  for (const key of keys) {
    const request = itemRequest({ kind: 'put', host: 0, key, seq: 0 })
    chance.pick(world.honest).request(request, {
      settled: (outcome) => {
        if (outcome.kind === 'put' && outcome.report.accepted.length > 0) accepted.add(key)
      },
    })
  }
  world.advance(STANDING_MS)
  const goals = keys.map((key) => ({ key, goal: itemGoal(key, false) }))
  for (const { goal } of goals) {
    chance.pick(world.honest).request({ kind: 'lookup-goal', goal }, { settled: () => {} })
  }
  world.advance(STANDING_MS)
  const figure = (said: string, value: number): void => {
    const rest = { unit: 'share', samples: keys.length, atLeast: LEAST } as const
    scenario.figure({ name: `${name}: ${said}`, value, ...rest })
  }
  figure(
    'items that are accepted',
    shareOf(keys, (key) => accepted.has(key)),
  )
  figure(
    'items that others get',
    shareOf(goals, ({ goal }) => goal.item !== undefined),
  )
  return keys
}

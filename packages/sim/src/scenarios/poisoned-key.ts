// Scenario `poisoned-key`: many addresses announce endpoints of their own under a key that an
// honest node publishes, before it or after it. It measures how many lookups that read all holders
// still return the honest endpoint. Before an attack all lookups must find it. What is wanted under
// attack is not part of the scenario yet.

import type { Network as Protocol } from '@dht/krpc'
import { attackEndpoints } from '../adversaries/attack-addresses.ts'
import { poisoner } from '../adversaries/poisoner.ts'
import type { Host } from '../host/host.ts'
import type { Announcement } from '../oracle/announcements.ts'
import { Oracle } from '../oracle/oracle.ts'
import type { Figure } from '../reports/report.ts'
import { Sample, shareOf } from '../reports/sample.ts'
import type { World } from '../world.ts'
import { type EndedLookup, hasFound, lookUpAll, planLookups } from './attack-lookups.ts'
import { addAttacker, grownWorld, NETWORK_HELP, protocolsOf } from './attack-world.ts'
import type { Scenario } from './scenario.ts'
import { ScenarioRun } from './scenario-run.ts'
import { resolveSettings } from './settings.ts'

const HOUR_MS = 3_600_000
/** Time until announcements are stored, ms. */
const STANDING_MS = 80_000
/** Time until all attackers have announced, ms. */
const ATTACK_MS = 60_000
/** The lookups are spread over at least this time, ms. */
const LEAST_MS = 60_000
/** Lookups of each key before attackers come. */
const CONTROLS = 10

export const poisonedKey: Scenario = Object.freeze<Scenario>({
  name: 'poisoned-key',
  summary: 'many addresses announce under a key before its publisher or after it',
  defaults: {
    nodes: 300,
    hours: 0,
    seed: 1,
    latency: 'uniform',
    extras: {
      mainline: undefined,
      later: undefined,
      addresses: 500,
      subnets: 25,
      peers: 1,
      reach: 64,
      keys: 3,
      lookups: 200,
    },
  },
  leastNodes: 20,
  extraHelp: {
    mainline: NETWORK_HELP,
    later: '1: attackers come after the publisher, 0: before it; default: one after the other',
    addresses: 'addresses of attackers',
    subnets: 'IPv4 /24s over which they are spread',
    peers: 'endpoints that each address announces under a key, with different ports',
    reach: 'nodes nearest to a key at which they announce',
    keys: 'keys that are attacked',
    lookups: 'lookups measured in each network, spread over --hours',
  },
  run(given, observers) {
    const scenario = new ScenarioRun(poisonedKey, resolveSettings(poisonedKey, given), observers)
    const { later } = scenario.settings.extras
    const orders = later === undefined ? [false, true] : [later !== 0]
    const protocols = protocolsOf(scenario)
    const trials = protocols.flatMap((protocol) => orders.map((isLater) => ({ protocol, isLater })))
    for (const [i, trial] of trials.entries()) {
      runTrial(scenario, { ...trial, from: i / trials.length, to: (i + 1) / trials.length })
    }
    return scenario.report()
  },
})

interface Trial {
  readonly protocol: Protocol
  readonly isLater: boolean
  readonly from: number
  readonly to: number
}

function runTrial(scenario: ScenarioRun, trial: Trial): void {
  const { protocol, isLater, from, to } = trial
  const middle = (from + to) / 2
  const world = grownWorld(scenario, { protocol, from, to: middle })
  const oracle = new Oracle(world)
  const chance = world.chance.branch('poisoned-key')
  const keys = Array.from({ length: scenario.extra('keys') }, () => {
    return oracle.anyId(chance, protocol.idLength)
  })
  const publish = (): Announcement[] => {
    const publishers = chance.sample(world.honest, keys.length)
    const announced = keys.map((key, i) => {
      return oracle.announcements.announce(publishers[i % publishers.length] as Host, key)
    })
    world.advance(STANDING_MS)
    return announced
  }
  const before = isLater ? publish() : []
  if (isLater) addControl(scenario, world, { trial, announced: before })
  attack(scenario, world, keys)
  const announced = isLater ? before : publish()
  const looked = measure(scenario, world, { announced, trial: { ...trial, from: middle } })
  addFigures(scenario, { trial, announced, looked, oracle })
}

function attack(scenario: ScenarioRun, world: World, keys: Announcement['key'][]): void {
  const adversary = poisoner({
    keys,
    peersPerAddress: scenario.extra('peers'),
    reach: scenario.extra('reach'),
  })
  const addresses = scenario.extra('addresses')
  const subnets = scenario.extra('subnets')
  for (const at of attackEndpoints({ addresses, subnets })) addAttacker(world, adversary, at)
  world.advance(ATTACK_MS)
}

/** A lookup that has ended, and whether it has found the honest endpoint. */
interface Looked extends EndedLookup {
  readonly isFound: boolean
}

interface Measured {
  readonly trial: Trial
  readonly announced: readonly Announcement[]
  /** Default: the option `lookups`. */
  readonly count?: number
}

function measure(scenario: ScenarioRun, world: World, of: Measured): Looked[] {
  const { announced, trial, count = scenario.extra('lookups') } = of
  const planned = planLookups(world, announced, { count, branch: `lookups ${count}` })
  const ms = Math.max(LEAST_MS, scenario.settings.hours * HOUR_MS)
  const lookups = planned.map((each) => each.planned)
  const { from, to, protocol } = trial
  const what = `${protocol.name}: lookups`
  const ended = lookUpAll(scenario, world, { lookups, mode: 'all', ms, from, to, what })
  return ended.map((each, i) => {
    const { announcement } = planned[i] as (typeof planned)[number]
    return { ...each, isFound: hasFound(each, announcement.endpoint) }
  })
}

function nameOf({ protocol, isLater }: Trial): string {
  return `${protocol.name}, attackers ${isLater ? 'later' : 'first'}`
}

/** Without attackers every lookup finds the honest endpoint. */
function addControl(scenario: ScenarioRun, world: World, of: Measured): void {
  const trial = { ...of.trial, to: of.trial.from }
  const count = CONTROLS * of.announced.length
  const looked = measure(scenario, world, { ...of, trial, count })
  scenario.figure({
    name: `${nameOf(of.trial)}: lookups before the attack that find the honest endpoint`,
    value: shareOf(looked, ({ isFound }) => isFound),
    unit: 'share',
    atLeast: 0.98,
    samples: looked.length,
  })
}

function addFigures(
  scenario: ScenarioRun,
  {
    trial,
    announced,
    looked,
    oracle,
  }: {
    readonly trial: Trial
    readonly announced: readonly Announcement[]
    readonly looked: readonly Looked[]
    readonly oracle: Oracle
  },
): void {
  const figure = (what: string, found: Omit<Figure, 'name'>): void => {
    scenario.figure({ name: `${nameOf(trial)}: ${what}`, ...found })
  }
  const unit = 'share'
  const complete = looked.filter(({ result }) => result?.complete === true)
  const samples = complete.length
  figure('complete lookups that find the honest endpoint', {
    value: shareOf(complete, ({ isFound }) => isFound),
    unit,
    samples,
  })
  figure('all lookups that find it', {
    value: shareOf(looked, ({ isFound }) => isFound),
    unit,
    samples: looked.length,
  })
  figure('endpoints found, mean', {
    value: new Sample(looked.map(({ result }) => result?.endpoints.length ?? 0)).mean,
    unit: 'endpoints',
  })
  const { holders } = oracle.survey(announced.map(({ key }) => key))
  figure('nodes that store something under the key, mean', {
    value: new Sample(holders.map((hosts) => hosts.length)).mean,
    unit: 'nodes',
  })
  figure('announcements of publishers that were stored', {
    value: shareOf(announced, ({ storedSince }) => storedSince !== undefined),
    unit,
    samples: announced.length,
  })
}

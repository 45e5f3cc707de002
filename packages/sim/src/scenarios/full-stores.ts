// Scenario `full-stores`: one host with a few addresses of one subnet announces under new keys
// until the stores of all nodes are full. Then honest nodes publish new identities. It measures how
// many of these are accepted and found, and which part of the keys is the attacker's. Without the
// attack all are accepted and found. What is wanted under attack is not part of the scenario yet.

import { endpointFromCompact } from '@dht/krpc'
import type { CoreOptions } from '@dht/node/core'
import { attackEndpoints } from '../adversaries/attack-addresses.ts'
import { storeFiller } from '../adversaries/store-filler.ts'
import type { Host } from '../host/host.ts'
import type { Announcement } from '../oracle/announcements.ts'
import { Oracle } from '../oracle/oracle.ts'
import type { Figure } from '../reports/report.ts'
import { Sample, shareOf } from '../reports/sample.ts'
import type { World } from '../world.ts'
import { hasFound, lookUpAll, planLookups } from './attack-lookups.ts'
import {
  addAttacker,
  grownWorld,
  NETWORK_HELP,
  type NetworkTrial,
  runInEachNetwork,
} from './attack-world.ts'
import type { Scenario } from './scenario.ts'
import { ScenarioRun } from './scenario-run.ts'
import { resolveSettings } from './settings.ts'

const SECOND_MS = 1_000
const HOUR_MS = 3_600 * SECOND_MS
/** Time until announcements are stored, ms. */
const STANDING_MS = 120 * SECOND_MS
/** The lookups are spread over this time, ms. */
const ASKING_MS = 60 * SECOND_MS
/** The bounds of a store for each key that it may hold, as in the defaults of the node. */
const PEERS_PER_KEY = 10
const KEYS_PER_SOURCE = 0.1
/** Queries of one source in a second of which a node answers all. */
const ANSWERED_PER_SECOND = 90
/** The attacker has filled what it can if it filled no more for so long, ms. */
const STILL_MS = 30 * SECOND_MS
const LONGEST_FILLING_MS = HOUR_MS

export const fullStores: Scenario = Object.freeze<Scenario>({
  name: 'full-stores',
  summary: 'one host with a few addresses of one subnet fills the stores of all nodes',
  defaults: {
    nodes: 100,
    hours: 0,
    seed: 1,
    latency: 'uniform',
    extras: {
      mainline: undefined,
      family: 4,
      addresses: 10,
      subnets: 1,
      keys: 400,
      identities: 100,
      lookups: 200,
    },
  },
  leastNodes: 10,
  extraHelp: {
    mainline: NETWORK_HELP,
    family: '4 or 6: the IP family of all nodes and of the attacker',
    addresses: 'addresses of the attacker',
    subnets: 'IPv4 /24s or IPv6 /64s over which they are spread',
    keys: 'identities that one node stores (maxKeys); its other bounds follow; 0: the defaults',
    identities: 'identities that honest nodes publish after the attack has begun',
    lookups: 'lookups of these identities',
  },
  run(given, observers) {
    const scenario = new ScenarioRun(fullStores, resolveSettings(fullStores, given), observers)
    runInEachNetwork(scenario, runTrial)
    return scenario.report()
  },
})

function runTrial(scenario: ScenarioRun, { protocol, from, to }: NetworkTrial): void {
  const at = (share: number): number => from + (to - from) * share
  const family = scenario.extra('family') === 6 ? 6 : 4
  const host = family === 6 ? { ipv4: false, ipv6: true } : {}
  const core = boundsOf(scenario.extra('keys'))
  const world = grownWorld(scenario, { protocol, core, host, from, to: at(0.2) })
  const oracle = new Oracle(world)
  const publish = (): Announcement[] => publishNew(scenario, world, oracle)
  const name = protocol.name
  const control = { name: `${name}, before the attack`, least: 0.98 }
  addFigures(scenario, { world, announced: publish(), span: [at(0.2), at(0.3)], ...control })
  const attackers = attack(scenario, { world, family })
  const filledMs = fill(scenario, { world, attackers, span: [at(0.3), at(0.7)] })
  scenario.advance(world, scenario.settings.hours * HOUR_MS, {
    from: at(0.7),
    to: at(0.8),
    what: 'the stores stay full',
  })
  addStoreFigures(scenario, { world, attackers, name, filledMs })
  const under = { name: `${name}, under attack`, least: undefined }
  addFigures(scenario, { world, announced: publish(), span: [at(0.8), to], ...under })
}

/** Bounds of a store as in the defaults, in proportion to the keys. */
function boundsOf(maxKeys: number): CoreOptions {
  if (maxKeys === 0) return {}
  const maxPeersPerSource = Math.ceil(maxKeys * KEYS_PER_SOURCE)
  return { maxKeys, maxPeers: maxKeys * PEERS_PER_KEY, maxPeersPerSource }
}

function publishNew(scenario: ScenarioRun, world: World, oracle: Oracle): Announcement[] {
  const chance = world.chance.branch('full-stores', world.now)
  const announced = Array.from({ length: scenario.extra('identities') }, () => {
    const key = oracle.anyId(chance, world.protocol.idLength)
    return oracle.announcements.announce(chance.pick(world.honest), key)
  })
  world.advance(STANDING_MS)
  return announced
}

function attack(
  scenario: ScenarioRun,
  { world, family }: { readonly world: World; readonly family: 4 | 6 },
): Host[] {
  const addresses = scenario.extra('addresses')
  const subnets = scenario.extra('subnets')
  // To a node the addresses of one IPv6 /64 are one source.
  const perSource = family === 6 ? Math.ceil(addresses / subnets) : 1
  const perSecond = Math.max(1, Math.floor(ANSWERED_PER_SECOND / 2 / perSource))
  const adversary = storeFiller({ perSecond })
  const endpoints = attackEndpoints({ family, addresses, subnets })
  return endpoints.map((at) => addAttacker(world, adversary, at))
}

interface Filling {
  readonly world: World
  readonly attackers: readonly Host[]
  readonly span: readonly [from: number, to: number]
}

/** Lets the attacker fill the stores. @returns how long they became fuller, ms */
function fill(scenario: ScenarioRun, { world, span: [from, to] }: Filling): number {
  const since = world.now
  let last = { keys: keysIn(world), at: since }
  while (world.now - since < LONGEST_FILLING_MS && world.now - last.at < STILL_MS) {
    scenario.progress(from, `${world.protocol.name}: the stores become full`)
    world.advance(5 * SECOND_MS)
    const keys = keysIn(world)
    if (keys > last.keys) last = { keys, at: world.now }
  }
  scenario.progress(to, 'the stores are full')
  return last.at - since
}

function keysIn(world: World): number {
  return world.honest.reduce((sum, { core, now }) => sum + (core?.info(now).store.keys ?? 0), 0)
}

function addStoreFigures(
  scenario: ScenarioRun,
  of: {
    readonly world: World
    readonly attackers: readonly Host[]
    readonly name: string
    readonly filledMs: number
  },
): void {
  const { world, attackers, name, filledMs } = of
  const figure = (what: string, found: Omit<Figure, 'name'>): void => {
    scenario.figure({ name: `${name}: ${what}`, ...found })
  }
  const shares = new Sample(world.honest.map((host) => attackersShare(host, attackers)))
  figure('time until the attacker stored no more', { value: filledMs / 1_000, unit: 'seconds' })
  figure('bound of keys that the attacker has, mean', { value: shares.mean, unit: 'share' })
  figure('the same at one node, most', { value: shares.most, unit: 'share' })
}

/** Keys of the attacker in a store, as a share of the keys that fit. */
function attackersShare(host: Host, attackers: readonly Host[]): number {
  const { store, config } = (host.core as NonNullable<Host['core']>).inspect(host.now)
  const own = new Set(attackers.map(({ endpoint }) => endpoint.address))
  const keys = new Set<string>()
  for (const { target, peer } of store.peers) {
    const owner = endpointFromCompact(peer)
    if (owner !== undefined && own.has(owner.address)) keys.add(String(target))
  }
  return keys.size / config.maxKeys
}

function addFigures(
  scenario: ScenarioRun,
  of: {
    readonly world: World
    readonly announced: readonly Announcement[]
    readonly name: string
    readonly least: number | undefined
    readonly span: readonly [from: number, to: number]
  },
): void {
  const { world, announced, name, least, span } = of
  const bound = least === undefined ? {} : { atLeast: least }
  const unit = 'share'
  scenario.figure({
    name: `${name}: new identities that are accepted`,
    value: shareOf(announced, ({ storedSince }) => storedSince !== undefined),
    unit,
    samples: announced.length,
    ...bound,
  })
  const count = scenario.extra('lookups')
  const planned = planLookups(world, announced, { count, branch: name })
  const ended = lookUpAll(scenario, world, {
    lookups: planned.map((each) => each.planned),
    mode: 'quick',
    ms: ASKING_MS,
    from: span[0],
    to: span[1],
    what: `${name}: lookups`,
  })
  const found = ended.filter((each, i) => {
    const { announcement } = planned[i] as (typeof planned)[number]
    return hasFound(each, announcement.endpoint)
  })
  const value = found.length / ended.length
  scenario.figure({
    name: `${name}: lookups that find them`,
    value,
    unit,
    samples: count,
    ...bound,
  })
}

// Scenario `own-neighbourhood`: identities that were ground near the id of one victim want to be in
// its routing table, so that its own bucket splits often and it has many buckets to refresh. It
// measures the refreshes of an hour and the buckets, before the attack and under it. What is wanted
// is not part of the scenario yet.

import type { Network as Protocol } from '@dht/krpc'
import { occupier } from '../adversaries/occupier.ts'
import type { Host } from '../host/host.ts'
import type { Figure } from '../reports/report.ts'
import type { World } from '../world.ts'
import { endpointsAt, type Places } from './attack-places.ts'
import { addAttacker, grownWorld, NETWORK_HELP, protocolsOf } from './attack-world.ts'
import { RefreshMeter } from './refresh-meter.ts'
import type { Scenario } from './scenario.ts'
import { ScenarioRun } from './scenario-run.ts'
import { resolveSettings } from './settings.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
/** A new table refreshes more often: time until it is in its usual state, ms. */
const SETTLING_MS = 30 * MINUTE_MS
/** Time between two queries of one identity, ms, if all are at different addresses. */
const USUAL_MS = 15 * SECOND_MS
/** The ids share at least so many bits with the victim's. */
const LEAST_SHARED = 3

const PLACES: readonly Places[] = ['many subnets', 'one subnet', 'one address']

export const ownNeighbourhood: Scenario = Object.freeze<Scenario>({
  name: 'own-neighbourhood',
  summary: 'identities ground near the id of one node; refreshes and splits of its table',
  defaults: {
    nodes: 100,
    hours: 2,
    seed: 1,
    latency: 'uniform',
    extras: {
      mainline: undefined,
      place: undefined,
      identities: 360,
      levels: 120,
      life: 0,
      silent: 100,
    },
  },
  leastNodes: 10,
  extraHelp: {
    mainline: NETWORK_HELP,
    place: '1: a subnet for each identity, 2: one subnet, 3: one address; default: one by one',
    identities: 'identities of the attacker',
    levels: 'numbers of bits that the ids share with the victim, which they take in turn',
    life: 'time after which an identity takes a new id, minutes; 0: never',
    silent: 'identities that fall silent a minute after they became members, per cent',
  },
  run(given, observers) {
    const settings = resolveSettings(ownNeighbourhood, given)
    const scenario = new ScenarioRun(ownNeighbourhood, settings, observers)
    const { place } = settings.extras
    const all = place === undefined ? PLACES : PLACES.slice(place - 1, place)
    const protocols = protocolsOf(scenario)
    const trials = protocols.flatMap((protocol) => all.map((places) => ({ protocol, places })))
    for (const [i, trial] of trials.entries()) {
      runTrial(scenario, { ...trial, from: i / trials.length, to: (i + 1) / trials.length })
    }
    return scenario.report()
  },
})

interface Trial {
  readonly protocol: Protocol
  readonly places: Places
  readonly from: number
  readonly to: number
}

function runTrial(scenario: ScenarioRun, { protocol, places, from, to }: Trial): void {
  const at = (share: number): number => from + (to - from) * share
  const name = `${protocol.name}, ${places}`
  const world = grownWorld(scenario, { protocol, from, to: at(0.1) })
  world.advance(SETTLING_MS)
  const [victim] = world.honest as [Host]
  const meter = new RefreshMeter(world, victim)
  const ms = scenario.settings.hours * HOUR_MS
  scenario.advance(world, ms, { from: at(0.1), to: at(0.3), what: `${name}: before the attack` })
  const usual = meter.take()
  attack(scenario, world, { victim, places })
  scenario.advance(world, ms, { from: at(0.3), to, what: `${name}: under attack` })
  const attacked = meter.take()
  meter.end()
  const figure = (what: string, found: Omit<Figure, 'name'>): void => {
    scenario.figure({ name: `${name}: ${what}`, ...found })
  }
  const perHour = 'refreshes per hour'
  figure('refreshes before the attack', { value: usual.perHour, unit: perHour })
  figure('refreshes under attack', { value: attacked.perHour, unit: perHour })
  figure('the same, in the worst hour', { value: attacked.worstHour, unit: perHour })
  figure('queries of the node before the attack', {
    value: usual.queries,
    unit: 'queries per hour',
  })
  figure('queries of the node under attack', { value: attacked.queries, unit: 'queries per hour' })
  figure('buckets before the attack', { value: usual.buckets, unit: 'buckets' })
  figure('buckets at the end', { value: attacked.buckets, unit: 'buckets' })
}

function attack(
  scenario: ScenarioRun,
  world: World,
  { victim, places }: { readonly victim: Host; readonly places: Places },
): void {
  const most = 8 * world.protocol.idLength - 1 - LEAST_SHARED
  const count = Math.min(most, scenario.extra('levels'))
  const life = scenario.extra('life')
  const identities = scenario.extra('identities')
  // A node that paces what it sends to a host has to spare some of that for its own queries.
  const everyMs = places === 'one address' ? identities * SECOND_MS : USUAL_MS
  const adversary = occupier({
    victim,
    levels: Array.from({ length: count }, (_, i) => LEAST_SHARED + i),
    ...(life > 0 && { lifeMs: life * MINUTE_MS }),
    silent: scenario.extra('silent') / 100,
    everyMs,
  })
  for (const at of endpointsAt(places, identities)) addAttacker(world, adversary, at)
}

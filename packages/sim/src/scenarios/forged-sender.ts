// Scenario `forged-sender`: somebody sends queries in the name of one node, the victim, to the
// nodes that it knows. It measures how many of its lookups still find what is published, and how
// many members of its table count as bad. Before the attack all lookups find it. What is wanted
// under attack is not part of the scenario yet.

import type { Network as Protocol } from '@dht/krpc'
import { forger } from '../adversaries/forger.ts'
import type { Host } from '../host/host.ts'
import type { Announcement } from '../oracle/announcements.ts'
import { Oracle } from '../oracle/oracle.ts'
import type { Figure } from '../reports/report.ts'
import { Sample } from '../reports/sample.ts'
import type { World } from '../world.ts'
import { type EndedLookup, hasFound, lookUpAll } from './attack-lookups.ts'
import { addAttacker, grownWorld, NETWORK_HELP, protocolsOf } from './attack-world.ts'
import type { Scenario } from './scenario.ts'
import { ScenarioRun } from './scenario-run.ts'
import { resolveSettings } from './settings.ts'

const SECOND_MS = 1_000
/** Time until announcements are stored, ms. */
const STANDING_MS = 80 * SECOND_MS
/** The lookups before the attack are spread over this time, ms. */
const CONTROL_MS = 60 * SECOND_MS
/** Time from the first forged query to the first lookup, ms. */
const LEAD_MS = 10 * SECOND_MS

/** How the forged queries are spread over time. */
const PATTERNS = [
  { name: 'evenly', burstMs: 100 },
  { name: 'in bursts', burstMs: 5_000 },
] as const

export const forgedSender: Scenario = Object.freeze<Scenario>({
  name: 'forged-sender',
  summary: 'queries in the name of one node to all nodes that it knows; what it still finds',
  defaults: {
    nodes: 60,
    hours: 0,
    seed: 1,
    latency: 'uniform',
    extras: { mainline: undefined, rate: 200, keys: 60, seconds: 60 },
  },
  leastNodes: 10,
  extraHelp: {
    mainline: NETWORK_HELP,
    rate: 'forged queries to each node per second',
    keys: 'identities that are published, each of which the victim looks up',
    seconds: 'the victim looks them up within that time, seconds',
  },
  run(given, observers) {
    const scenario = new ScenarioRun(forgedSender, resolveSettings(forgedSender, given), observers)
    const trials = protocolsOf(scenario).flatMap((protocol) => {
      return PATTERNS.map((pattern) => ({ protocol, pattern }))
    })
    for (const [i, trial] of trials.entries()) {
      runTrial(scenario, { ...trial, from: i / trials.length, to: (i + 1) / trials.length })
    }
    return scenario.report()
  },
})

interface Trial {
  readonly protocol: Protocol
  readonly pattern: (typeof PATTERNS)[number]
  readonly from: number
  readonly to: number
}

function runTrial(scenario: ScenarioRun, { protocol, pattern, from, to }: Trial): void {
  const at = (share: number): number => from + (to - from) * share
  const name = `${protocol.name}, ${pattern.name}`
  const world = grownWorld(scenario, { protocol, from, to: at(0.3) })
  const [victim, ...others] = world.honest as [Host, ...Host[]]
  const announced = publish(scenario, world, others)
  const figure = (what: string, found: Omit<Figure, 'name'>): void => {
    scenario.figure({ name: `${name}: ${what}`, ...found })
  }
  const control = lookUp(scenario, {
    ...{ world, victim, announced, ms: CONTROL_MS },
    ...{ from: at(0.3), to: at(0.5), what: `${name}: before the attack` },
  })
  const samples = announced.length
  const unit = 'share'
  const found = 'lookups of the victim that find what is published'
  figure(`${found}, before the attack`, {
    value: foundShare(control, announced),
    unit,
    atLeast: 0.98,
    samples,
  })
  const { rate, seconds } = { rate: scenario.extra('rate'), seconds: scenario.extra('seconds') }
  const { burstMs } = pattern
  addAttacker(world, forger({ victim, perSecond: rate, burstMs }))
  world.advance(LEAD_MS)
  const looked = lookUp(scenario, {
    ...{ world, victim, announced, ms: seconds * SECOND_MS },
    ...{ from: at(0.5), to, what: `${name}: under attack` },
  })
  figure(found, { value: foundShare(looked, announced), unit, samples })
  const times = new Sample(looked.flatMap(({ result }) => result?.durationMs ?? []))
  figure('time of a lookup, median', {
    value: times.quantile(0.5),
    unit: 'ms',
    samples: times.size,
  })
  const { good, questionable, bad } = standings(victim)
  figure('members of its table that count as bad', {
    value: bad / (good + questionable + bad),
    unit,
    samples: good + questionable + bad,
  })
}

function publish(scenario: ScenarioRun, world: World, publishers: readonly Host[]): Announcement[] {
  const oracle = new Oracle(world)
  const chance = world.chance.branch('forged-sender')
  const announced = Array.from({ length: scenario.extra('keys') }, () => {
    const key = oracle.anyId(chance, world.protocol.idLength)
    return oracle.announcements.announce(chance.pick(publishers), key)
  })
  world.advance(STANDING_MS)
  return announced
}

function lookUp(
  scenario: ScenarioRun,
  of: {
    readonly world: World
    readonly victim: Host
    readonly announced: readonly Announcement[]
    readonly ms: number
    readonly from: number
    readonly to: number
    readonly what: string
  },
): EndedLookup[] {
  const { world, victim, announced, ms, from, to, what } = of
  const lookups = announced.map(({ key }) => ({ reader: victim, target: key }))
  return lookUpAll(scenario, world, { lookups, mode: 'quick', ms, from, to, what })
}

function foundShare(ended: readonly EndedLookup[], announced: readonly Announcement[]): number {
  const found = ended.filter((each, i) => hasFound(each, (announced[i] as Announcement).endpoint))
  return found.length / ended.length
}

type Standings = Readonly<Record<'good' | 'questionable' | 'bad', number>>

function standings({ core, now }: Host): Standings {
  const [overlay] = (core as NonNullable<Host['core']>).info(now).overlays
  return overlay?.contacts ?? { good: 0, questionable: 0, bad: 0 }
}

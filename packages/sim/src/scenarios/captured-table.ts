// Scenario `captured-table`: an attacker with some hundred addresses and as many identities as it
// likes wants to be all of one victim's routing table, while honest nodes come and go and the
// victim restarts a few times from its disk. It measures which part of the members is the
// attacker's, and what the victim still finds. An attacker with one identity in each subnet looks
// like so many honest nodes, and where its subnets are many, they are nothing unusual. Nothing is
// wanted of these.

import { attackEndpoints } from '../adversaries/attack-addresses.ts'
import { occupier } from '../adversaries/occupier.ts'
import { Churn } from '../churn/churn.ts'
import { sessionsOfMedian } from '../churn/sessions.ts'
import type { Host } from '../host/host.ts'
import type { Announcement } from '../oracle/announcements.ts'
import { Oracle } from '../oracle/oracle.ts'
import type { Figure } from '../reports/report.ts'
import { Sample, shareOf } from '../reports/sample.ts'
import type { World } from '../world.ts'
import { hasFound, lookUpAll } from './attack-lookups.ts'
import { withPorts } from './attack-places.ts'
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
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
/** How long the victim is off when it restarts, ms. */
const OFF_MS = 30 * SECOND_MS
/** Part of the nodes that publish and never leave, per cent. */
const STAYING = 8
/** New nodes are told of so many running nodes. */
const THROUGH = 3
/** Share of new nodes on a host that left before, so that a month needs not many more hosts. */
const RETURNING = 0.9
/** The identities fall into so many of the victim's farthest buckets, as many as are ever used. */
const LEVELS = 12
/** Surveys of the victim's table, for each restart. */
const SURVEYS = 6
const ASKING_MS = MINUTE_MS
/** Wanted: members of the attacker, as a part of all. */
const MOST_THEIRS = 0.05
/** It is wanted where there are so many honest nodes for each subnet of the attacker. */
const NODES_PER_SUBNET = 5

export const capturedTable: Scenario = Object.freeze<Scenario>({
  name: 'captured-table',
  summary: 'many identities want to be the routing table of one node, which restarts',
  defaults: {
    nodes: 100,
    hours: 6,
    seed: 1,
    latency: 'uniform',
    extras: {
      mainline: undefined,
      addresses: 256,
      subnets: 16,
      identities: 512,
      every: 30,
      public: 1,
      restarts: 10,
      session: 60,
      keys: 20,
    },
  },
  leastNodes: 20,
  extraHelp: {
    mainline: NETWORK_HELP,
    addresses: 'addresses of the attacker',
    subnets: 'IPv4 /24s over which they are spread',
    identities: 'identities at a time, with as many ports as are needed; ids change without end',
    every: 'time between two queries of one identity to the victim, seconds; 300 for many days',
    public: '1: the identities also query other nodes, so that those name them; 0: they do not',
    restarts: 'restarts of the victim, evenly spread over --hours; 72 and 720 hours are meant too',
    session: 'median stay of an honest node, minutes; 0: they stay',
    keys: 'identities that nodes publish and the victim looks up, before the attack and at the end',
  },
  run(given, observers) {
    const settings = resolveSettings(capturedTable, given)
    const scenario = new ScenarioRun(capturedTable, settings, observers)
    runInEachNetwork(scenario, runTrial)
    return scenario.report()
  },
})

function runTrial(scenario: ScenarioRun, { protocol, from, to }: NetworkTrial): void {
  const at = (share: number): number => from + (to - from) * share
  const world = grownWorld(scenario, { protocol, from, to: at(0.05) })
  const { nodes } = scenario.settings
  const chance = world.chance.branch('captured-table')
  const [victim, ...others] = world.honest as [Host, ...Host[]]
  const publishers = chance.sample(others, Math.max(1, Math.round((nodes * STAYING) / 100)))
  const oracle = new Oracle(world)
  const announced = Array.from({ length: scenario.extra('keys') }, () => {
    const key = oracle.anyId(chance, protocol.idLength)
    return oracle.announcements.announce(chance.pick(publishers), key)
  })
  const minutes = scenario.extra('session')
  if (minutes > 0) {
    const session = sessionsOfMedian(minutes * MINUTE_MS)
    new Churn(world, {
      session,
      staying: [victim, ...publishers],
      through: THROUGH,
      returns: RETURNING,
    })
  }
  world.advance(2 * MINUTE_MS)
  const name = protocol.name
  const lookUp = (span: readonly [from: number, to: number]): number => {
    return foundShare(scenario, { world, victim, announced, span })
  }
  const before = lookUp([at(0.05), at(0.1)])
  const attackers = new Set(attack(scenario, world, victim))
  const surveys = restartAndSurvey(scenario, {
    world,
    victim,
    attackers,
    span: [at(0.1), at(0.95)],
  })
  const found = lookUp([at(0.95), to])
  const figure = (what: string, each: Omit<Figure, 'name'>): void => {
    scenario.figure({ name: `${name}: ${what}`, ...each })
  }
  const unit = 'share'
  const samples = announced.length
  figure('lookups of the victim before the attack', { value: before, unit, atLeast: 0.9, samples })
  figure('lookups of the victim at the end', { value: found, unit, samples })
  const shares = new Sample(surveys.map(({ share }) => share))
  const last = surveys.at(-1) as Survey
  const wanted = isBounded(scenario) ? { atMost: MOST_THEIRS } : {}
  figure("attacker's members of the victim's table at the end", {
    value: last.share,
    unit,
    ...wanted,
  })
  figure('the same, mean over time', { value: shares.mean, unit, samples: shares.size, ...wanted })
  figure('the same, most', { value: shares.most, unit, samples: shares.size })
  figure("attacker's share of good members at the end", { value: last.goodShare, unit })
  figure('members at the end', { value: last.members, unit: 'members' })
  const eclipsed = shareOf(surveys, ({ honestGood }) => honestGood === 0)
  figure('time without a good honest member', {
    value: eclipsed,
    unit,
    atMost: 0,
    samples: surveys.length,
  })
}

/** Whether the attacker's subnets are few, and have several identities each. */
function isBounded(scenario: ScenarioRun): boolean {
  const subnets = scenario.extra('subnets')
  const isFew = scenario.settings.nodes >= NODES_PER_SUBNET * subnets
  return isFew && scenario.extra('identities') >= 2 * subnets
}

function attack(scenario: ScenarioRun, world: World, victim: Host): Host[] {
  const adversary = occupier({
    victim,
    levels: levels(scenario.extra('identities')),
    everyMs: scenario.extra('every') * SECOND_MS,
    isPublic: scenario.extra('public') !== 0,
    adapts: true,
  })
  const [addresses, subnets] = [scenario.extra('addresses'), scenario.extra('subnets')]
  const all = withPorts(attackEndpoints({ addresses, subnets }), scenario.extra('identities'))
  return all.map((at) => addAttacker(world, adversary, at))
}

/** Half of the identities for the farthest bucket, half of the others for the next, and so on. */
function levels(identities: number): number[] {
  const all: number[] = []
  for (let level = 0; level < LEVELS && all.length < identities; level++) {
    const count = level === LEVELS - 1 ? 8 : Math.max(8, identities >> (level + 1))
    for (let i = 0; i < count && all.length < identities; i++) all.push(level)
  }
  return all
}

/** The victim's table at one instant. */
interface Survey {
  readonly members: number
  /** Of the attacker. */
  readonly share: number
  readonly goodShare: number
  readonly honestGood: number
}

function restartAndSurvey(
  scenario: ScenarioRun,
  of: {
    readonly world: World
    readonly victim: Host
    readonly attackers: ReadonlySet<Host>
    readonly span: readonly [from: number, to: number]
  },
): Survey[] {
  const { world, victim, attackers, span } = of
  const restarts = scenario.extra('restarts')
  const ms = Math.max(0, Math.floor((scenario.settings.hours * HOUR_MS) / (restarts + 1)) - OFF_MS)
  const surveys: Survey[] = []
  for (let i = 0; i <= restarts; i++) {
    if (i > 0) {
      victim.close()
      world.advance(OFF_MS)
      victim.start()
    }
    const at = (share: number): number => span[0] + (span[1] - span[0]) * share
    for (let j = 0; j < SURVEYS; j++) {
      const [from, to] = [i + j / SURVEYS, i + (j + 1) / SURVEYS].map((n) => at(n / (restarts + 1)))
      const what = `${world.protocol.name}: ${i} restarts`
      scenario.advance(world, Math.floor(ms / SURVEYS), { from: from ?? 0, to: to ?? 0, what })
      surveys.push(surveyOf(world, victim, attackers))
    }
  }
  return surveys
}

function surveyOf(world: World, victim: Host, attackers: ReadonlySet<Host>): Survey {
  const { overlays } = (victim.core as NonNullable<Host['core']>).inspect(victim.now)
  const members = overlays.flatMap(({ buckets }) => buckets.flatMap((each) => each.members))
  const isTheirs = ({ contact }: (typeof members)[number]): boolean => {
    return attackers.has(world.network.find(contact.endpoint) as Host)
  }
  const good = members.filter(({ standing }) => standing === 'good')
  return {
    members: members.length,
    share: members.length === 0 ? 0 : shareOf(members, isTheirs),
    goodShare: good.length === 0 ? 0 : shareOf(good, isTheirs),
    honestGood: good.filter((each) => !isTheirs(each)).length,
  }
}

function foundShare(
  scenario: ScenarioRun,
  of: {
    readonly world: World
    readonly victim: Host
    readonly announced: readonly Announcement[]
    readonly span: readonly [from: number, to: number]
  },
): number {
  const { world, victim, announced, span } = of
  const ended = lookUpAll(scenario, world, {
    lookups: announced.map(({ key }) => ({ reader: victim, target: key })),
    mode: 'quick',
    ms: ASKING_MS,
    from: span[0],
    to: span[1],
    what: `${world.protocol.name}: lookups of the victim`,
  })
  const found = ended.filter((each, i) => hasFound(each, (announced[i] as Announcement).endpoint))
  return found.length / ended.length
}

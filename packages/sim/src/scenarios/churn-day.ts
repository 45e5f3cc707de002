// Scenario `churn-day`: nodes stay for an hour at the median and then crash, and a new node comes
// for each. Values whose publishers stay are looked up all day, by any node, also by new ones. It
// runs three networks, which lose no packet, one of twenty, and one of five.
//
// What is wanted (goals R2, R3): at least 99.99 % of lookups find everything with no loss and with
// 5 % loss, at least 99.9 % with 20 %. Sessions are exponential. If none of n lookups fails, the
// share of failures is below 3 / n with 95 % confidence. So 30,000 lookups are needed to confirm
// 99.99 %, and fewer can only reject it.
//
// A new node is told of three nodes, like an application that carries a list. If it were told of
// one, that node might crash before it responds. Others might know only the new node by then, and
// two or three nodes would form a network of their own for an hour (for that reason 5 of 29,999
// lookups found nothing, 1,000 nodes, seed 1).
//
// The number of copies is shown and has no bound: by the end of the half-hour between two rounds
// three of ten holders are gone, and new nodes that are nearer hold nothing until then.

import { Churn } from '../churn/churn.ts'
import { sessionsOfMedian } from '../churn/sessions.ts'
import type { Host } from '../host/host.ts'
import { Oracle } from '../oracle/oracle.ts'
import type { Figure } from '../reports/report.ts'
import { Sample, shareOf } from '../reports/sample.ts'
import { announceKeys } from './announce-keys.ts'
import { lookupPlots, roundTrips } from './lookup-plots.ts'
import { leastCopies, meanCopies, type ObservedSet, observe, plotsOverTime } from './observe.ts'
import type { Scenario } from './scenario.ts'
import { ScenarioRun } from './scenario-run.ts'
import { resolveSettings } from './settings.ts'
import { TrafficMeter, trafficPlot } from './traffic-meter.ts'

const HOUR_MS = 3_600_000
/** Loss in per cent, and the least share of lookups that succeed. */
const LOSSES = [
  { loss: 0, atLeast: 0.9999 },
  { loss: 5, atLeast: 0.9999 },
  { loss: 20, atLeast: 0.999 },
] as const
const LEAST_BEYOND = 0.999
/** Per cent of the nodes that stay and publish. */
const STAYING = 8
const KEYS_PER_PUBLISHER = 2
/** Number of nodes that a new node is told of. */
const THROUGH = 3
/** Surveys per hour. */
const SURVEYS_PER_HOUR = 2

interface Day extends ObservedSet {
  readonly loss: number
  readonly atLeast: number
  readonly traffic: { readonly datagrams: Sample; readonly bytes: Sample }
  readonly came: number
  readonly open: number
}

export const churnDay: Scenario = Object.freeze<Scenario>({
  name: 'churn-day',
  summary: 'nodes come and go for a day, packets are lost; what is published is found',
  defaults: {
    nodes: 64,
    hours: 24,
    seed: 1,
    extras: { loss: undefined, session: 60, lookups: 10_000 },
  },
  leastNodes: 16,
  extraHelp: {
    loss: 'packets lost, per cent; default: three networks, with 0, 5 and 20',
    session: 'median stay of a node, minutes',
    lookups: 'lookups measured in each network',
  },
  run(given, observers) {
    const scenario = new ScenarioRun(churnDay, resolveSettings(churnDay, given), observers)
    const { loss } = scenario.settings.extras
    const wanted = loss === undefined ? LOSSES : [{ loss, atLeast: leastOf(loss) }]
    const days = wanted.map((each, i) => {
      return day(scenario, each, { from: i / wanted.length, to: (i + 1) / wanted.length })
    })
    for (const each of days) addFigures(scenario, each)
    plot(scenario, days)
    scenario.note(
      `Publishers stay all day: ${STAYING} % of the nodes, ${KEYS_PER_PUBLISHER} values each.`,
      'All other nodes crash after a random session.',
      'The store of a node is lost with it. Each new node is told of three running nodes.',
    )
    return scenario.report()
  },
})

function leastOf(loss: number): number {
  return LOSSES.find((each) => loss <= each.loss)?.atLeast ?? LEAST_BEYOND
}

function day(
  scenario: ScenarioRun,
  { loss, atLeast }: { readonly loss: number; readonly atLeast: number },
  part: { readonly from: number; readonly to: number },
): Day {
  const { nodes, hours } = scenario.settings
  const name = `${loss} % lost`
  const grown = part.from + (part.to - part.from) / 10
  const world = scenario.world({ network: { loss: loss / 100 } })
  scenario.grow(world, nodes, { from: part.from, to: grown })
  const oracle = new Oracle(world)
  const chance = world.chance.branch('churn-day')
  const count = Math.max(1, Math.round((nodes * STAYING) / 100))
  const publishers: Host[] = chance.sample(world.honest, count)
  announceKeys(
    scenario,
    { world, oracle },
    {
      count: count * KEYS_PER_PUBLISHER,
      publishers,
      chance,
      name: `${name}: `,
    },
  )
  const session = sessionsOfMedian(scenario.extra('session') * 60_000)
  const churn = new Churn(world, { session, staying: publishers, through: THROUGH })
  const meter = new TrafficMeter(world)
  const observed = observe(
    scenario,
    { world, oracle },
    {
      ms: hours * HOUR_MS,
      lookups: scenario.extra('lookups'),
      surveys: Math.max(4, Math.round(hours * SURVEYS_PER_HOUR)),
      chance,
      from: grown,
      to: part.to,
      what: `churn, ${name}`,
    },
  )
  const traffic = meter.read()
  return { ...observed, name, loss, atLeast, traffic, came: churn.came, open: oracle.log.open }
}

function addFigures(
  scenario: ScenarioRun,
  { name, atLeast, lookups, surveys, traffic, came, open }: Day,
): void {
  const samples = lookups.length
  const figure = (what: string, found: Omit<Figure, 'name'>): void => {
    scenario.figure({ name: `${name}: ${what}`, ...found })
  }
  const success = shareOf(lookups, (lookup) => lookup.succeeded)
  figure('lookups that find all', { value: success, unit: 'share', atLeast, samples })
  figure('lookups that did not end', { value: open, unit: 'lookups', atMost: 0 })
  const time = roundTrips(lookups, scenario.roundTripMs)
  figure('time, median', { value: time.quantile(0.5), unit: 'round trips', samples })
  figure('time, p99', { value: time.quantile(0.99), unit: 'round trips', samples })
  const queries = new Sample(lookups.map((lookup) => lookup.queries))
  figure('queries, mean', { value: queries.mean, unit: 'queries', samples })
  const copies = new Sample(surveys.map(meanCopies))
  const looks = { samples: surveys.length }
  figure('copies per value, mean', { value: copies.mean, unit: 'copies', ...looks })
  const least = Math.min(...surveys.map(leastCopies))
  figure('copies of the value with fewest, least', { value: least, unit: 'copies', ...looks })
  const dead = new Sample(surveys.map(({ tables }) => tables.deadShare))
  figure('dead nodes among named members, mean', { value: dead.mean, unit: 'share', ...looks })
  const { datagrams } = traffic
  const perHour = { unit: 'packets per hour', samples: datagrams.size }
  figure('packets sent by a node that stays, mean', { value: datagrams.mean, ...perHour })
  figure('nodes that came', { value: came, unit: 'nodes', atLeast: 1 })
}

function plot(scenario: ScenarioRun, days: readonly Day[]): void {
  const marks = [...new Set(days.map(({ atLeast }) => atLeast))]
  const limits = marks.map((value) => ({ name: 'wanted over the whole time', value }))
  for (const each of plotsOverTime(days, { success: { limits } })) scenario.plot(each)
  const sets = days.map(({ name, lookups }) => ({ name, measures: lookups }))
  for (const each of lookupPlots(sets, scenario.roundTripMs)) scenario.plot(each)
  scenario.plot(trafficPlot(days.map(({ name, traffic }) => ({ name, ...traffic }))))
}

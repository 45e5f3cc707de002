// Observes a network over time: lookups now and then by random nodes, and surveys of all nodes.
// Surveys change nothing. The lookups are the only load.

import type { Chance } from '../chance.ts'
import type { Host } from '../host/host.ts'
import type { LookupMeasure } from '../oracle/lookup-log.ts'
import type { Oracle } from '../oracle/oracle.ts'
import type { Survey } from '../oracle/survey.ts'
import type { Limit, LinePlot } from '../reports/report.ts'
import { meansOverTime, Sample } from '../reports/sample.ts'
import type { World } from '../world.ts'
import type { ScenarioRun } from './scenario-run.ts'

const HOUR_MS = 3_600_000
/** Longest time of a lookup and its last queries, with a margin, ms. */
export const LONGEST_LOOKUP_MS = 90_000

export interface ObserveOptions {
  readonly ms: number
  /** Number of lookups, evenly spread, of values that must be found. */
  readonly lookups: number
  /** Number of surveys, evenly spread. */
  readonly surveys: number
  readonly chance: Chance
  /** The hosts that may look up. Default: every honest node that runs, also new ones. */
  readonly readers?: () => readonly Host[]
  /** Which part of the whole scenario this is, for the progress, 0 to 1. */
  readonly from: number
  readonly to: number
  readonly what: string
}

export interface Observed {
  readonly lookups: readonly LookupMeasure[]
  readonly surveys: readonly Survey[]
  /** Instant at which it began, ms. */
  readonly since: number
}

/** Lets time pass, and then a little more until the last lookup has ended. */
export function observe(
  scenario: ScenarioRun,
  { world, oracle }: { readonly world: World; readonly oracle: Oracle },
  options: ObserveOptions,
): Observed {
  const { ms, lookups, surveys, chance, from, to, what } = options
  const { readers = () => world.honest } = options
  const { log, announcements } = oracle
  const seen: Survey[] = []
  const since = world.now
  for (let i = 0; i < lookups; i++) {
    world.at(since + Math.floor((i * ms) / lookups), () => {
      const { storedKeys } = announcements
      if (storedKeys.length > 0) log.lookup(chance.pick(readers()), chance.pick(storedKeys))
    })
  }
  for (let i = 0; i < surveys; i++) {
    world.at(since + Math.floor(((i + 1) * ms) / surveys), () => seen.push(oracle.survey()))
  }
  scenario.advance(world, ms, { from, to, what })
  world.advance(LONGEST_LOOKUP_MS)
  return { lookups: log.take(), surveys: seen, since }
}

/** What was observed, with a name for plots. */
export interface ObservedSet extends Observed {
  readonly name: string
}

type More = Pick<LinePlot, 'limits' | 'marks'>

/** Plots of success, copies, and the quality of tables over time. */
export function plotsOverTime(
  sets: readonly ObservedSet[],
  more: { readonly success?: More; readonly all?: Pick<LinePlot, 'marks'> } = {},
): LinePlot[] {
  const over = (
    plot: Pick<LinePlot, 'name' | 'yUnit'> & More,
    lines: LinePlot['lines'],
  ): LinePlot => ({ kind: 'lines', xUnit: 'hours', ...more.all, ...plot, lines })
  const spans = { fromMs: 0, everyMs: spanOf(sets), unitMs: HOUR_MS }
  const success = sets.map(({ name, lookups, since }) => ({
    name,
    points: meansOverTime(
      lookups.map(({ at, succeeded }) => ({ at, value: succeeded ? 1 : 0 })),
      { ...spans, fromMs: since },
    ),
  }))
  const bySurvey = (read: (survey: Survey) => number): LinePlot['lines'] => {
    return sets.map(({ name, surveys, since }) => ({
      name,
      points: surveys.map((survey) => [(survey.at - since) / HOUR_MS, read(survey)] as const),
    }))
  }
  return [
    over({ name: 'Lookups that find all', yUnit: 'share', ...more.success }, success),
    over({ name: 'Copies per value', yUnit: 'copies', limits: [K_COPIES] }, bySurvey(meanCopies)),
    over(
      { name: 'Dead nodes among the members a node would name', yUnit: 'share' },
      bySurvey(({ tables }) => tables.deadShare),
    ),
    over(
      { name: 'Nodes with complete tables', yUnit: 'share' },
      bySurvey(({ tables }) => tables.completeShare),
    ),
  ]
}

const K_COPIES: Limit = { name: 'k', value: 8 }

/** Holders per value, mean. */
export function meanCopies({ holders }: Survey): number {
  return holders.reduce((sum, hosts) => sum + hosts.length, 0) / holders.length
}

/** Number of holders of the value that has the fewest. */
export function leastCopies({ holders }: Survey): number {
  return new Sample(holders.map((hosts) => hosts.length)).least
}

/** A time span that gives a line about forty points, ms. */
function spanOf(sets: readonly Observed[]): number {
  const ends = sets.flatMap(({ lookups, since }) => lookups.map(({ at }) => at - since))
  return Math.max(1, Math.ceil(ends.reduce((most, end) => Math.max(most, end), 0) / 40))
}

// Scenario `enemies`: attackers who aim. Each row of `attack-table.ts` is an attack with its
// parameters in one network; beside each network and setting, the same without attackers. It
// measures how many lookups find the honest endpoint, what a lookup costs, and what publishing
// costs. What is wanted of each row is in `attack-goals.ts`. Without attackers, 98 % of the lookups
// must find the endpoint, also with churn and loss, and all must end.

import { hashedIds } from '@dht/id'
import { dht256, mainline } from '@dht/krpc'
import type { CoreOptions } from '@dht/node/core'
import { ANSWER_NAMES } from '../adversaries/attack-answers.ts'
import { LATENCIES } from '../network/latency/latencies.ts'
import { withQuickHosts } from '../network/latency/quick-hosts.ts'
import type { LookupMeasure } from '../oracle/lookup-log.ts'
import type { Figure } from '../reports/report.ts'
import { Sample } from '../reports/sample.ts'
import { type AttackGoal, goalOf } from './attack-goals.ts'
import {
  ATTACKS,
  type AttackedNetwork,
  type AttackParameters,
  type AttackRow,
  labelOf,
} from './attack-table.ts'
import { type AttackResult, attackTrial } from './attack-trial.ts'
import { chosenRows } from './chosen-rows.ts'
import { learnedPatienceMs } from './learned-patience.ts'
import type { Scenario } from './scenario.ts'
import { ScenarioRun } from './scenario-run.ts'
import { resolveSettings } from './settings.ts'

const MINUTE_MS = 60_000
const LEAST_WITHOUT = 0.98

const CORES: Readonly<Record<AttackedNetwork, CoreOptions>> = {
  dht256: {},
  mainline: { network: mainline },
  'dht256 secure': { network: Object.freeze({ ...dht256, secureIds: hashedIds }) },
}

/** A row, or a network without attackers. */
type Subject = AttackRow | { readonly network: AttackedNetwork; readonly attack?: undefined }

interface SubjectResult {
  readonly subject: Subject
  readonly name: string
  /** One for each seed. */
  readonly trials: readonly AttackResult[]
  readonly lookups: number
}

export const enemies: Scenario = Object.freeze<Scenario>({
  name: 'enemies',
  summary: 'attackers who aim at keys, and liars who answer; figures of what they break',
  defaults: {
    nodes: 300,
    hours: 0,
    seed: 1,
    latency: 'uniform',
    extras: {
      attack: undefined,
      network: undefined,
      identities: undefined,
      subnets: undefined,
      addresses: undefined,
      ids: undefined,
      silent: undefined,
      share: undefined,
      scattered: undefined,
      answer: undefined,
      wait: undefined,
      honest: undefined,
      targeted: undefined,
      lookups: 50,
      seeds: 1,
      loss: 0,
      churn: 0,
      long: 0,
      strict: 0,
    },
  },
  leastNodes: 20,
  extraHelp: {
    attack: `${ATTACKS.map(({ number, summary }) => `${number}: ${summary}`).join('; ')}`,
    network: '1: dht256, 2: mainline, 3: dht256 with ids that follow addresses; default: all',
    identities: 'identities around a key; this and the next options replace the rows of the attack',
    subnets: 'IPv4 /24s in which they are',
    addresses: 'addresses in each subnet; more identities have ports of their own',
    ids: 'ids around a key: 1 nearest, 2 spread like honest ones, 3 that addresses allow',
    silent: 'identities that do not respond when they are asked for the key, percent',
    share: 'attackers at random places, percent of all nodes',
    scattered: 'attackers at random places, number',
    answer: ANSWER_NAMES.map((name, i) => `${i + 1}: ${name}`).join('; '),
    wait: 'minutes of attack after publication; default: the attack comes before',
    targeted: '1: attackers at random places have ids next to the keys; 0: random ids',
    honest: 'honest nodes in rows with a number of their own',
    lookups: 'lookups measured with each seed',
    seeds: 'number of seeds, from the given one on',
    loss: 'packets lost, percent',
    churn: 'median session of honest nodes, minutes; 0: they stay',
    long: '1: also the rows that take many minutes',
    strict: '1: a goal that is known to be missed fails the run, too',
  },
  run(given, observers) {
    const scenario = new ScenarioRun(enemies, resolveSettings(enemies, given), observers)
    const rows = chosenRows(scenario.settings.extras)
    const networks = [...new Set(rows.map(({ network }) => network))]
    const subjects: Subject[] = [...networks.map((network) => ({ network })), ...rows]
    const alone = new Map<AttackedNetwork, SubjectResult>()
    const results = subjects.map((subject, i) => {
      const part = { from: i / subjects.length, of: subjects.length }
      const result = runSubject(scenario, subject, part)
      if (subject.attack === undefined) alone.set(subject.network, result)
      addFigures(scenario, result, alone.get(subject.network))
      scenario.partEnded()
      return result
    })
    plot(scenario, results)
    return scenario.report()
  },
})

function runSubject(
  scenario: ScenarioRun,
  subject: Subject,
  { from, of }: { readonly from: number; readonly of: number },
): SubjectResult {
  const name = subject.attack === undefined ? `${subject.network} alone` : labelOf(subject)
  const { nodes, seed } = scenario.settings
  const [lookups, seeds, churn] = ['lookups', 'seeds', 'churn'].map((each) => {
    return scenario.extra(each)
  }) as [number, number, number]
  const core = CORES[subject.network]
  const parameters = parametersOf(subject, core)
  const trials = Array.from({ length: seeds }, (_, i) => {
    const world = scenario.world({
      seed: typeof seed === 'number' ? seed + i : `${seed} ${i}`,
      core,
      network: {
        latency: withQuickHosts(LATENCIES[scenario.latency]),
        loss: scenario.extra('loss') / 100,
      },
    })
    const progress = (share: number): void => {
      scenario.progress(from + (i + share) / seeds / of, name)
    }
    const sessionMs = churn > 0 ? churn * MINUTE_MS : undefined
    return attackTrial(world, {
      parameters,
      nodes,
      lookups,
      sessionMs,
      progress,
    })
  })
  return { subject, name, trials, lookups: lookups * seeds }
}

function parametersOf(subject: Subject, core: CoreOptions): AttackParameters {
  if (subject.attack === undefined) return {}
  return subject.answer === 'slow' ? { ...subject, patienceMs: learnedPatienceMs(core) } : subject
}

/** @param alone - the same network without attackers */
function addFigures(
  scenario: ScenarioRun,
  result: SubjectResult,
  alone: SubjectResult | undefined,
): void {
  const { subject, name, trials, lookups: samples } = result
  const goal = goalOfSubject(subject, scenario.extra('strict') > 0)
  const figure = (what: string, given: Omit<Figure, 'name' | 'samples'>): void => {
    const isGoalOnly = !goal.isRequired
    scenario.figure({
      name: `${name}: ${what}`,
      samples,
      ...given,
      ...(isGoalOnly && { isGoalOnly }),
    })
  }
  const success = new Sample(trials.map((trial) => trial.success))
  const found = 'lookups that find the honest endpoint'
  const least = goal.found === undefined ? {} : { atLeast: goal.found }
  figure(`${found}, mean`, { value: success.mean, unit: 'share', ...least })
  if (trials.length > 1) figure(`${found}, worst seed`, { value: success.least, unit: 'share' })
  const measures = trials.flatMap((trial) => trial.measures)
  const open = new Sample(trials.map((trial) => trial.open)).sum
  figure('lookups that did not end', { value: open, unit: 'lookups', atMost: 0 })
  const unit = 'queries'
  const asked = new Sample(measures.map(({ queries }) => queries))
  figure('nodes asked by a lookup, mean', { value: asked.mean, unit })
  const mostAsked = goal.mostAsked === undefined ? {} : { atMost: goal.mostAsked }
  figure('nodes asked by a lookup, most', { value: asked.most, unit, ...mostAsked })
  for (const [part, ms] of timesOf(measures)) {
    figure(`time of lookups that found it, ${part}`, { value: ms, unit: 'ms' })
  }
  if (goal.mostSlowdown !== undefined && alone !== undefined) {
    const value = p99Of(measures) / p99Of(alone.trials.flatMap((trial) => trial.measures))
    figure('time of lookups that found it, p99, beside that without attackers', {
      value,
      unit: 'times',
      atMost: goal.mostSlowdown,
    })
  }
  const publishing = new Sample(trials.map((trial) => trial.publishing)).mean
  figure('queries of a publishing round, mean', { value: publishing, unit })
}

function goalOfSubject(subject: Subject, isStrict: boolean): AttackGoal {
  if (subject.attack !== undefined) return goalOf(subject, isStrict)
  return { found: LEAST_WITHOUT, isRequired: true }
}

/** None if no lookup was successful. */
function timesOf(measures: readonly LookupMeasure[]): (readonly [string, number])[] {
  const times = timesFound(measures)
  if (times.size === 0) return []
  return [
    ['p50', times.quantile(0.5)],
    ['p99', times.quantile(0.99)],
  ]
}

/** NaN if no lookup was successful. */
function p99Of(measures: readonly LookupMeasure[]): number {
  const times = timesFound(measures)
  return times.size === 0 ? Number.NaN : times.quantile(0.99)
}

function timesFound(measures: readonly LookupMeasure[]): Sample {
  const found = measures.filter(({ succeeded }) => succeeded)
  return new Sample(found.map(({ durationMs }) => durationMs))
}

function plot(scenario: ScenarioRun, results: readonly SubjectResult[]): void {
  const points = results.map(({ trials }, i) => {
    return [i, new Sample(trials.map((trial) => trial.success)).mean] as const
  })
  scenario.plot({
    kind: 'lines',
    name: 'Lookups that find the honest endpoint, in the order of the table',
    xUnit: 'row',
    yUnit: 'share',
    lines: [{ name: 'lookups', points }],
  })
}

// The program `dht-sim`: lists the scenarios, or runs one and leaves its report as a table, a JSON
// file and a page. Ends with 0 when all is as wanted, 1 when it is not, 2 when it was asked
// wrongly.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SimError } from '../errors.ts'
import { formatNumber, formatSpan } from '../reports/format-value.ts'
import { reportPage } from '../reports/report-page.ts'
import { reportTable } from '../reports/report-table.ts'
import type { Scenario } from '../scenarios/scenario.ts'
import { type CliRequest, optionNames, readArguments } from './arguments.ts'
import { type Display, ProgressBar } from './progress-bar.ts'

/** What the program needs of its environment. */
export interface Environment {
  readonly scenarios: readonly Scenario[]
  /** For results. */
  print(line: string): void
  /** For progress and complaints. */
  readonly display: Display
}

export type ExitCode = 0 | 1 | 2

/** @param args - what follows the program's name */
export function runCommandLine(args: readonly string[], environment: Environment): ExitCode {
  const { scenarios, print, display } = environment
  try {
    const request = readArguments(args, scenarios)
    if (request.kind === 'run') return runScenario(request, environment)
    for (const line of request.kind === 'list' ? listLines(scenarios) : HELP) print(line)
    return 0
  } catch (error) {
    if (!SimError.is(error) || error.code !== 'ERR_DHT_SIM_ARGUMENT') throw error
    display.write(`${error.code} ${error.message}\n`)
    return 2
  }
}

function runScenario(
  { scenario, settings, out }: Extract<CliRequest, { kind: 'run' }>,
  { print, display }: Environment,
): ExitCode {
  const beganAt = display.now()
  const progress = new ProgressBar(display)
  const report = scenario.run(settings, { progress })
  progress.clear()
  const tookMs = display.now() - beganAt
  mkdirSync(out, { recursive: true })
  const [json, page] = [join(out, 'report.json'), join(out, 'report.html')]
  writeFileSync(json, `${JSON.stringify(report, undefined, 2)}\n`)
  writeFileSync(page, reportPage(report))
  const perSecond = Math.round(report.events / Math.max(0.001, tookMs / 1_000))
  const lines = reportTable(report)
  for (const line of lines.slice(0, -1)) print(line)
  print(`took ${formatSpan(tookMs)}, ${formatNumber(perSecond)} events per second`)
  print(`written: ${json}, ${page}`)
  print(lines.at(-1) ?? '')
  return report.passed ? 0 : 1
}

const HELP: readonly string[] = [
  'dht-sim list                      names the scenarios',
  'dht-sim <scenario> [options]      runs one; ends with 1 when a figure is not as wanted',
  '',
  '  --nodes N     nodes of the network',
  '  --hours H     virtual time after the network stands; fractions are allowed',
  '  --seed S      decides everything that chance decides; the same seed, the same run',
  '  --latency L   round trips: pairs, datagrams, clustered (unequal) or uniform (nearly equal)',
  '  --encoded no  hands messages on unwritten: the same course, up to a third sooner',
  '  --out FOLDER  for report.json and report.html; default: reports/sim/<scenario>',
]

function listLines(scenarios: readonly Scenario[]): string[] {
  return scenarios.flatMap((scenario) => {
    const { name, summary, defaults, extraHelp } = scenario
    const { nodes, hours, seed, extras } = defaults
    const more = Object.entries(extras).map(([extra, value]) => {
      const written = value === undefined ? '' : ` ${formatNumber(value)}`
      return `    --${extra}${written}: ${extraHelp[extra] ?? ''}`
    })
    return [
      `${name}: ${summary}`,
      `    --nodes ${nodes} --hours ${hours} --seed ${seed}; options: ${optionNames(scenario)}`,
      ...more,
    ]
  })
}

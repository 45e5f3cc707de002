// The program `dht-sim`. It lists the scenarios, or runs one and writes its report as a table, a
// JSON file and an HTML page. The exit code is 0 if all figures are as wanted, 1 if not, and 2 for
// wrong arguments.

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SimError } from '../errors.ts'
import { formatNumber, formatSpan } from '../reports/format-value.ts'
import { reportPage } from '../reports/report-page.ts'
import { reportTable } from '../reports/report-table.ts'
import type { Scenario } from '../scenarios/scenario.ts'
import { type CliRequest, optionNames, readArguments } from './arguments.ts'
import { type Display, ProgressBar } from './progress-bar.ts'
import { RecordingFile } from './recording-file.ts'

/** What the program needs of its environment. */
export interface Environment {
  readonly scenarios: readonly Scenario[]
  /** Prints a line of the result. */
  print(line: string): void
  /** Where progress and errors are shown. */
  readonly display: Display
}

export type ExitCode = 0 | 1 | 2

/** @param args - the arguments without the program's name */
export function runCommandLine(args: readonly string[], environment: Environment): ExitCode {
  const { scenarios, print, display } = environment
  try {
    const request = readArguments(args, scenarios)
    if (request.kind === 'run') return runScenario(request, environment)
    for (const line of request.kind === 'list' ? listLines(scenarios) : HELP) print(line)
    return 0
  } catch (error) {
    if (!SimError.is(error) || error.code !== 'ERR_DHT_SIM_ARGUMENT') throw error
    display.write(`error: ${error.message}\n`)
    return 2
  }
}

function runScenario(
  { scenario, settings, out, record }: Extract<CliRequest, { kind: 'run' }>,
  { print, display }: Environment,
): ExitCode {
  const beganAt = display.now()
  const progress = new ProgressBar(display)
  const recording =
    record === undefined ? undefined : new RecordingFile(record, `dht-sim ${scenario.name}`)
  const report = scenario.run(settings, {
    progress,
    ...(recording !== undefined && { prepare: (world) => recording.prepare(world) }),
  })
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
  if (recording !== undefined) print(recording.write(report.violations))
  print(lines.at(-1) ?? '')
  return report.passed && recording?.hasWorld !== false ? 0 : 1
}

const HELP: readonly string[] = [
  'dht-sim list                      lists the scenarios',
  'dht-sim <scenario> [options]      runs one; exits with 1 if a figure is not as wanted',
  '',
  '  --nodes N     nodes of the network',
  '  --hours H     virtual time after the network has grown; fractions are allowed',
  '  --seed S      determines all random numbers: the same seed gives the same run',
  '  --latency L   round trips: pairs, datagrams, clustered (unequal) or uniform (nearly equal)',
  '  --encoded no  does not encode messages: the same run, up to a third faster',
  '  --out FOLDER  for report.json and report.html; default: reports/sim/<scenario>',
  '  --record FILE records a world, for the page of @dht/observatory',
  '  --record-world N  which one, if the scenario has several; default 1',
  '  --record-nodes N  most nodes that are recorded; default 50',
]

function listLines(scenarios: readonly Scenario[]): string[] {
  return scenarios.flatMap((scenario) => {
    const { name, summary, defaults, extraHelp } = scenario
    const { nodes, hours, seed, extras } = defaults
    const options = optionNames(scenario).join(', ')
    const more = Object.entries(extras).map(([extra, value]) => {
      const written = value === undefined ? '' : ` ${formatNumber(value)}`
      return `    --${extra}${written}: ${extraHelp[extra] ?? ''}`
    })
    return [
      `${name}: ${summary}`,
      `    --nodes ${nodes} --hours ${hours} --seed ${seed}; options: ${options}`,
      ...more,
    ]
  })
}

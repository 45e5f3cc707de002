// Keeps what each test did: how often its properties ran, how many commands of scripts it executed,
// what its censuses counted, and how far its explorers came. One line of JSON for each test goes to
// the file that MODELS_JOURNAL names; without it nothing is kept. `tools/models` reads the file.

import { appendFileSync } from 'node:fs'
import { relative } from 'node:path'
import fc from 'fast-check'
import { afterEach, type TestContext } from 'vitest'
import { propertiesIn } from './property-ids.mjs'

/** What a census counted. */
export interface Counted {
  readonly model: string
  readonly counts: Readonly<Record<string, number>>
  readonly floors: Readonly<Record<string, number>>
}

/** How far an explorer got. */
export interface Seen {
  readonly name: string
  readonly states: number
  readonly moves: number
  readonly depth: number
  readonly isComplete: boolean
}

/** What one test did. */
export interface Entry {
  readonly file: string
  readonly title: string
  readonly ids: readonly string[]
  readonly runs: number
  readonly commands: number
  readonly counted: readonly Counted[]
  readonly seen: readonly Seen[]
}

/** A script of commands, as `fc.commands` draws it: each knows whether it was executed. */
type DrawnScript = Iterable<{ readonly hasRan: boolean }> & { readonly metadataForReplay: unknown }

/** Commands between two lines about a test that still runs, so that long tests show progress. */
const TELL_EVERY = 5_000

const page = { runs: 0, commands: 0, told: 0, counted: [] as Counted[], seen: [] as Seen[] }

let isListening = false

export function noteCensus(census: Counted): void {
  page.counted.push(census)
}

export function noteExploration(seen: Seen): void {
  page.seen.push(seen)
}

/** For models that execute commands themselves. Those of `fc.commands` are counted already. */
export function noteCommands(count: number): void {
  page.commands += count
  if (page.commands - page.told >= TELL_EVERY) tell()
}

/** Makes every test of this file leave its line. Call it while the file is set up. */
export function keepJournal(): void {
  // The report of a failure has only its message.
  fc.configureGlobal({ ...fc.readConfigureGlobal(), includeErrorInReport: true })
  if (!isListening) fc.installGlobalPlugin(countRuns)
  isListening = true
  afterEach(turnPage)
}

const countRuns: fc.Plugin<unknown> = () => ({
  decorateRun: (run) => (value) => {
    const outcome = run(value)
    if (outcome instanceof Promise) return outcome.finally(() => countCommands(value))
    countCommands(value)
    return outcome
  },
  onAllRunsComplete: ({ numRuns }) => {
    page.runs += numRuns
  },
})

function countCommands(value: unknown): void {
  for (const part of Array.isArray(value) ? value : [value]) {
    if (isScript(part)) noteCommands([...part].filter(({ hasRan }) => hasRan).length)
  }
}

function isScript(part: unknown): part is DrawnScript {
  return typeof part === 'object' && part !== null && 'metadataForReplay' in part
}

function tell(): void {
  write({ commandsSoFar: page.commands - page.told })
  page.told = page.commands
}

function turnPage({ task }: TestContext): void {
  const names = [task.name]
  for (let suite = task.suite; suite !== undefined; suite = suite.suite) names.unshift(suite.name)
  const { runs, commands, counted, seen } = page
  const file = relative(process.cwd(), task.file.filepath).replaceAll('\\', '/')
  const title = names.join(' ')
  const ids = [...new Set(names.flatMap((name) => [...propertiesIn(name)]))]
  write({ file, title, ids, runs, commands, counted, seen } satisfies Entry)
  Object.assign(page, { runs: 0, commands: 0, told: 0, counted: [], seen: [] })
}

function write(line: object): void {
  const file = process.env['MODELS_JOURNAL']
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(line)}\n`)
}

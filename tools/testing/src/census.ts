// Counts how often each case arose in a model test, and how often it has to. A generator that
// degenerates makes every script pass, so a case below its floor is a failure. The counts go to
// `reports/models/<name>.json`. To replay a script that failed, use what fast-check printed:
// FC_SEED=… FC_PATH=… FC_REPLAY=<its replayPath> npx vitest run <file> -t <title>.

import { mkdirSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { noteCensus, noteCommands } from './journal.ts'

const REPORTS = new URL('../../../reports/models/', import.meta.url)

/** Time limit of a model's test, ms. Its budget may be large. */
export const MODEL_TIMEOUT_MS = 3_600_000

/** Runs of a property from which on floors are checked. */
const FLOOR_RUNS = 100
/** Most rounds of {@link runUntilReached}. Our choice: chance alone hardly ever needs three. */
const MOST_ROUNDS = 8

export class Census<Case extends string> {
  readonly #name: string
  readonly #floors: Readonly<Record<Case, number>>
  readonly #counts: Record<Case, number>

  /**
   * @param name   - of the report, in kebab-case
   * @param floors - every case there is, with the least times that it must arise in one test run
   */
  constructor(name: string, floors: Readonly<Record<Case, number>>) {
    this.#name = name
    this.#floors = floors
    this.#counts = Object.fromEntries(this.#cases.map((each) => [each, 0])) as Record<Case, number>
  }

  count(which: Case, times = 1): void {
    this.#counts[which] += times
  }

  /** Takes note of commands executed in another way than by `fc.commands`, which counts its own. */
  executed(commands: number): void {
    noteCommands(commands)
  }

  /**
   * Which cases arose less often than they have to, and how often.
   *
   * @param rounds - how often the usual number of scripts ran: the floors grow with it
   */
  missing(rounds = 1): string[] {
    return this.#cases
      .filter((each) => this.#counts[each] < rounds * this.#floors[each])
      .map((each) => `${each}: ${this.#counts[each]} of ${rounds * this.#floors[each]}`)
  }

  /** Writes the report; afterwards the same as `missing`, or nothing when the budget was small. */
  close(rounds = 1): string[] {
    const report = { model: this.#name, counts: this.#counts, floors: this.#floors }
    noteCensus(report)
    mkdirSync(REPORTS, { recursive: true })
    writeFileSync(new URL(`${this.#name}.json`, REPORTS), `${JSON.stringify(report, null, 2)}\n`)
    return hasFloors() ? this.missing(rounds) : []
  }

  get #cases(): Case[] {
    return Object.keys(this.#floors) as Case[]
  }
}

/** Parameters of `fc.assert` for a model: a multiple of the usual budget, or the one replay. */
export function modelRuns(perProperty: number): { numRuns: number; path?: string } {
  const path = process.env['FC_PATH']
  const numRuns = Math.ceil(perProperty * budget())
  return path === undefined ? { numRuns } : { numRuns, path }
}

/**
 * Runs scripts until every case has arisen as often as it has to. With some seeds a rare case is
 * missing after the usual number of scripts. Then as many follow from the next seed, and the floors
 * grow with them: chance evens out, but a generator that no longer reaches a case still fails.
 *
 * @returns what `census.close` returns
 */
export function runUntilReached<Case extends string>(
  census: Census<Case>,
  perProperty: number,
  run: (parameters: { readonly numRuns: number; path?: string; seed?: number }) => void,
): string[] {
  const { seed } = fc.readConfigureGlobal()
  run(modelRuns(perProperty))
  let rounds = 1
  for (; hasFloors() && census.missing(rounds).length > 0 && rounds < MOST_ROUNDS; rounds++) {
    run({ ...modelRuns(perProperty), ...(seed !== undefined && { seed: seed + rounds }) })
  }
  return census.close(rounds)
}

/** Constraints of `fc.commands`: long scripts, and the script to replay. */
export function scripts(maxCommands: number): fc.CommandsContraints {
  const replayPath = process.env['FC_REPLAY']
  const long = { maxCommands, size: 'max' } as const
  return replayPath === undefined ? long : { ...long, replayPath }
}

function budget(): number {
  return fc.readConfigureGlobal().numRuns ?? FLOOR_RUNS
}

function hasFloors(): boolean {
  return !isReplay() && budget() >= FLOOR_RUNS
}

function isReplay(): boolean {
  return process.env['FC_PATH'] !== undefined
}

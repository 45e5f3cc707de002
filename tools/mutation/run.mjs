// Puts every mutant of Stryker into the sources, one at a time, and runs the package's tests on it.
// Prints the survivors and a table; fails below the threshold.
//
//   npm run mutation                        every package: hours; see stryker-options.mjs
//   npm run mutation -- --only store,id     some packages
//   npm run mutation -- --only id --again   keeps the results of unchanged mutants
//   npm run mutation -- --only id --mutate packages/id/src/prefix.ts     files (or file:10-20)
//
// Leaves reports/mutation/<package>.json (Stryker's own format, for its viewer) and a summary of
// all packages ever run, reports/mutation/summary.json.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Stryker } from '@stryker-mutator/core'
import { environmentOf, optionsOf, PACKAGES } from './stryker-options.mjs'

/** @typedef {{ readonly package: string, readonly score: number, readonly killed: number,
 *   readonly timeout: number, readonly survived: number, readonly noCoverage: number,
 *   readonly ignored: number, readonly seconds: number }} Row */
/** @typedef {Awaited<ReturnType<Stryker['runMutationTest']>>[number]} MutantResult */

const root = fileURLToPath(new URL('../..', import.meta.url))
const reports = join(root, 'reports/mutation')

/** Least share of killed mutants, per cent. */
const THRESHOLD = 90

/** @param {string | undefined} only */
function choose(only) {
  if (only === undefined) return PACKAGES
  const chosen = only.split(',')
  const unknown = chosen.filter((name) => !PACKAGES.includes(name))
  if (unknown.length > 0) throw new Error(`--only: expected ${PACKAGES.join(', ')}, got ${unknown}`)
  return chosen
}

/**
 * @param {string} name
 * @param {MutantResult[]} mutants
 * @param {number} seconds
 * @returns {Row}
 */
function count(name, mutants, seconds) {
  const of = (/** @type {string} */ status) =>
    mutants.filter((each) => each.status === status).length
  const noticed = of('Killed') + of('Timeout')
  const missed = of('Survived') + of('NoCoverage')
  const broken = of('RuntimeError') + of('CompileError') + of('Pending')
  if (broken > 0) throw new Error(`${name}: ${broken} mutants could not be judged`)
  return {
    package: name,
    score: Math.floor((noticed / (noticed + missed)) * 10_000) / 100,
    killed: of('Killed'),
    timeout: of('Timeout'),
    survived: of('Survived'),
    noCoverage: of('NoCoverage'),
    ignored: of('Ignored'),
    seconds,
  }
}

/**
 * Most mutants are judged by the tests that execute them. For mutants that act while a module loads
 * these tests aren't known, so a second pass judges them by all tests.
 *
 * @param {string} name
 * @param {{ readonly again: boolean, readonly mutate?: string | undefined }} request
 */
async function judge(name, request) {
  const options = optionsOf(name, request)
  const first = await new Stryker({ ...options, ignoreStatic: true }).runMutationTest()
  const early = new Map(first.filter(isStatic).map((mutant) => [keyOf(mutant), mutant]))
  console.log(`${early.size} mutants of ${name} act while a module loads`)
  if (early.size === 0) return first
  const mutate = [...new Set([...early.values()].map(linesOf))]
  const jsonReporter = { fileName: `reports/mutation/${name}.static.json` }
  const all = { ...options, mutate, jsonReporter, incremental: false }
  const second = await new Stryker(all).runMutationTest()
  const late = second.filter((mutant) => early.has(keyOf(mutant)))
  if (late.length !== early.size) throw new Error(`${name}: ${late.length} of ${early.size} judged`)
  return [...first.filter((mutant) => !isStatic(mutant)), ...late]
}

/** @param {MutantResult} mutant */
function isStatic({ status, statusReason }) {
  return status === 'Ignored' && statusReason?.startsWith('Static mutant') === true
}

/** @param {MutantResult} mutant */
function keyOf({ fileName, location, mutatorName, replacement }) {
  return JSON.stringify([fileName, location, mutatorName, replacement])
}

/** The lines of a mutant, as `--mutate` takes them. @param {MutantResult} mutant */
function linesOf({ fileName, location: { start, end } }) {
  const path = fileName.replaceAll('\\', '/').slice(fileName.lastIndexOf('packages/'))
  return `${path}:${start.line}-${end.line}`
}

/** @param {MutantResult} mutant */
function printMissed({ fileName, location, mutatorName, replacement, status }) {
  const path = fileName.replaceAll('\\', '/').slice(fileName.lastIndexOf('packages/'))
  const { start, end } = location
  const lines = readFileSync(join(root, path), 'utf8').split('\n')
  const first = lines[start.line - 1] ?? ''
  const whole = start.line === end.line
  const original = whole
    ? first.slice(start.column - 1, end.column - 1)
    : first.slice(start.column - 1)
  const uncovered = status === 'NoCoverage' ? ' (no test comes here)' : ''
  console.log(`${path}:${start.line}:${start.column} ${mutatorName}${uncovered}`)
  console.log(`  ${original}${whole ? '' : ' …'} → ${(replacement ?? '').replaceAll(/\s+/g, ' ')}`)
}

/** Replaces the rows of the packages just run. @param {readonly Row[]} rows */
function keep(rows) {
  const file = join(reports, 'summary.json')
  /** @type {Row[]} */
  let before = []
  try {
    before = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    // The first run of all.
  }
  const others = before.filter((old) => rows.every((row) => row.package !== old.package))
  const all = PACKAGES.flatMap((name) => [...rows, ...others].filter((row) => row.package === name))
  writeFileSync(file, `${JSON.stringify(all, undefined, 2)}\n`)
}

/** @param {readonly Row[]} rows */
function printTable(rows) {
  const columns = /** @type {const} */ ([
    'package',
    'score',
    'killed',
    'timeout',
    'survived',
    'noCoverage',
    'ignored',
    'seconds',
  ])
  const line = (/** @type {readonly (string | number)[]} */ cells) =>
    cells.map((cell, i) => (i === 0 ? String(cell).padEnd(14) : String(cell).padStart(11))).join('')
  console.log(`\n${line(columns)}`)
  for (const row of rows) console.log(line(columns.map((column) => row[column])))
}

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    again: { type: 'boolean', default: false },
    mutate: { type: 'string' },
  },
})
mkdirSync(reports, { recursive: true })
process.chdir(root)
/** @type {Row[]} */
const rows = []
for (const name of choose(values.only)) {
  Object.assign(process.env, environmentOf(name))
  const startedAt = performance.now()
  const mutants = await judge(name, values)
  const row = count(name, mutants, Math.round((performance.now() - startedAt) / 1_000))
  rows.push(row)
  console.log()
  for (const mutant of mutants) {
    if (mutant.status === 'Survived' || mutant.status === 'NoCoverage') printMissed(mutant)
  }
  if (values.mutate === undefined) keep([row])
}
printTable(rows)
const low = rows.filter(({ score }) => score < THRESHOLD).map((row) => row.package)
if (low.length > 0) console.log(`\nbelow ${THRESHOLD} %: ${low.join(', ')}`)
process.exitCode = low.length > 0 ? 1 : 0

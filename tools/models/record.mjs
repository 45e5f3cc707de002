// The record of the last runs, reports/models.jsonl: one line for each test, mutant and package. A
// run of some tests replaces their lines and keeps the others. The report is made from the record.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** @typedef {import('./rounds.mjs').Sum} Sum */
/** @typedef {{ readonly id: string, readonly wrong: string, readonly verdict: string,
 *   readonly by: readonly string[] }} Mutant */
/** @typedef {{ readonly package: string, readonly score: number, readonly killed: number,
 *   readonly timeout: number, readonly survived: number, readonly noCoverage: number,
 *   readonly ignored: number }} Score */
/** @typedef {{ readonly tests: readonly Sum[], readonly mutants: readonly Mutant[],
 *   readonly scores: readonly Score[] }} RunRecord */

const reports = new URL('../../reports/', import.meta.url)
const file = new URL('models.jsonl', reports)

/** @returns {RunRecord} */
export function readRecord() {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const lines = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
  return {
    tests: lines.flatMap(({ test }) => test ?? []),
    mutants: lines.flatMap(({ mutant }) => mutant ?? []),
    scores: lines.flatMap(({ score }) => score ?? []),
  }
}

/** @param {RunRecord} record */
export function writeRecord({ tests, mutants, scores }) {
  const lines = [
    ...tests.map((test) => ({ test })),
    ...mutants.map((mutant) => ({ mutant })),
    ...scores.map((score) => ({ score })),
  ]
  mkdirSync(reports, { recursive: true })
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
}

/**
 * The record after a run of tests.
 *
 * @param {RunRecord} record
 * @param {readonly Sum[]} sums
 * @param {{ readonly files: readonly string[], readonly isWhole: boolean }} what - the files that
 *   ran, and whether all of their tests ran; if so, their other lines are out of date
 * @returns {RunRecord}
 */
export function withTests(record, sums, { files, isWhole }) {
  const keyOf = (/** @type {Sum} */ { file, title }) => `${file} ${title}`
  const telling = sums.filter(({ ids, commands, seen }) => ids.length + commands + seen.length > 0)
  const now = new Set(telling.map(keyOf))
  const isPast = (/** @type {Sum} */ test) => now.has(keyOf(test)) || isGone(test.file)
  const kept = record.tests.filter(
    (test) => !isPast(test) && !(isWhole && files.includes(test.file)),
  )
  return { ...record, tests: ordered([...kept, ...telling], keyOf) }
}

/** @param {string} path */
function isGone(path) {
  return !existsSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)))
}

/** The record with the reports of the mutation tools. @param {RunRecord} record */
export function withReports(record) {
  /** @type {readonly Mutant[]} */
  const mutants = reported('mutants.json')
  /** @type {readonly Score[]} */
  const scores = reported('mutation/summary.json')
  const added = mutants.map(({ id, wrong, verdict, by }) => ({ id, wrong, verdict, by }))
  return {
    ...record,
    mutants: replaced(record.mutants, added, ({ id }) => id),
    scores: replaced(record.scores, scores, (each) => each.package),
  }
}

/** @param {string} name */
function reported(name) {
  const report = new URL(name, reports)
  return existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : []
}

/**
 * @template T
 * @param {readonly T[]} known
 * @param {readonly T[]} added
 * @param {(each: T) => string} keyOf
 */
function replaced(known, added, keyOf) {
  const keys = new Set(added.map(keyOf))
  return ordered([...known.filter((each) => !keys.has(keyOf(each))), ...added], keyOf)
}

/**
 * @template T
 * @param {readonly T[]} all
 * @param {(each: T) => string} keyOf
 */
function ordered(all, keyOf) {
  return [...all].sort((a, b) => keyOf(a).localeCompare(keyOf(b), 'en', { numeric: true }))
}

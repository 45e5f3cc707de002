// Asks the tests whether they would notice a mistake. Puts one known mistake (a mutant) at a time
// into a copy of the sources, and runs the tests that should catch it. A mutant is killed when a
// failing test names the property that it breaks; if only other tests fail, or none, the properties
// have a gap.
//
//   npm run mutants                     all of them; the table goes to reports/models.md
//   npm run mutants -- --only M7,M21    some; M21 stands for M21a, M21b, …
import { execFileSync, spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { propertiesIn } from '@dht/testing/property-ids'
import { renewPage } from '../models/page.mjs'
import { mutants as all, mistakenText, placeOf } from './mutants.mjs'

/**
 * @typedef {import('./mutants.mjs').Mutant} Mutant
 * @typedef {{ readonly title: string, readonly hasPassed: boolean }} TestResult
 * @typedef {'killed' | 'killed by another test' | 'survived' | 'did not run'} Verdict
 * @typedef {{ readonly id: string, readonly wrong: string, readonly verdict: Verdict,
 *   readonly by: readonly string[], readonly seconds: number }} Row
 */

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Copies of the sources in use at the same time, each with one run of tests. */
const COPIES = 2
/** Longest run of tests, ms. A mutant may make a loop endless; usual runs take a few seconds. */
const LONGEST_RUN_MS = 120_000

/** @param {string | undefined} only @returns {readonly Mutant[]} */
function choose(only) {
  if (only === undefined) return all
  const wanted = only.split(',')
  const isWanted = (/** @type {Mutant} */ { id }) =>
    wanted.some((each) => each === id || each === id.replace(/[a-z]$/, ''))
  const chosen = all.filter(isWanted)
  if (chosen.length === 0) throw new Error(`--only: expected ids such as M7, got ${only}`)
  return chosen
}

/** Copies the sources; the copy shares the installed packages. @returns {string} */
function copyOfSources() {
  const copy = mkdtempSync(join(tmpdir(), 'mutants-'))
  const listed = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    { cwd: root, encoding: 'utf8' },
  )
  for (const path of listed.split('\0')) {
    if (path !== '' && existsSync(join(root, path))) cpSync(join(root, path), join(copy, path))
  }
  for (const path of listed.split('\0').filter((each) => each.endsWith('package.json'))) {
    const installed = join(dirname(path), 'node_modules')
    if (existsSync(join(root, installed))) symlinkSync(join(root, installed), join(copy, installed))
  }
  return copy
}

/**
 * Runs test files in a copy.
 *
 * @param {string} copy
 * @param {readonly string[]} files
 * @returns {Promise<TestResult[] | string>} what became of each test, or why there were none
 */
async function test(copy, files) {
  const report = join(copy, 'report.json')
  rmSync(report, { force: true })
  const output = await vitest(copy, [...files, '--reporter=json', `--outputFile=${report}`])
  if (!existsSync(report)) return output
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'))
  /** @type {TestResult[]} */
  const results = []
  for (const { assertionResults, message } of testResults) {
    if (assertionResults.length === 0) return message
    for (const { fullName, status } of assertionResults) {
      results.push({ title: fullName, hasPassed: status === 'passed' })
    }
  }
  return results
}

/**
 * @param {string} copy
 * @param {readonly string[]} args
 * @returns {Promise<string>} what it printed
 */
function vitest(copy, args) {
  const program = join(copy, 'node_modules/vitest/vitest.mjs')
  const child = spawn(process.execPath, [program, 'run', ...args], {
    cwd: copy,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LONGEST_RUN_MS,
  })
  let output = ''
  child.stdout.on('data', (text) => (output += text))
  child.stderr.on('data', (text) => (output += text))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', () => resolve(output))
  })
}

/** The files with a mistake in each. @param {string} copy @param {readonly Mutant[]} mutants */
function mistakenTexts(copy, mutants) {
  const due = mutants.map((mutant) => ({ mutant, text: mistakenText(copy, mutant) ?? '' }))
  const lost = due.filter(({ text }) => text === '').map(({ mutant }) => `  ${placeOf(mutant)}`)
  if (lost.length === 0) return due
  throw new Error(`these texts don't occur exactly once in their source:\n${lost.join('\n')}`)
}

/** @param {Mutant} mutant @param {string} copy @param {string} text @returns {Promise<Row>} */
async function judge(mutant, copy, text) {
  const { id, wrong, file, tests, killers } = mutant
  const place = join(copy, file)
  const sound = readFileSync(place)
  const startedAt = performance.now()
  writeFileSync(place, text)
  const results = await test(copy, tests)
  writeFileSync(place, sound)
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10
  if (typeof results === 'string') {
    return { id, wrong, verdict: 'did not run', by: [results.trim().slice(0, 2_000)], seconds }
  }
  const failing = results.filter(({ hasPassed }) => !hasPassed).map(({ title }) => title)
  const names = (/** @type {string} */ title) =>
    [...propertiesIn(title)].some((each) => killers.includes(each))
  const named = failing.filter(names)
  if (named.length > 0) return { id, wrong, verdict: 'killed', by: named, seconds }
  const verdict = failing.length > 0 ? 'killed by another test' : 'survived'
  return { id, wrong, verdict, by: failing, seconds }
}

/**
 * Checks that the tests pass without a mutant. Otherwise a failure would prove nothing.
 *
 * @param {string} copy
 * @param {readonly string[]} files
 */
async function requireSound(copy, files) {
  const results = await test(copy, files)
  if (typeof results === 'string') throw new Error(`the tests do not run:\n${results}`)
  const failing = results.filter(({ hasPassed }) => !hasPassed).map(({ title }) => `  ${title}`)
  if (failing.length > 0)
    throw new Error(`these tests fail without a mutant:\n${failing.join('\n')}`)
  console.log(`${results.length} tests in ${files.length} files pass without a mutant`)
}

/**
 * Judges the mutants, each in a copy that is free.
 *
 * @param {readonly Mutant[]} mutants
 * @param {readonly string[]} copies
 */
async function judgeAll(mutants, copies) {
  const [first = ''] = copies
  const due = mistakenTexts(first, mutants)
  /** @type {Row[]} */
  const rows = []
  await requireSound(first, [...new Set(mutants.flatMap(({ tests }) => tests))])
  const work = async (/** @type {string} */ copy) => {
    for (let next = due.shift(); next !== undefined; next = due.shift()) {
      const row = await judge(next.mutant, copy, next.text)
      rows.push(row)
      console.log(`${row.id} ${row.verdict} (${row.seconds} s)`)
      if (row.verdict === 'did not run') console.log(row.by.join('\n'))
    }
  }
  await Promise.all(copies.map(work))
  return mutants.flatMap(({ id }) => rows.filter((row) => row.id === id))
}

/** @param {readonly Row[]} rows */
function conclude(rows) {
  console.log()
  for (const { id, verdict, by, wrong } of rows) {
    const property = verdict === 'did not run' ? '' : (by[0] ?? '')
    console.log(`${id.padEnd(5)} ${verdict.padEnd(22)} ${wrong}`)
    if (property !== '') console.log(`${' '.repeat(28)} ${property}`)
  }
  const killed = rows.filter(({ verdict }) => verdict === 'killed').length
  mkdirSync(join(root, 'reports'), { recursive: true })
  writeFileSync(join(root, 'reports/mutants.json'), `${JSON.stringify(rows, undefined, 2)}\n`)
  renewPage()
  console.log(`\n${killed} of ${rows.length} killed by the property they break`)
  process.exitCode = killed === rows.length ? 0 : 1
}

const { values } = parseArgs({ options: { only: { type: 'string' } } })
const mutants = choose(values.only)
const copies = Array.from({ length: Math.min(COPIES, mutants.length) }, copyOfSources)
try {
  conclude(await judgeAll(mutants, copies))
} finally {
  for (const copy of copies) rmSync(copy, { recursive: true, force: true })
}

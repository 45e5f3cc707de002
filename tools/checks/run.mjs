// Runs a suite of checks one after the other, and ends with one plain line, `N passed, N failed`.
// `npm test` runs the suite `local`; `.ci/run` runs `ci`.
//
// A check that counts (a test run) writes `{ passed, failed, failures }` to the file that
// REPORT_COUNTS names; any other check counts as one. A check that breaks counts as a failure. The
// sum goes to REPORT_COUNTS as well, so a suite can be a check of another suite. The end repeats
// what failed, because people look there first.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { forgetFilter } from './forget-filter.mjs'
import { INSTALL, JOURNAL, reports, root, SUITES } from './suites.mjs'

/** @import { Check } from './suites.mjs' */
/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {readonly string[]} failures  a line each: what failed, and how to run it again
 */

/** @type {Counts} */
const NOTHING = { passed: 0, failed: 0, failures: [] }

/** What a counting check left behind; nothing left behind is a failure. @returns {Counts} */
function countsIn(/** @type {string} */ file) {
  try {
    const { passed, failed, failures = [] } = JSON.parse(readFileSync(file, 'utf8'))
    return { passed, failed, failures }
  } catch {
    return { passed: 0, failed: 1, failures: ['left no counts behind'] }
  }
}

/**
 * Runs a check.
 *
 * @param {Check} check
 * @param {boolean} isAlone  its output appears at once; otherwise when it has ended
 * @returns {Promise<Counts>}
 */
async function run(check, isAlone) {
  const file = join(reports, `${check.name.replaceAll(' ', '-').toLowerCase()}.json`)
  rmSync(file, { force: true })
  const isShown = check.counts === true && isAlone
  const child = spawn(check.command, {
    cwd: root,
    shell: true,
    stdio: isShown ? 'inherit' : ['inherit', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ...check.env,
      PATH: join(root, 'node_modules/.bin') + delimiter + process.env['PATH'],
      REPORT_COUNTS: file,
      TURBO_TELEMETRY_DISABLED: '1',
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => {
      output += text
    })
  }
  const [status] = await once(child, 'close')
  if (status !== 0 || check.counts) process.stdout.write(output)
  if (check === INSTALL) forgetFilter(root)
  const counts = check.counts ? countsIn(file) : { ...NOTHING, passed: status === 0 ? 1 : 0 }
  if (status === 0 || counts.failed > 0) return counts
  return { ...counts, failed: 1, failures: [`exit status ${status}`] }
}

/** @param {Check} check @param {boolean} isAlone @returns {Promise<Counts & { name: string }>} */
async function runAloud(check, isAlone) {
  const startedAt = performance.now()
  const isShort = isAlone && !check.counts
  process.stdout.write(isShort ? `-- ${check.name} ... ` : `-- ${check.name}\n`)
  const counts = await run(check, isAlone)
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  const verdict = counts.failed === 0 ? 'ok' : `${counts.failed} FAILED`
  console.log(`${isShort ? '' : `-- ${check.name}: `}${verdict} (${seconds} s)`)
  return { name: check.name, ...counts }
}

/** Adds the results up: for each check on a line of its own, then in one plain line. */
function conclude(/** @type {readonly (Counts & { readonly name: string })[]} */ results) {
  const passed = results.reduce((sum, counts) => sum + counts.passed, 0)
  const failed = results.reduce((sum, counts) => sum + counts.failed, 0)
  const failures = results.flatMap((counts) => {
    return counts.failures.map((failure) => `${counts.name}: ${failure}`)
  })
  const target = process.env['REPORT_COUNTS'] ?? join(reports, 'checks.json')
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, `${JSON.stringify({ passed, failed, failures })}\n`)
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0
  if (results.length === 1) return
  console.log()
  for (const counts of results) {
    console.log(`${counts.name.padEnd(24)} ${counts.passed} passed, ${counts.failed} failed`)
  }
  for (const failure of failures) console.log(`FAILED  ${failure}`)
  console.log(`\n${passed} passed, ${failed} failed`)
}

const name = process.argv[2] ?? 'local'
const suite = SUITES[name]
if (suite === undefined) {
  throw new Error(`suite: expected ${Object.keys(SUITES).join(', ')}, got ${name}`)
}
mkdirSync(reports, { recursive: true })
rmSync(JOURNAL, { force: true })
/** @type {(Counts & { name: string })[]} */
const results = []
for (const step of suite) {
  const checks = 'name' in step ? [step] : step
  results.push(...(await Promise.all(checks.map((check) => runAloud(check, checks.length === 1)))))
}
conclude(results)

// Runs a suite of checks one after the other, and ends with one plain line, `N passed, N failed`.
// `npm test` runs the suite `local`; `.ci/run` runs `ci`.
//
// A check that counts (a test run) writes `{ passed, failed, failures }` to the file that
// REPORT_COUNTS names; any other check counts as one. A check that breaks counts as a failure. The
// sum goes to REPORT_COUNTS as well, so a suite can be a check of another suite. The end repeats
// what failed, because people look there first.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { forgetFilter } from './forget-filter.mjs'
import { RUNTIME_NAMES } from './runtimes.mjs'

/** @typedef {{ readonly name: string, readonly command: string, readonly counts?: boolean,
 *   readonly env?: Readonly<Record<string, string>> }} Check */
/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {readonly string[]} failures  a line each: what failed, and how to run it again
 */

const root = fileURLToPath(new URL('../..', import.meta.url))
const reports = join(root, 'reports')
const vitest = 'node node_modules/vitest/vitest.mjs run'
/** What each test did, for the report of the models (tools/models). */
const JOURNAL = join(reports, 'journal.jsonl')

/** Tests over real sockets, and of whole processes and their signals. */
const SOCKET_TESTS = [
  'packages/krpc/test/unit/udp.test.ts',
  ...[
    'bootstrap',
    'hostile',
    'network',
    'peers',
    'processes',
    'reopening',
    'sockets',
    'withdrawal',
  ].map((name) => `packages/node/test/e2e/${name}.test.ts`),
]

/**
 * The tests over real sockets on another runtime. They measure real time, so one file runs at a
 * time. Tests that need nothing of the runtime run once, on Node 20.
 *
 * @param {string} name @returns {Check}
 */
const socketsOn = (name) => ({
  name: `sockets on ${name}`,
  command: `node tools/checks/on-runtime.mjs "${name}" node_modules/vitest/vitest.mjs run --no-file-parallelism ${SOCKET_TESTS.join(' ')}`,
  counts: true,
})

/** @type {Check} */
const BUILD = { name: 'build', command: 'turbo run build --output-logs=errors-only' }

/** Members that only the continuous integration and single scripts need: the larger half. */
const APART = ['@dht/mutation', '@dht/pack-check', '@dht/release']

/** What the tests need, and no more. @type {Check} */
const INSTALL = {
  name: 'install',
  command: `pnpm ${APART.map((name) => `--filter "!${name}"`).join(' ')} install`,
}

/** What the simulator needs, and no more. @type {Check} */
const BUILD_SIMULATOR = {
  name: 'build',
  command: 'turbo run build --filter=@dht/sim... --output-logs=errors-only',
}

/** @type {readonly Check[]} */
const TYPES = [
  { name: 'types', command: 'turbo run typecheck --output-logs=errors-only' },
  { name: 'types of tools', command: 'tsc -p tsconfig.json' },
]

/** Of the members that `npm test` does not install. @type {Check} */
const TYPES_APART = {
  name: 'types of what is apart',
  command: 'tsc -p tools/mutation && tsc -p tools/browser',
}

/** The runner of its own workspace, on the tests of all others. @type {Check} */
const BROWSER = {
  name: 'browser',
  command:
    'node tools/browser/node_modules/vitest/vitest.mjs run --config tools/browser/vitest.config.ts',
  counts: true,
}

/** @type {Readonly<Record<string, readonly Check[]>>} */
const SUITES = {
  build: [BUILD],
  simulator: [BUILD_SIMULATOR],
  types: TYPES,
  local: [
    INSTALL,
    ...TYPES,
    { name: 'lint', command: 'biome ci --error-on-warnings --colors=off .' },
    { name: 'unused', command: 'knip --no-progress' },
    { name: 'tests', command: vitest, counts: true, env: { MODELS_JOURNAL: JOURNAL } },
    { name: 'report of models', command: `node tools/models/run.mjs --journal "${JOURNAL}"` },
  ],
  ci: [
    { name: 'npm test', command: 'npm test', counts: true },
    TYPES_APART,
    { name: 'first run', command: 'node tools/checks/first-run.mjs' },
    // turbo wants pnpm on the path.
    {
      name: 'simulator',
      command: 'npx -y pnpm@12.21.0 exec node tools/checks/run.mjs simulator',
    },
    // New worlds each time. The end prints the command that repeats a failing one.
    { name: 'swarm', command: 'node tools/swarm/run.mjs --seconds 120', counts: true },
    {
      name: 'packages as published',
      command: 'node tools/pack-check/run.mjs --runtimes',
      counts: true,
    },
    BROWSER,
    {
      name: 'real clients',
      command: 'npx -y pnpm@12.21.0 --filter ./interop run interop --expect-some',
      counts: true,
    },
    ...RUNTIME_NAMES.map(socketsOn),
  ],
}

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

/** @param {Check} check @returns {Counts} */
function run(check) {
  const file = join(reports, `${check.name.replaceAll(' ', '-').toLowerCase()}.json`)
  rmSync(file, { force: true })
  const { status, stdout, stderr } = spawnSync(check.command, {
    cwd: root,
    shell: true,
    stdio: check.counts ? 'inherit' : 'pipe',
    encoding: 'utf8',
    env: {
      ...process.env,
      ...check.env,
      PATH: join(root, 'node_modules/.bin') + delimiter + process.env['PATH'],
      REPORT_COUNTS: file,
      TURBO_TELEMETRY_DISABLED: '1',
    },
  })
  if (status !== 0 && !check.counts) process.stdout.write(`${stdout}${stderr}\n`)
  if (check === INSTALL) forgetFilter(root)
  const counts = check.counts ? countsIn(file) : { ...NOTHING, passed: status === 0 ? 1 : 0 }
  if (status === 0 || counts.failed > 0) return counts
  return { ...counts, failed: 1, failures: [`exit status ${status}`] }
}

/** @param {Check} check @returns {Counts} */
function runAloud(check) {
  const startedAt = performance.now()
  process.stdout.write(check.counts ? `-- ${check.name}\n` : `-- ${check.name} ... `)
  const counts = run(check)
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  const verdict = counts.failed === 0 ? 'ok' : `${counts.failed} FAILED`
  console.log(
    check.counts ? `-- ${check.name}: ${verdict} (${seconds} s)` : `${verdict} (${seconds} s)`,
  )
  return counts
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
conclude(suite.map((check) => ({ name: check.name, ...runAloud(check) })))

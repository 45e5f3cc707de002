// The checks, and the suites that they make up. A step of a suite is a check, or several that run
// side by side because each of them mostly waits.

import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RUNTIME_NAMES } from './runtimes.mjs'

/** @typedef {{ readonly name: string, readonly command: string, readonly counts?: boolean,
 *   readonly env?: Readonly<Record<string, string>> }} Check */
export const root = fileURLToPath(new URL('../..', import.meta.url))
export const reports = join(root, 'reports')
const vitest = 'node node_modules/vitest/vitest.mjs run'
/** What each test did, for the report of the models (tools/models). */
export const JOURNAL = join(reports, 'journal.jsonl')

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

/**
 * The checks in groups of `most`, which run side by side.
 *
 * @param {readonly Check[]} checks @param {number} most @returns {readonly (readonly Check[])[]}
 */
function sideBySide(checks, most) {
  const groups = Math.ceil(checks.length / most)
  return Array.from({ length: groups }, (_, n) => checks.slice(n * most, (n + 1) * most))
}

/** @type {Check} */
const BUILD = { name: 'build', command: 'turbo run build --output-logs=errors-only' }

/** Members that only the continuous integration and single scripts need: the larger half. */
const APART = ['@dht/mutation', '@dht/pack-check', '@dht/release', '@dht/sizes']

/** What the tests need, and no more. @type {Check} */
export const INSTALL = {
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

/** @type {Readonly<Record<string, readonly (Check | readonly Check[])[]>>} */
export const SUITES = {
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
    { name: 'sizes', command: 'npm run sizes' },
    { name: 'site', command: 'npx -y pnpm@12.21.0 -C docs/site run build' },
    // turbo wants pnpm on the path.
    {
      name: 'simulator',
      command: 'npx -y pnpm@12.21.0 exec node tools/checks/run.mjs simulator',
    },
    {
      name: 'packages as published',
      command: 'node tools/pack-check/run.mjs --runtimes',
      counts: true,
    },
    BROWSER,
    {
      name: 'nodes in a browser',
      command: 'npx -y pnpm@12.21.0 --filter ./tools/browser-network run check',
      counts: true,
    },
    {
      name: 'page',
      command: 'npx -y pnpm@12.21.0 --filter ./tools/page-check run check',
      counts: true,
    },
    // New worlds each time. The end prints the command that repeats a failing one.
    [
      { name: 'swarm', command: 'node tools/swarm/run.mjs --seconds 120', counts: true },
      {
        name: 'real clients',
        command: 'npx -y pnpm@12.21.0 --filter ./interop run interop --expect-some',
        counts: true,
      },
    ],
    ...sideBySide(RUNTIME_NAMES.map(socketsOn), 3),
  ],
}

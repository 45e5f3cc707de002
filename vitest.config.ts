import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import LongestFirst from './tools/checks/longest-first.ts'

const root = fileURLToPath(new URL('.', import.meta.url))

// Tests run on sources; nothing has to be built for them.
export const alias = [
  {
    find: /^@dht\/krpc\/conformance$/,
    replacement: `${root}packages/krpc/src/conformance.ts`,
  },
  { find: /^@dht\/krpc\/udp$/, replacement: `${root}packages/krpc/src/udp.ts` },
  { find: /^@dht\/node\/core$/, replacement: `${root}packages/node/src/core.ts` },
  { find: /^@dht\/node\/portable$/, replacement: `${root}packages/node/src/portable.ts` },
  {
    find: /^@dht\/observatory\/recording$/,
    replacement: `${root}packages/observatory/src/recording.ts`,
  },
  { find: /^@dht\/relay\/transport$/, replacement: `${root}packages/relay/src/transport.ts` },
  { find: /^@dht\/sim\/live$/, replacement: `${root}packages/sim/src/live.ts` },
  { find: /^@dht\/testing$/, replacement: `${root}tools/testing/src/index.ts` },
  { find: /^@dht\/([a-z-]+)$/, replacement: `${root}packages/$1/src/index.ts` },
]

// Seed and runs of property tests (see tools/checks/fast-check-setup.ts), in a browser too.
export const env = {
  FC_SEED: process.env['FC_SEED'] ?? '20261122',
  FC_RUNS: process.env['FC_RUNS'] ?? '100',
}

const include = [
  'packages/*/test/**/*.test.ts',
  'tools/*/test/**/*.test.ts',
  'examples/*/test/**/*.test.ts',
]

// Files that replace a module for themselves. All other files share the modules of their worker,
// because loading everything again for each file would take most of the time.
const replacing = ['packages/node/test/unit/create-node-families.test.ts']

// Tests of signals between processes. Windows has none: a process there can only be killed.
const signalling = [
  'packages/node/test/e2e/processes.test.ts',
  'examples/full-node/test/full-node.test.ts',
  'packages/cli/test/e2e/*.test.ts',
  'examples/share-file/test/{endings,halves}.test.ts',
]
const exclude = [...replacing, ...(process.platform === 'win32' ? signalling : [])]

export default defineConfig({
  resolve: { alias },
  test: {
    env,
    projects: [
      { extends: true, test: { name: 'shared', include, exclude, isolate: false } },
      { extends: true, test: { name: 'apart', include: replacing } },
    ],
    setupFiles: ['./tools/checks/fast-check-setup.ts', './tools/checks/no-warnings-setup.ts'],
    reporters: [['default', { summary: false }], './tools/checks/plain-line-reporter.ts'],
    sequence: { sequencer: LongestFirst },
    // Ends tests that hang, and leaves time to tests on a busy machine.
    testTimeout: 30_000,
    // Tests of whole processes and of sockets mostly wait. On two cores all tests take 293 s with
    // three workers, and 373 s with two.
    maxWorkers: availableParallelism() + 1,
    coverage: { include: ['packages/*/src/**'] },
  },
})

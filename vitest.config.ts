import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('.', import.meta.url))

// Tests run on sources; nothing has to be built for them.
export const alias = [
  { find: /^@dht\/krpc\/udp$/, replacement: `${root}packages/krpc/src/udp.ts` },
  { find: /^@dht\/testing$/, replacement: `${root}tools/testing/src/index.ts` },
  { find: /^@dht\/([a-z-]+)$/, replacement: `${root}packages/$1/src/index.ts` },
]

// What property tests are told (see tools/checks/fast-check-setup.ts), in a browser too.
export const env = {
  FC_SEED: process.env['FC_SEED'] ?? '20261122',
  FC_RUNS: process.env['FC_RUNS'] ?? '100',
}

export default defineConfig({
  resolve: { alias },
  test: {
    env,
    include: [
      'packages/*/test/**/*.test.ts',
      'tools/*/test/**/*.test.ts',
      'examples/*/test/**/*.test.ts',
    ],
    setupFiles: ['./tools/checks/fast-check-setup.ts'],
    reporters: [['default', { summary: false }], './tools/checks/plain-line-reporter.ts'],
    coverage: { include: ['packages/*/src/**'] },
  },
})

// How tests run against mutants: one package's tests in one worker, the quickest to fail first, and
// without shrinking. The environment names the package, and the files that stay out
// (stryker-options.mjs).
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { alias, env } from '../../vitest.config.ts'

const name = process.env['MUTATION_PACKAGE'] ?? '*'
const without = (process.env['MUTATION_WITHOUT'] ?? '').split(',').filter((path) => path !== '')

/** A test may take this long, ms, where others are busy too; see give-up-early.ts. */
const BUSY_MS = 60_000

const STAGES = ['unit', 'properties', 'model']

// Unit tests kill most mutants at once, so they run before scripts and explorers.
class QuickestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number =>
      STAGES.findIndex((stage) => moduleId.includes(`/test/${stage}/`))
    return files.toSorted((a, b) => rank(a) - rank(b) || (a.moduleId < b.moduleId ? -1 : 1))
  }
}

export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  resolve: { alias },
  test: {
    name: 'mutation',
    env,
    include: [`packages/${name}/test/**/*.test.ts`],
    exclude: without.map((path) => `packages/${name}/test/${path}`),
    isolate: false,
    testTimeout: BUSY_MS,
    setupFiles: ['./tools/checks/fast-check-setup.ts', './tools/mutation/give-up-early.ts'],
    sequence: { sequencer: QuickestFirst },
  },
})

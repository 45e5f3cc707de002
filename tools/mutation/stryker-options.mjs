// How a package is mutated: the options of Stryker, and which tests and sources stay out. The
// reasons are in docs/decisions/tests.md.
import { fileURLToPath } from 'node:url'

/** The packages, the smallest first. */
export const PACKAGES = ['id', 'search', 'store', 'krpc', 'routing-table', 'node']

/** Explorers take seconds for each mutant, and scripts reach the same states. */
const EXPLORERS = 'model/*.explore.test.ts'
/** Tests of READMEs and of the tests' own checks execute no mutant. */
const WITHOUT_MUTANTS = ['readme.test.ts', '*/broken-*.test.ts']

/**
 * Tests that open sockets or start processes depend on the machine. Others replace a module, but
 * here all tests share their modules.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const WITHOUT = {
  krpc: ['unit/udp.test.ts'],
  node: ['e2e/**', 'unit/create-node-families.test.ts', 'unit/adapters/file-storage.test.ts'],
}

/** Sources that only such tests execute. @type {Readonly<Record<string, readonly string[]>>} */
const UNJUDGED = {
  krpc: ['udp.ts', 'udp/**'],
}

/** Runs of each property. The first few kill most mutants. */
const RUNS = '20'
/**
 * How much longer than without it the tests of a mutant may take, ms.
 */
const GRACE_MS = 6_000

/**
 * The environment of the tests.
 *
 * @param {string} name
 * @returns {Readonly<Record<string, string>>}
 */
export function environmentOf(name) {
  return {
    MUTATION_PACKAGE: name,
    MUTATION_WITHOUT: [EXPLORERS, ...WITHOUT_MUTANTS, ...(WITHOUT[name] ?? [])].join(','),
    FC_RUNS: process.env['FC_RUNS'] ?? RUNS,
  }
}

/**
 * @param {string} name
 * @param {{ readonly again: boolean, readonly mutate?: string | undefined }} request - `again` keeps what
 *   the last run found about mutants whose code and tests are as they were
 * @returns {ConstructorParameters<typeof import('@stryker-mutator/core').Stryker>[0]}
 */
export function optionsOf(name, { again, mutate }) {
  const unjudged = (UNJUDGED[name] ?? []).map((file) => `!packages/${name}/src/${file}`)
  return {
    testRunner: 'vitest',
    // By its place: Stryker would look for the name from the root, where it is not installed.
    plugins: [fileURLToPath(import.meta.resolve('@stryker-mutator/vitest-runner'))],
    vitest: { configFile: 'tools/mutation/vitest.config.ts', related: false },
    mutate: mutate?.split(',') ?? [`packages/${name}/src/**/*.ts`, ...unjudged],
    coverageAnalysis: 'perTest',
    concurrency: 1,
    timeoutMS: GRACE_MS,
    timeoutFactor: 1,
    incremental: again,
    incrementalFile: `reports/mutation/${name}.incremental.json`,
    // Stryker would rewrite tsconfig.json through an interface that TypeScript 7 no longer has.
    tsconfigFile: 'none',
    ignorePatterns: ['dist', '/reports', 'coverage', '.turbo', '*.tgz', '/bench', '/interop'],
    reporters: ['progress-append-only', 'json'],
    jsonReporter: { fileName: `reports/mutation/${name}.json` },
    allowConsoleColors: false,
    thresholds: { high: 100, low: 90, break: null },
    disableTypeChecks: true,
  }
}

// Ends a test run with one plain line, `N passed, N failed`. The file that REPORT_COUNTS names gets
// the same counts and what failed, so that several runs can be summed. A run with an error never
// says `0 failed`: an error outside of any test, a file that could not be loaded and an interrupted
// run each count as a failure.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Reporter, TestModule } from 'vitest/node'

interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  /** By name: tests, and files that failed outside of them. */
  readonly failures: readonly string[]
}

/** Whatever was thrown: not everything has a message. */
function firstLine(message: unknown): string {
  return String(message).split('\n')[0] ?? ''
}

/** Counts one file's tests. A file that failed outside its tests counts as one failure. */
function countModule(module: TestModule): Counts {
  const counts = { passed: 0, failed: 0, skipped: 0, failures: [] as string[] }
  const fails = (what: string): void => {
    counts.failed++
    counts.failures.push(what)
  }
  for (const test of module.children.allTests()) {
    const { state } = test.result()
    if (state === 'passed') counts.passed++
    else if (state === 'failed') fails(`${module.relativeModuleId} > ${test.fullName}`)
    else counts.skipped++
  }
  if (module.state() === 'failed' && counts.failed === 0) fails(module.relativeModuleId)
  return counts
}

// Vitest loads a reporter by its default export.
export default class PlainLineReporter implements Reporter {
  onTestRunEnd: NonNullable<Reporter['onTestRunEnd']> = (modules, errors, reason) => {
    const parts = modules.map(countModule)
    const sum = (pick: (counts: Counts) => number): number =>
      parts.reduce((total, counts) => total + pick(counts), 0)
    const failures = parts.flatMap((counts) => counts.failures)
    failures.push(...errors.map((error) => `outside of any test: ${firstLine(error.message)}`))
    const passed = sum((counts) => counts.passed)
    const skipped = sum((counts) => counts.skipped)
    let failed = sum((counts) => counts.failed) + errors.length
    if (reason !== 'passed' && failed === 0) {
      failed = 1
      failures.push(`the run was ${reason}`)
    }

    const file = process.env['REPORT_COUNTS'] ?? 'reports/counts.json'
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, `${JSON.stringify({ passed, failed, skipped, failures })}\n`)

    const aside = skipped > 0 ? `${skipped} skipped\n` : ''
    process.on('exit', () => process.stdout.write(`\n${aside}${passed} passed, ${failed} failed\n`))
  }
}

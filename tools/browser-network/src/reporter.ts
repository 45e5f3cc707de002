// Prints each check as it ends, and the counts at the end: `N passed, N failed`.

import { writeFileSync } from 'node:fs'

export class Reporter {
  readonly #failures: string[] = []
  #passed = 0

  /** Runs one check. It passes when it returns. */
  async run(name: string, check: () => Promise<unknown>): Promise<void> {
    const startedAt = performance.now()
    const seconds = () => ((performance.now() - startedAt) / 1_000).toFixed(1).padStart(5)
    try {
      await check()
      this.#passed++
      console.log(`PASS ${seconds()} s  ${name}`)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      this.#failures.push(`${name}: ${why}`)
      console.log(`FAIL ${seconds()} s  ${name}: ${why}`)
    }
  }

  /** Nothing that ran is a failure, too. */
  conclude(): void {
    if (this.#passed === 0) this.#failures.push('no check passed')
    const [passed, failed] = [this.#passed, this.#failures.length]
    const target = process.env['REPORT_COUNTS']
    if (target !== undefined) {
      const counts = { passed, failed, failures: this.#failures }
      writeFileSync(target, `${JSON.stringify(counts)}\n`)
    }
    process.exitCode = failed > 0 ? 1 : 0
    console.log(`\n${passed} passed, ${failed} failed`)
  }
}

// What is printed, and the counts. The last line is `N passed, N failed`.

import { writeFileSync } from 'node:fs'

export class Reporter {
  readonly #failures: string[] = []
  #passed = 0

  /** Runs one check; its failure is told and does not end the others. */
  async run(name: string, check: () => Promise<void>): Promise<void> {
    const startedAt = performance.now()
    try {
      await check()
      this.#passed++
      console.log(`PASS ${seconds(startedAt)}  ${name}`)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      this.#failures.push(`${name}: ${reason}`)
      console.log(`FAIL ${seconds(startedAt)}  ${name}: ${reason}`)
    }
  }

  /** Repeats what failed, and says how it went. */
  conclude(): void {
    const [passed, failed] = [this.#passed, this.#failures.length]
    for (const failure of this.#failures) console.log(`FAILED ${failure}`)
    const target = process.env['REPORT_COUNTS']
    if (target !== undefined) {
      writeFileSync(target, `${JSON.stringify({ passed, failed, failures: this.#failures })}\n`)
    }
    process.exitCode = failed > 0 || passed === 0 ? 1 : 0
    console.log(`${passed} passed, ${failed} failed`)
  }
}

function seconds(startedAt: number): string {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`.padStart(6)
}

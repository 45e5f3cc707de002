// What is printed, and the counts. The last line is `N passed, N failed, N skipped`.

import { writeFileSync } from 'node:fs'

export type Outcome =
  | { readonly kind: 'passed'; readonly note: string }
  | { readonly kind: 'failed'; readonly error: Error }
  | { readonly kind: 'skipped'; readonly reason: string }

const WORDS = { passed: 'PASS', failed: 'FAIL', skipped: 'SKIP' } as const

export class Reporter {
  readonly #counts = { passed: 0, failed: 0, skipped: 0 }
  readonly #failures: string[] = []
  readonly #total: number

  constructor(total: number) {
    this.#total = total
  }

  get counts(): Readonly<Record<Outcome['kind'], number>> {
    return this.#counts
  }

  ended(name: string, outcome: Outcome, ms: number): void {
    this.#counts[outcome.kind]++
    const { passed, failed, skipped } = this.#counts
    const progress = `${passed + failed + skipped}/${this.#total}`.padStart(5)
    const time = `${(ms / 1_000).toFixed(1)} s`.padStart(6)
    console.log(`${WORDS[outcome.kind]} ${progress} ${time}  ${name}: ${textOf(outcome)}`)
    if (outcome.kind === 'failed') this.#fail(name, outcome.error)
  }

  /** Repeats what failed, because people look at the end first, and says how it went. */
  conclude(): void {
    const { passed, failed, skipped } = this.#counts
    for (const failure of this.#failures) console.log(`FAILED ${failure}`)
    const target = process.env['REPORT_COUNTS']
    if (target !== undefined) {
      const counts = { passed, failed, failures: this.#failures }
      writeFileSync(target, `${JSON.stringify(counts)}\n`)
    }
    console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
  }

  /** Counts a failure that is no scenario's. */
  broken(error: Error): void {
    this.#counts.failed++
    this.#fail('interop', error)
  }

  #fail(name: string, { message }: Error): void {
    this.#failures.push(`${name}: ${message}`)
  }
}

function textOf(outcome: Outcome): string {
  if (outcome.kind === 'passed') return outcome.note
  return outcome.kind === 'failed' ? outcome.error.message : outcome.reason
}

// Tells how far the benchmarks are, on standard error: one line that is written over on a terminal,
// one line per step anywhere else.

export class Progress {
  readonly #startedAt = performance.now()
  readonly #isTerminal = process.stderr.isTTY

  /** @param step - what runs now */
  tell(step: string): void {
    const seconds = ((performance.now() - this.#startedAt) / 1000).toFixed(0).padStart(3)
    const line = `${seconds} s  ${step}`
    process.stderr.write(this.#isTerminal ? `\r\u001b[K${line}` : `${line}\n`)
  }

  clear(): void {
    if (this.#isTerminal) process.stderr.write('\r\u001b[K')
  }
}

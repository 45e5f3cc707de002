// A resolver that responds when the test says so, and shows which calls are open.

import type { Resolver } from '../../src/ports/resolver.ts'

export interface Question {
  readonly host: string
  readonly signal: AbortSignal
  answer(addresses: readonly string[]): void
  fail(cause: unknown): void
}

export class ScriptedNames {
  /** Every call so far. */
  readonly asked: Question[] = []
  /** Calls that have not settled. */
  open: Question[] = []

  readonly resolver: Resolver = (host, signal) =>
    new Promise((resolve, reject) => {
      const settle = (): void => {
        this.open = this.open.filter((each) => each !== question)
      }
      const question: Question = {
        host,
        signal,
        answer: (addresses) => {
          settle()
          resolve(addresses)
        },
        fail: (cause) => {
          settle()
          reject(cause)
        },
      }
      this.asked.push(question)
      this.open.push(question)
    })
}

// Who waits for what: a number for each operation, and whoever is to be told of its news and its
// end.

import type { Endpoint } from '@dht/krpc'
import type { Outcome, RoundReport } from '../core/operations/outcome.ts'

/**
 * Told of an operation's news, then of exactly one of `settled` and `failed`. A lookup that goes on
 * when it is settled is then told of `ended` or `failed`.
 */
export interface Waiter {
  found?(endpoints: readonly Endpoint[]): void
  round?(report: RoundReport): void
  settled(outcome: Outcome): void
  ended?(): void
  /**
   * The operation was given up from outside: the node was closed, or whoever wished does no more.
   */
  failed(error: unknown): void
}

export class OperationWaiters {
  readonly #waiters = new Map<number, Waiter>()
  #next = 1

  open(waiter: Waiter): number {
    const operationId = this.#next++
    this.#waiters.set(operationId, waiter)
    return operationId
  }

  found(operationId: number, endpoints: readonly Endpoint[]): void {
    this.#waiters.get(operationId)?.found?.(endpoints)
  }

  round(operationId: number, report: RoundReport): void {
    this.#waiters.get(operationId)?.round?.(report)
  }

  settled(operationId: number, outcome: Outcome): void {
    const waiter = this.#waiters.get(operationId)
    if (!goesOn(outcome)) this.#waiters.delete(operationId)
    waiter?.settled(outcome)
  }

  ended(operationId: number): void {
    const waiter = this.#waiters.get(operationId)
    this.#waiters.delete(operationId)
    waiter?.ended?.()
  }

  closeAll(error: Error): void {
    const waiters = [...this.#waiters.values()]
    this.#waiters.clear()
    for (const waiter of waiters) waiter.failed(error)
  }
}

/** Whether more is found for a lookup that has its result. */
export function goesOn(outcome: Outcome): boolean {
  return outcome.kind === 'found' && outcome.mayFindMore
}

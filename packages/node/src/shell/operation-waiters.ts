// Gives each operation its number, and passes what the core says of it to the call that waits for
// it.

import type { Contact, Endpoint } from '@dht/krpc'
import type { Outcome, RoundReport } from '../core/operations/outcome.ts'
import type { OnLookupStep } from './arguments.ts'
import type { TracedLookup, TraceStep } from './plain.ts'

/**
 * Is told of an operation: of its items, then exactly one of `settled` and `failed`. A lookup that
 * still takes responses in when it is settled is then told of `ended` or `failed`.
 */
export interface Waiter {
  /** @param from - the node that returned them; undefined: this node knew them */
  found?(endpoints: readonly Endpoint[], from: Contact | undefined): void
  round?(report: RoundReport): void
  /** A lookup of the operation, which is traced, has taken a step. */
  step?: OnLookupStep
  settled(outcome: Outcome): void
  ended?(): void
  /** The node was closed, or the signal of the call was aborted. */
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

  found(operationId: number, endpoints: readonly Endpoint[], from: Contact | undefined): void {
    this.#waiters.get(operationId)?.found?.(endpoints, from)
  }

  round(operationId: number, report: RoundReport): void {
    this.#waiters.get(operationId)?.round?.(report)
  }

  step(operationId: number, lookup: TracedLookup, step: TraceStep): void {
    this.#waiters.get(operationId)?.step?.(lookup, step)
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

/** Whether a lookup that has its result may find more. */
export function goesOn(outcome: Outcome): boolean {
  return outcome.kind === 'found' && outcome.mayFindMore
}

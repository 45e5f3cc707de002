// Who waits for what: a number for each wish, and whoever is to be told of its news and its end.

import type { Endpoint } from '@dht/krpc'
import type { Outcome, RoundReport } from './core/outcome.ts'

/**
 * Told of an operation's news, then of exactly one of `settled` and `failed`. A lookup that goes on
 * when it is settled is then told of `ended` or `failed`.
 */
export interface Waiter {
  found?(endpoints: readonly Endpoint[]): void
  round?(report: RoundReport): void
  settled(outcome: Outcome): void
  ended?(): void
  /** The wish was given up from outside: the node was closed, or whoever wished does no more. */
  failed(error: unknown): void
}

export class Tickets {
  readonly #waiters = new Map<number, Waiter>()
  #next = 1

  open(waiter: Waiter): number {
    const ticket = this.#next++
    this.#waiters.set(ticket, waiter)
    return ticket
  }

  found(ticket: number, endpoints: readonly Endpoint[]): void {
    this.#waiters.get(ticket)?.found?.(endpoints)
  }

  round(ticket: number, report: RoundReport): void {
    this.#waiters.get(ticket)?.round?.(report)
  }

  settled(ticket: number, outcome: Outcome): void {
    const waiter = this.#waiters.get(ticket)
    if (!goesOn(outcome)) this.#waiters.delete(ticket)
    waiter?.settled(outcome)
  }

  ended(ticket: number): void {
    const waiter = this.#waiters.get(ticket)
    this.#waiters.delete(ticket)
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

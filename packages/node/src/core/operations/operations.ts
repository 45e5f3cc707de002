// The users' operations under way, by operation id. Each is settled exactly once: by its end, by
// its cancelling, or at once when too many are under way. A lookup may go on listening when it is
// settled: it can be cancelled, but no longer counts as under way, for it asks nothing more.

import type { Outbox } from '../outbox.ts'
import type { Outcome } from './outcome.ts'

/** What an operation must be able to do while it lasts. */
export interface Operation {
  /** Stops at once and frees what it holds; must not settle anything. */
  cancel(): void
}

export class Operations {
  readonly #outbox: Outbox
  readonly #most: number
  readonly #open = new Map<number, Operation>()
  /** Those that are settled and go on; each has a question open, which bounds them. */
  readonly #settled = new Map<number, Operation>()

  constructor(outbox: Outbox, most: number) {
    this.#outbox = outbox
    this.#most = most
  }

  get size(): number {
    return this.#open.size
  }

  /** Tickets of the operations under way, oldest first. */
  get ids(): number[] {
    return [...this.#open.keys()]
  }

  /**
   * Takes an operation on; false when there are too many, and the operation id is then settled as
   * `busy`.
   */
  add(operationId: number, operation: Operation): boolean {
    if (this.#open.size >= this.#most) {
      this.#outbox.settle(operationId, { kind: 'busy' })
      return false
    }
    this.#open.set(operationId, operation)
    return true
  }

  /** The operation goes on when it is settled, until `end`. */
  keepListening(operationId: number): void {
    const operation = this.#open.get(operationId)
    if (operation !== undefined) this.#settled.set(operationId, operation)
  }

  /** One that went on has ended. */
  end(operationId: number): void {
    if (this.#settled.delete(operationId)) this.#outbox.ended(operationId)
  }

  settle(operationId: number, outcome: Outcome): void {
    if (this.#open.delete(operationId)) this.#outbox.settle(operationId, outcome)
  }

  /** @returns false when no such operation is under way */
  cancel(operationId: number): boolean {
    const operation = this.#open.get(operationId) ?? this.#settled.get(operationId)
    if (operation === undefined) return false
    operation.cancel()
    this.settle(operationId, { kind: 'cancelled' })
    this.end(operationId)
    return true
  }
}

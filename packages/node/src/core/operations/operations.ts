// The operations under way, by operation id. Each is settled exactly once: when it ends, when it is
// cancelled, or at once when too many are under way. A settled lookup may still take in late
// responses: it can be cancelled, but sends nothing more and no longer counts as under way.

import type { Outbox } from '../outbox.ts'
import type { Outcome } from './outcome.ts'

/** What every operation can do while it lasts. */
export interface Operation {
  /** Stops at once and frees its queries; must not settle anything. */
  cancel(): void
}

export class Operations {
  readonly #outbox: Outbox
  readonly #limit: number
  readonly #open = new Map<number, Operation>()
  /** Settled ones that still take responses in; open queries bound their number. */
  readonly #settled = new Map<number, Operation>()

  constructor(outbox: Outbox, limit: number) {
    this.#outbox = outbox
    this.#limit = limit
  }

  get size(): number {
    return this.#open.size
  }

  /** The ids of the operations under way, oldest first. */
  get ids(): number[] {
    return [...this.#open.keys()]
  }

  /**
   * Adds an operation. When too many are under way it is settled as `busy`, and this returns false.
   */
  add(operationId: number, operation: Operation): boolean {
    if (this.#open.size >= this.#limit) {
      this.#outbox.settle(operationId, { kind: 'busy' })
      return false
    }
    this.#open.set(operationId, operation)
    return true
  }

  /** Keeps the operation after it is settled, until `end`. */
  keepListening(operationId: number): void {
    const operation = this.#open.get(operationId)
    if (operation !== undefined) this.#settled.set(operationId, operation)
  }

  /** Ends an operation that was kept. */
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

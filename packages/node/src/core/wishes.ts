// The users' wishes under way, by ticket. Each is settled exactly once: by its end, by its
// cancelling, or at once when too many are under way. A lookup may go on listening when it is
// settled: it can be cancelled, but no longer counts as under way, for it asks nothing more.

import type { Outbox } from './outbox.ts'
import type { Outcome } from './outcome.ts'

/** What a wish must be able to do while it lasts. */
export interface Wish {
  /** Stops at once and frees what it holds; must not settle anything. */
  cancel(): void
}

export class Wishes {
  readonly #outbox: Outbox
  readonly #most: number
  readonly #open = new Map<number, Wish>()
  /** Those that are settled and go on; each has a question open, which bounds them. */
  readonly #settled = new Map<number, Wish>()

  constructor(outbox: Outbox, most: number) {
    this.#outbox = outbox
    this.#most = most
  }

  get size(): number {
    return this.#open.size
  }

  /** Tickets of the wishes under way, oldest first. */
  get tickets(): number[] {
    return [...this.#open.keys()]
  }

  /** Takes a wish on; false when there are too many, and the ticket is then settled as `busy`. */
  add(ticket: number, wish: Wish): boolean {
    if (this.#open.size >= this.#most) {
      this.#outbox.settle(ticket, { kind: 'busy' })
      return false
    }
    this.#open.set(ticket, wish)
    return true
  }

  /** The operation goes on when it is settled, until `end`. */
  letGoOn(ticket: number): void {
    const wish = this.#open.get(ticket)
    if (wish !== undefined) this.#settled.set(ticket, wish)
  }

  /** One that went on has ended. */
  end(ticket: number): void {
    if (this.#settled.delete(ticket)) this.#outbox.ended(ticket)
  }

  settle(ticket: number, outcome: Outcome): void {
    if (this.#open.delete(ticket)) this.#outbox.settle(ticket, outcome)
  }

  /** @returns false when no such wish is under way */
  cancel(ticket: number): boolean {
    const wish = this.#open.get(ticket) ?? this.#settled.get(ticket)
    if (wish === undefined) return false
    wish.cancel()
    this.settle(ticket, { kind: 'cancelled' })
    this.end(ticket)
    return true
  }
}

// The events that are too late for the ring of the event queue: a heap with four children for each
// parent, ordered by instant and then by insertion. The instants are in an array of their own,
// because reading them there is faster than reading them from each event.

import type { Queued } from './queued.ts'

export class FarEvents<E extends Queued> {
  readonly #heap: E[] = []
  /** The instant of each event, at the same index. */
  readonly #instants: number[] = []

  get size(): number {
    return this.#heap.length
  }

  nextAt(): number | undefined {
    return this.#instants[0]
  }

  push(event: E): void {
    let at = this.size
    this.#put(event, event.at, at)
    while (at > 0) {
      const parent = (at - 1) >> 2
      if (!this.#isBefore(event, event.at, parent)) break
      this.#put(this.#heap[parent] as E, this.#instants[parent] as number, at)
      at = parent
    }
    this.#put(event, event.at, at)
  }

  pop(): E | undefined {
    const first = this.#heap[0]
    const last = this.#heap.pop()
    const lastAt = this.#instants.pop()
    if (last !== undefined && lastAt !== undefined && this.size > 0) this.#sink(last, lastAt)
    return first
  }

  #sink(event: E, instant: number): void {
    let at = 0
    for (;;) {
      const first = 4 * at + 1
      if (first >= this.size) break
      const least = this.#leastOf(first, Math.min(first + 4, this.size))
      if (this.#isBefore(event, instant, least)) break
      this.#put(this.#heap[least] as E, this.#instants[least] as number, at)
      at = least
    }
    this.#put(event, instant, at)
  }

  /** The index of the first event among those in [from, end). */
  #leastOf(from: number, end: number): number {
    let least = from
    for (let at = from + 1; at < end; at++) {
      if (this.#isBefore(this.#heap[at] as E, this.#instants[at] as number, least)) least = at
    }
    return least
  }

  /** Whether `event`, at `instant`, comes before the event at index `place`. */
  #isBefore(event: E, instant: number, place: number): boolean {
    const other = this.#instants[place] as number
    if (instant !== other) return instant < other
    return event.order < (this.#heap[place] as E).order
  }

  #put(event: E, instant: number, place: number): void {
    this.#heap[place] = event
    this.#instants[place] = instant
  }
}

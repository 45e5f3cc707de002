// Holds the events that are too late for the ring of the event queue, in a heap. Each parent has up
// to four children. Events are ordered by instant, and events of one instant by insertion. The
// instants have their own array, because reading a number there is faster than reading it from an
// event.

import type { Queued } from './queued.ts'

export class FarEvents<E extends Queued> {
  readonly #heap: E[] = []
  /** The instant of each event, at the same index. */
  readonly #instants: number[] = []

  get size(): number {
    return this.#heap.length
  }

  /** The instant of the first event; undefined: there is no event. */
  nextAt(): number | undefined {
    return this.#instants[0]
  }

  push(event: E): void {
    let index = this.size
    this.#put(event, event.at, index)
    while (index > 0) {
      const parent = (index - 1) >> 2
      if (!this.#isBefore(event, event.at, parent)) break
      this.#put(this.#heap[parent] as E, this.#instants[parent] as number, index)
      index = parent
    }
    this.#put(event, event.at, index)
  }

  /** Removes the first event and returns it. */
  pop(): E | undefined {
    const first = this.#heap[0]
    const last = this.#heap.pop()
    const lastInstant = this.#instants.pop()
    if (last !== undefined && lastInstant !== undefined && this.size > 0) {
      this.#siftDown(last, lastInstant)
    }
    return first
  }

  /** Inserts `event` at the root, and moves earlier events up until the order is right. */
  #siftDown(event: E, instant: number): void {
    let index = 0
    for (;;) {
      const firstChild = 4 * index + 1
      if (firstChild >= this.size) break
      const earliest = this.#earliestIn(firstChild, Math.min(firstChild + 4, this.size))
      if (this.#isBefore(event, instant, earliest)) break
      this.#put(this.#heap[earliest] as E, this.#instants[earliest] as number, index)
      index = earliest
    }
    this.#put(event, instant, index)
  }

  /** The index of the first event among those in [from, end). */
  #earliestIn(from: number, end: number): number {
    let earliest = from
    for (let index = from + 1; index < end; index++) {
      const event = this.#heap[index] as E
      if (this.#isBefore(event, this.#instants[index] as number, earliest)) earliest = index
    }
    return earliest
  }

  /** Whether `event`, at `instant`, comes before the event at `index`. */
  #isBefore(event: E, instant: number, index: number): boolean {
    const other = this.#instants[index] as number
    if (instant !== other) return instant < other
    return event.order < (this.#heap[index] as E).order
  }

  #put(event: E, instant: number, index: number): void {
    this.#heap[index] = event
    this.#instants[index] = instant
  }
}

// Events too far off for the ring of the queue: a heap with four children to a parent, by instant
// and then by the order in which they were put in.

import type { Queued } from './queued.ts'

export class FarEvents<E extends Queued> {
  readonly #heap: E[] = []

  get size(): number {
    return this.#heap.length
  }

  nextAt(): number | undefined {
    return this.#heap[0]?.at
  }

  push(event: E): void {
    const heap = this.#heap
    let at = heap.length
    heap.push(event)
    while (at > 0) {
      const parent = (at - 1) >> 2
      const above = heap[parent] as E
      if (!isBefore(event, above)) break
      heap[at] = above
      at = parent
    }
    heap[at] = event
  }

  pop(): E | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (last !== undefined && heap.length > 0) this.#sink(last)
    return first
  }

  #sink(event: E): void {
    const heap = this.#heap
    let at = 0
    for (;;) {
      const first = 4 * at + 1
      if (first >= heap.length) break
      let least = first
      const end = Math.min(first + 4, heap.length)
      for (let child = first + 1; child < end; child++) {
        if (isBefore(heap[child] as E, heap[least] as E)) least = child
      }
      const below = heap[least] as E
      if (!isBefore(below, event)) break
      heap[at] = below
      at = least
    }
    heap[at] = event
  }
}

function isBefore(a: Queued, b: Queued): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}

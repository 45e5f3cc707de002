// Candidates in the order of their distance to the target, found by binary search.

import { compareDistance, type Id, type Identified, idsEqual } from '@dht/id'
import type { Candidate } from './candidate.ts'

export class CandidateList<C extends Identified> {
  readonly #target: Id
  readonly #all: Candidate<C>[] = []

  constructor(target: Id) {
    this.#target = target
  }

  /** Nearest first. */
  get all(): readonly Candidate<C>[] {
    return this.#all
  }

  /** @param distance - the first 32 bits of the distance of `id`, as a number */
  get(id: Id, distance: number): Candidate<C> | undefined {
    const candidate = this.#all[this.#indexOf(id, distance)]
    return candidate !== undefined && idsEqual(candidate.id, id) ? candidate : undefined
  }

  /** Inserts without `splice`, which would allocate a list of removed items for each call. */
  insert(candidate: Candidate<C>): void {
    const list = this.#all
    const index = this.#indexOf(candidate.id, candidate.distance)
    list.push(candidate)
    for (let at = list.length - 1; at > index; at--) list[at] = list[at - 1]!
    list[index] = candidate
  }

  remove(candidate: Candidate<C>): void {
    this.#all.splice(this.#all.indexOf(candidate), 1)
  }

  /** The index of `id`, or the index at which to insert it. */
  #indexOf(id: Id, distance: number): number {
    let low = 0
    let high = this.#all.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const other = this.#all[middle]!
      const order = other.distance - distance || compareDistance(other.id, id, this.#target)
      if (order < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

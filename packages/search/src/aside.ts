// Contacts that have no place among the candidates, because too many others have their address.
// They get one where too few others are known.

import { compareDistance, type Id, type Identified } from '@dht/id'
import type { Report } from './sighting.ts'

/** Most contacts kept: ours, as many as a lookup can use. The nearest are kept. */
const MAX_KEPT = 64

interface SetAside<C> {
  readonly contact: C
  readonly report: Report
  /** The first 32 bits of its distance to the target, as a number. */
  readonly distance: number
}

export class Aside<C extends Identified> {
  readonly #target: Id
  /** Nearest first, each id once. */
  #all: SetAside<C>[] = []

  constructor(target: Id) {
    this.#target = target
  }

  add(item: SetAside<C>): void {
    const { id } = item.contact
    const at = this.#all.findIndex((each) => this.#compare(each.contact.id, id) >= 0)
    const next = this.#all[at]
    if (next !== undefined && this.#compare(next.contact.id, id) === 0) return
    this.#all.splice(at < 0 ? this.#all.length : at, 0, item)
    this.#all.length = Math.min(this.#all.length, MAX_KEPT)
  }

  /** Removes and returns the nearest that are usable, at most `count`. */
  take(count: number, isUsable: (contact: C) => boolean): SetAside<C>[] {
    const taken = this.#all.filter(({ contact }) => isUsable(contact)).slice(0, count)
    this.#all = this.#all.filter((each) => !taken.includes(each))
    return taken
  }

  clear(): void {
    this.#all = []
  }

  /** How many are nearer than `distance`, given by the first 32 bits as a number. */
  countWithin(distance: number): number {
    return this.#all.filter((each) => each.distance < distance).length
  }

  #compare(a: Id, b: Id): number {
    return compareDistance(a, b, this.#target)
  }
}

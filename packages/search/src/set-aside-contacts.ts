// Contacts that are not candidates, because too many others have their address. They become
// candidates when too few others are known.

import { compareDistance, type Id, type Identified, idsEqual } from '@dht/id'
import type { ReportedContact } from './reported-contact.ts'

/** Most contacts kept: ours, as many as a lookup can use. The nearest are kept. */
const MAX_KEPT = 64

interface SetAside<C> {
  readonly reported: ReportedContact<C>
  /** Length of the chain of responses that led to it. */
  readonly hop: number
  /** The first 32 bits of its distance to the target, as a signed number. */
  readonly distance: number
}

export class SetAsideContacts<C extends Identified> {
  readonly #target: Id
  /** Nearest first, each id once. */
  #all: SetAside<C>[] = []

  constructor(target: Id) {
    this.#target = target
  }

  add(item: SetAside<C>): void {
    const { id } = item.reported.contact
    const at = this.#all.findIndex((each) => this.#compare(each.reported.contact.id, id) >= 0)
    const next = this.#all[at]
    if (next !== undefined && idsEqual(next.reported.contact.id, id)) return
    this.#all.splice(at < 0 ? this.#all.length : at, 0, item)
    this.#all.length = Math.min(this.#all.length, MAX_KEPT)
  }

  /** Removes and returns the nearest that is usable. */
  take(isUsable: (contact: C) => boolean): SetAside<C> | undefined {
    const taken = this.#all.find(({ reported }) => isUsable(reported.contact))
    if (taken !== undefined) this.remove(taken.reported.contact.id)
    return taken
  }

  /** Removes the contact with this id, which has become a candidate. */
  remove(id: Id): void {
    if (this.#all.length === 0) return
    this.#all = this.#all.filter(({ reported }) => !idsEqual(reported.contact.id, id))
  }

  clear(): void {
    this.#all = []
  }

  /** How many are nearer than `distance`: the first 32 bits of a distance, as a signed number. */
  countWithin(distance: number): number {
    return this.#all.filter((each) => each.distance < distance).length
  }

  #compare(a: Id, b: Id): number {
    return compareDistance(a, b, this.#target)
  }
}

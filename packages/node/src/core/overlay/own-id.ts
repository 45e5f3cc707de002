// The id of this node in one overlay. Every part of the overlay asks here, because the id may
// change while the node runs (id-review.ts).

import { type Id, idsEqual, type RandomSource, randomId } from '@dht/id'
import type { Contact, Family, Network } from '@dht/krpc'

/** An id for each address family. They are equal where a network has one id per node. */
export type FamilyIds = Readonly<Record<Family, Id>>

/** One id for both families, or an id for each. */
export function familyIds(given: Id | FamilyIds): FamilyIds {
  return given instanceof Uint8Array ? { 4: given, 6: given } : given
}

/** Random ids: one for both families, or one for each where ids follow addresses. */
export function randomIds({ idLength, secureIds }: Network, random: RandomSource): FamilyIds {
  const id = randomId(idLength, random)
  return secureIds !== undefined ? { 4: id, 6: randomId(idLength, random) } : familyIds(id)
}

export class OwnId {
  #id: Id
  /** The id before the last change. Other nodes name this node under it for a while. */
  #former: Id | undefined

  constructor(id: Id) {
    this.#id = id
  }

  get id(): Id {
    return this.#id
  }

  /** Whether `id` is the id of this node. */
  is(id: Id): boolean {
    return idsEqual(id, this.#id)
  }

  /** Whether a contact has the id of this node, or the one that it had before. */
  isOf(contact: Contact): boolean {
    return contact.hasId(this.#id) || (this.#former !== undefined && contact.hasId(this.#former))
  }

  /** @internal Only `IdReview` changes the id, together with the routing table. */
  change(id: Id): void {
    this.#former = this.#id
    this.#id = id
  }
}

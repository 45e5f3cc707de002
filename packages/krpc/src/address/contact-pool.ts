// A pool of contacts. Many nodes report the same contact again and again. With a pool all reports
// share one object, which saves time and memory. A contact that the pool has dropped is made anew,
// so the size of the pool only affects speed.

import type { Id } from '@dht/id'
import { type Contact, type ContactPosition, contactAt } from './contact.ts'
import { type ContactMaker, contactOf, type Nodes, readContacts } from './contacts.ts'
import type { Endpoint, Family } from './endpoint.ts'

/** Ours: enough for the contacts that one lookup receives. */
const FIRST_SLOTS = 256

/** Contacts made for each slot before the number of slots doubles. Ours. */
const CONTACTS_PER_SLOT = 4

/**
 * Makes contacts, or returns the contact that it made before and still has. Contacts are immutable,
 * so they can be shared.
 */
export class ContactPool {
  readonly #mostContacts: number
  readonly #maker: ContactMaker = (bytes, position) => this.#at(bytes, position)
  /** A contact is in the slot of its hash. A newer contact replaces an older one. */
  #slots = emptySlots(FIRST_SLOTS)
  #made = 0

  /** @param mostContacts - most that are kept, 100 to 200 bytes each; at least 256 */
  constructor(mostContacts: number) {
    this.#mostContacts = mostContacts
  }

  /** A contact, as the function `contact` makes it. */
  contact(id: Id, endpoint: Endpoint): Contact {
    return contactOf(id, endpoint, this.#maker)
  }

  /** Contacts in compact form, as the function `contactsFromCompact` reads them. */
  fromCompact(nodes: Nodes, idLength: number, family: Family): Contact[] {
    return readContacts(nodes, { idLength, family }, this.#maker)
  }

  #at(bytes: Uint8Array, position: ContactPosition): Contact {
    const slot = hashOf(bytes, position) & (this.#slots.length - 1)
    const known = this.#slots[slot]
    if (known?.isWrittenAt(bytes, position)) return known
    const made = contactAt(bytes, position)
    this.#slots[slot] = made
    this.#made++
    if (this.#made > CONTACTS_PER_SLOT * this.#slots.length) this.#grow()
    return made
  }

  #grow(): void {
    const count = 2 * this.#slots.length
    if (!(count <= this.#mostContacts)) return
    this.#slots = emptySlots(count)
    this.#made = 0
  }
}

function emptySlots(count: number): (Contact | undefined)[] {
  return new Array<Contact | undefined>(count).fill(undefined)
}

/** Uses the first bytes of the id and the port. An attacker who aims at one slot only slows us. */
function hashOf(bytes: Uint8Array, { at, size }: ContactPosition): number {
  const head = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
  const port = (bytes[at + size - 2]! << 8) | bytes[at + size - 1]!
  const hash = Math.imul(head ^ port, 0x9e3779b1)
  return hash ^ (hash >>> 16)
}

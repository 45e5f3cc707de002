// Contacts made before. In a network everybody is named by many, again and again: with a pool all
// of them mean one contact, which is made once and lies in memory once.
// What a pool has forgotten is made anew, so its size is a matter of speed alone.

import type { Id } from '@dht/id'
import { type Contact, contactAt, type Place } from './contact.ts'
import { type ContactMaker, contactOf, type Nodes, readContacts } from './contacts.ts'
import type { Endpoint, Family } from './endpoint.ts'

/** Ours: enough for what one lookup is told. */
const FIRST_SLOTS = 256

/** Contacts made for each slot before there are twice as many slots: ours. */
const CROWD = 4

/**
 * Makes contacts, and gives the one that it made before as long as it remembers it.
 *
 * Contacts never change, so whoever gets one may share it.
 */
export class ContactPool {
  readonly #mostContacts: number
  readonly #maker: ContactMaker = (bytes, place) => this.#at(bytes, place)
  /** Where a contact lies is a matter of its hash; of two for one slot the newer one is kept. */
  #slots = emptySlots(FIRST_SLOTS)
  #made = 0

  /** @param mostContacts - most that are kept, 100 to 200 bytes each; 256 are, however few it is */
  constructor(mostContacts: number) {
    this.#mostContacts = mostContacts
  }

  /** The contact of that id there; else as `contact`. */
  contact(id: Id, endpoint: Endpoint): Contact {
    return contactOf(id, endpoint, this.#maker)
  }

  /** The contacts in wire form; else as `contactsFromCompact`. */
  fromCompact(nodes: Nodes, idLength: number, family: Family): Contact[] {
    return readContacts(nodes, { idLength, family }, this.#maker)
  }

  #at(bytes: Uint8Array, place: Place): Contact {
    const slot = hashOf(bytes, place) & (this.#slots.length - 1)
    const known = this.#slots[slot]
    if (known?.isWrittenAt(bytes, place)) return known
    const made = contactAt(bytes, place)
    this.#slots[slot] = made
    this.#made++
    if (this.#made > CROWD * this.#slots.length) this.#grow()
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

/** Of the beginning of the id and of the port. Who aims at one slot makes us slower, no more. */
function hashOf(bytes: Uint8Array, { at, size }: Place): number {
  const head = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!
  const port = (bytes[at + size - 2]! << 8) | bytes[at + size - 1]!
  const hash = Math.imul(head ^ port, 0x9e3779b1)
  return hash ^ (hash >>> 16)
}

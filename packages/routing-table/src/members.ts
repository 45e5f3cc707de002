// The members of one bucket, the one not seen for longest first, as in the Kademlia paper (§2.2).
// So the member to check next comes first.

import type { Id, Identified } from '@dht/id'
import { findEntry, removeEntry, type TableEntry } from './table-entry.ts'

export class Members<C extends Identified> {
  readonly #entries: TableEntry<C>[] = []

  get size(): number {
    return this.#entries.length
  }

  /** The one not seen for longest first. Valid until the next change. */
  get entries(): readonly TableEntry<C>[] {
    return this.#entries
  }

  /** The member with this id. */
  find(id: Id): TableEntry<C> | undefined {
    return findEntry(this.#entries, id)
  }

  /** The member with the id of `entry`. */
  withIdOf(entry: TableEntry<C>): TableEntry<C> | undefined {
    return findEntry(this.#entries, entry.contact.id, entry.head)
  }

  add(entry: TableEntry<C>): void {
    let at = this.#entries.push(entry) - 1
    // Usually it was seen last, except when the clock was set back or when it was restored.
    for (; at > 0 && this.#entries[at - 1]!.lastSeenAt > entry.lastSeenAt; at--) {
      this.#entries[at] = this.#entries[at - 1]!
    }
    this.#entries[at] = entry
  }

  /** Removes `entry`, which is one of them. */
  remove(entry: TableEntry<C>): void {
    removeEntry(this.#entries, entry)
  }

  /** Moves `entry`, which is one of them, to its new place after `lastSeenAt` has grown. */
  reorder(entry: TableEntry<C>): void {
    const entries = this.#entries
    let to = this.size - 1
    while (entries[to]!.lastSeenAt > entry.lastSeenAt) to--
    // Moving the entries between allocates nothing. Removing and inserting would make two lists.
    for (let at = entries.indexOf(entry); at < to; at++) entries[at] = entries[at + 1]!
    entries[to] = entry
  }
}

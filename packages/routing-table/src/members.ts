// The members of one bucket, the one not seen for longest first, as in the Kademlia paper (§2.2).
// So the member to check next stands at the front.
// The first 32 bits of the ids stand in a list of their own: reading numbers side by side is far
// faster than fetching entries, which lie anywhere in memory.

import { type Id, type Identified, idHead, idsEqual } from '@dht/id'
import type { TableEntry } from './table-entry.ts'

export class Members<C extends Identified> {
  readonly #entries: TableEntry<C>[] = []
  /** The head of each entry, at the same place as the entry. */
  readonly #heads: number[] = []
  /** Where the last search ended: most members are searched for several times in a row. */
  #found = 0

  get size(): number {
    return this.#entries.length
  }

  /** The one not seen for longest first. Valid until the next change. */
  get entries(): readonly TableEntry<C>[] {
    return this.#entries
  }

  /** First 32 bits of the ids, in the same order. Valid until the next change. */
  get heads(): readonly number[] {
    return this.#heads
  }

  /** The member with this id. */
  find(id: Id): TableEntry<C> | undefined {
    const head = idHead(id)
    const heads = this.#heads
    if (heads[this.#found] === head && this.#isAt(this.#found, id))
      return this.#entries[this.#found]
    for (let at = 0; at < heads.length; at++) {
      if (heads[at] !== head || !this.#isAt(at, id)) continue
      this.#found = at
      return this.#entries[at]
    }
    return undefined
  }

  /** Whether the id of a member begins with these bits. Two ids hardly ever begin alike. */
  hasHead(head: number): boolean {
    return this.#heads.includes(head)
  }

  /** The member with the id of `entry`. */
  memberWithIdOf({ head, contact }: TableEntry<C>): TableEntry<C> | undefined {
    return this.hasHead(head) ? this.find(contact.id) : undefined
  }

  add(entry: TableEntry<C>): void {
    let at = this.size
    // Mostly the new member was seen last; not if the clock was set back, or if it was restored.
    for (; at > 0 && this.#entries[at - 1]!.lastSeenAt > entry.lastSeenAt; at--) {
      this.#move(at - 1, at)
    }
    this.#put(entry, at)
  }

  /** Removes `entry`, which is one of them. */
  remove(entry: TableEntry<C>): void {
    const at = this.#entries.indexOf(entry)
    this.#entries.splice(at, 1)
    this.#heads.splice(at, 1)
  }

  /** Moves `entry`, which is one of them, to its new place after `lastSeenAt` has grown. */
  renew(entry: TableEntry<C>): void {
    let to = this.size - 1
    while (this.#entries[to]!.lastSeenAt > entry.lastSeenAt) to--
    // Moving the entries between costs no garbage; removing and inserting makes two lists.
    const isFound = this.#entries[this.#found] === entry
    let at = isFound ? this.#found : this.#entries.indexOf(entry)
    for (; at < to; at++) this.#move(at + 1, at)
    this.#put(entry, to)
    this.#found = to
  }

  #isAt(place: number, id: Id): boolean {
    return idsEqual(this.#entries[place]!.contact.id, id)
  }

  #move(from: number, to: number): void {
    this.#entries[to] = this.#entries[from]!
    this.#heads[to] = this.#heads[from]!
  }

  #put(entry: TableEntry<C>, at: number): void {
    this.#entries[at] = entry
    this.#heads[at] = entry.head
  }
}

// The members of one bucket, longest unseen first, as the Kademlia paper keeps them (§2.2). So whom
// to ask next, and since when somebody is silent, stands in front and is not searched for.
// What they are looked for by, the heads of their ids, lies side by side in a list of its own:
// entries lie anywhere in memory, and to fetch each takes far longer.

import { type Id, type Identified, idHead, idsEqual } from '@dht/id'
import type { Entry } from './entry.ts'

export class Members<C extends Identified> {
  readonly #entries: Entry<C>[] = []
  /** Of each entry the head, at the same place. */
  readonly #heads: number[] = []
  /** Where the last one was found: whoever is found is mostly looked for again at once. */
  #found = 0

  get size(): number {
    return this.#entries.length
  }

  /** Longest unseen first. Good until the next change. */
  get entries(): readonly Entry<C>[] {
    return this.#entries
  }

  /** First 32 bits of the ids, in the same order. Good until the next change. */
  get heads(): readonly number[] {
    return this.#heads
  }

  /** The member of `id`. */
  find(id: Id): Entry<C> | undefined {
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

  /** Whether the id of a member begins like that; hardly any two do, and ids are slow to make. */
  hasHead(head: number): boolean {
    return this.#heads.includes(head)
  }

  /** The member that has the id of `entry`. */
  namesakeOf({ head, contact }: Entry<C>): Entry<C> | undefined {
    return this.hasHead(head) ? this.find(contact.id) : undefined
  }

  add(entry: Entry<C>): void {
    let at = this.size
    // The newcomer was seen last, unless the clock was set back or it comes of an earlier life.
    for (; at > 0 && this.#entries[at - 1]!.lastSeenAt > entry.lastSeenAt; at--) {
      this.#move(at - 1, at)
    }
    this.#put(entry, at)
  }

  /** Takes `entry`, which is one of them, out. */
  remove(entry: Entry<C>): void {
    const at = this.#entries.indexOf(entry)
    this.#entries.splice(at, 1)
    this.#heads.splice(at, 1)
  }

  /** `entry`, which is one of them, has been seen: at no earlier instant than before. */
  renew(entry: Entry<C>): void {
    let to = this.size - 1
    while (this.#entries[to]!.lastSeenAt > entry.lastSeenAt) to--
    // To take it out and put it in again would leave two lists of one behind, at each answer.
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

  #put(entry: Entry<C>, at: number): void {
    this.#entries[at] = entry
    this.#heads[at] = entry.head
  }
}

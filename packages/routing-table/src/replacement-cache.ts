// The contacts that wait beside a bucket, and which of them leaves when the cache is full.
// A contact that has responded to us outweighs one that has not; among equals the newest is kept,
// because it is the likeliest to be alive (Kademlia paper, §4.1). So queries under many names can't
// push out contacts that have responded. Where all have responded, a contact that could become a
// member still gets one place: those that wait have no room, or they would be members.
// In one cache no two contacts have the same id or the same address.

import { type Identified, idsEqual } from '@dht/id'
import { NEVER, removeEntry, type TableEntry } from './table-entry.ts'

/** What decides whether a newcomer may wait. */
interface Limits<C extends Identified> {
  readonly conflicting: TableEntry<C> | undefined
  readonly most: number
  readonly hasRoom: boolean
}

export class ReplacementCache<C extends Identified> {
  /** A ring: the order begins at `#first`. Moving all entries for each newcomer would be slow. */
  readonly #ring: TableEntry<C>[] = []
  /** The head of each id, at the same place: entries lie anywhere in memory. */
  readonly #heads: number[] = []
  /** The hash of each address, at the same place. */
  readonly #addressHashes: number[] = []
  #first = 0

  get size(): number {
    return this.#ring.length
  }

  /** First those that never responded, then the others; newest last. Good until a change. */
  get entries(): readonly TableEntry<C>[] {
    return this.#inOrder()
  }

  /** The entry at `place` in that order, and the head of its id, which is often enough. */
  nth(place: number): { readonly entry: TableEntry<C>; readonly head: number } {
    const at = (this.#first + place) % this.size
    return { entry: this.#ring[at]!, head: this.#heads[at]! }
  }

  /** The contact with the id or the address of `entry`; of two, one that has responded. */
  conflictingWith(entry: TableEntry<C>): TableEntry<C> | undefined {
    const { head, addressHash } = entry
    let found: TableEntry<C> | undefined
    for (let at = 0; at < this.size; at++) {
      if (this.#heads[at] !== head && this.#addressHashes[at] !== addressHash) continue
      const each = this.#ring[at]!
      if (conflicts(each, entry) && (found === undefined || hasResponded(each))) found = each
    }
    return found
  }

  /**
   * Lets `newcomer` wait, as the newest of its kind, in place of any contact with its id or its
   * address.
   *
   * @param newcomer - its history is up to date; it may wait already
   * @param limits.conflicting - the result of `conflictingWith(newcomer)`
   * @param limits.most        - most contacts that may wait
   * @param limits.hasRoom     - whether there is room for it among the members. It then takes the
   *   place of a contact that has responded if need be. Only one such place is ever taken, because
   *   the next such newcomer replaces this one.
   * @returns undefined when it waits now, else the reason why it doesn't
   */
  hold(newcomer: TableEntry<C>, limits: Limits<C>): 'address' | 'full' | undefined {
    const { conflicting, most, hasRoom } = limits
    const isVerified = hasResponded(newcomer)
    if (conflicting !== undefined) {
      if (hasResponded(conflicting) && !isVerified) return 'address'
      this.removeConflicting(newcomer)
    }
    const isFull = this.size >= most
    if (isFull) {
      const first = this.#ring[this.#first]
      if (first === undefined) return 'full'
      if (hasResponded(first) && !isVerified && !hasRoom) return 'full'
      if (isVerified || !hasResponded(this.#ring.at(this.#first - 1)!)) {
        this.#put(newcomer, this.#first)
        this.#first = (this.#first + 1) % most
        return undefined
      }
    }
    const entries = this.#inOrder()
    if (isFull) entries.shift()
    const place = isVerified ? -1 : entries.findIndex(hasResponded)
    entries.splice(place < 0 ? entries.length : place, 0, newcomer)
    this.#index()
    return undefined
  }

  /** Forgets every contact that has the id or the address of `entry`, and `entry` itself. */
  removeConflicting(entry: TableEntry<C>): void {
    let found = this.conflictingWith(entry)
    for (; found !== undefined; found = this.conflictingWith(entry)) this.remove(found)
  }

  /** Makes `entry`, which waits here, the first of its kind to leave when the cache is full. */
  makeFirstToLeave(entry: TableEntry<C>): void {
    const entries = this.#inOrder()
    removeEntry(entries, entry)
    const unverified = entries.filter((each) => !hasResponded(each)).length
    entries.splice(hasResponded(entry) ? unverified : 0, 0, entry)
    this.#index()
  }

  remove(entry: TableEntry<C>): void {
    if (!this.#ring.includes(entry)) return
    removeEntry(this.#inOrder(), entry)
    this.#index()
  }

  /** Turns the ring so that its order begins at 0, and returns it. */
  #inOrder(): TableEntry<C>[] {
    if (this.#first === 0) return this.#ring
    this.#ring.push(...this.#ring.splice(0, this.#first))
    this.#first = 0
    this.#index()
    return this.#ring
  }

  #index(): void {
    this.#heads.length = this.size
    this.#addressHashes.length = this.size
    for (const [at, entry] of this.#ring.entries()) this.#put(entry, at)
  }

  #put(entry: TableEntry<C>, at: number): void {
    this.#ring[at] = entry
    this.#heads[at] = entry.head
    this.#addressHashes[at] = entry.addressHash
  }
}

/** Whether two entries have the same id or the same address. */
function conflicts<C extends Identified>(a: TableEntry<C>, b: TableEntry<C>): boolean {
  if (a.head === b.head && idsEqual(a.contact.id, b.contact.id)) return true
  return a.addressHash === b.addressHash && a.address !== undefined && a.address === b.address
}

function hasResponded<C extends Identified>(entry: TableEntry<C>): boolean {
  return entry.lastSeenAt !== NEVER
}

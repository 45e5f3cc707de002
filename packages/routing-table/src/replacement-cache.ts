// The contacts that wait beside a bucket, and which of them leaves when the cache is full.
// A contact that has responded to us outweighs one that has not; among equals the newest is kept,
// because it is the likeliest to be alive (Kademlia paper, §4.1). So queries under many names can't
// push out contacts that have responded. Where all have responded, a contact that could become a
// member still gets one place: those that wait have no room, or they would be members.
// In one cache no two contacts have the same id or the same address.

import type { Id, Identified } from '@dht/id'
import { findEntry, isUnverified, removeEntry, type TableEntry } from './table-entry.ts'

export class ReplacementCache<C extends Identified> {
  readonly #entries: TableEntry<C>[] = []
  readonly #capacity: number

  /** @param capacity - most contacts that may wait */
  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get size(): number {
    return this.#entries.length
  }

  /**
   * First those that never responded, then the others; the newest of each last. Valid until the
   * next change.
   */
  get entries(): readonly TableEntry<C>[] {
    return this.#entries
  }

  /** The contact with the id or the address of `entry`; of two, one that has responded. */
  conflictingWith(entry: TableEntry<C>): TableEntry<C> | undefined {
    const { address } = entry
    const sameId = findEntry(this.#entries, entry.contact.id, entry.head)
    if (address === undefined) return sameId
    const sameAddress = this.#entries.find((each) => each.address === address)
    if (sameId === undefined || sameAddress === undefined) return sameId ?? sameAddress
    return isUnverified(sameId) ? sameAddress : sameId
  }

  /**
   * Lets `newcomer` wait, as the newest of its kind, in place of any contact with its id or its
   * address.
   *
   * @param newcomer    - its history is up to date; it may wait already
   * @param hasRoom     - whether there is room for it among the members. Then it may replace a
   *   contact that has responded. At most one is ever replaced in this way, because the next such
   *   newcomer replaces this one.
   * @param conflicting - the result of `conflictingWith(newcomer)`
   * @returns undefined when it waits now, else the reason why it doesn't
   */
  hold(
    newcomer: TableEntry<C>,
    hasRoom: boolean,
    conflicting: TableEntry<C> | undefined,
  ): 'address' | 'full' | undefined {
    const isVerified = !isUnverified(newcomer)
    if (conflicting !== undefined) {
      if (!isUnverified(conflicting) && !isVerified) return 'address'
      this.removeConflicting(newcomer)
    }
    if (this.size >= this.#capacity) {
      const first = this.#entries[0]
      if (first === undefined) return 'full'
      if (!isUnverified(first) && !isVerified && !hasRoom) return 'full'
      this.#entries.shift()
    }
    if (isVerified) this.#entries.push(newcomer)
    else this.#entries.splice(this.#unverified, 0, newcomer)
    return undefined
  }

  /** Forgets every contact that has the id or the address of `entry`, and `entry` itself. */
  removeConflicting(entry: TableEntry<C>): void {
    let found = this.conflictingWith(entry)
    for (; found !== undefined; found = this.conflictingWith(entry)) this.remove(found)
  }

  /** Makes `entry`, which waits here, the first of its kind to leave when the cache is full. */
  makeFirstToLeave(entry: TableEntry<C>): void {
    this.remove(entry)
    this.#entries.splice(isUnverified(entry) ? 0 : this.#unverified, 0, entry)
  }

  remove(entry: TableEntry<C>): void {
    removeEntry(this.#entries, entry)
  }

  /** Forgets the contact with this id; false: none waits. */
  forget(id: Id): boolean {
    const entry = findEntry(this.#entries, id)
    if (entry !== undefined) this.remove(entry)
    return entry !== undefined
  }

  /** How many have never responded. */
  get #unverified(): number {
    const first = this.#entries.findIndex((each) => !isUnverified(each))
    return first < 0 ? this.size : first
  }
}

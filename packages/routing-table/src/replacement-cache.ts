// Who may wait beside a full bucket, and who gives way to whom when the cache is full too.
// A candidate that has answered us outweighs one that has not; among equals the newest is kept, for
// it is the likeliest to be alive (Kademlia paper, §4.1). So nobody can flush candidates that have
// answered by sending queries in many names. Where all have answered, a contact that could become a
// member still gets one place: those that wait have no room, or they would be members.
// In one cache no two candidates have the same id or the same address.

import { type Identified, idsEqual } from '@dht/id'
import { type Entry, NEVER_SEEN, removeEntry } from './entry.ts'

/** On what it depends whether a newcomer may wait. */
interface Limits<C extends Identified> {
  readonly rival: Entry<C> | undefined
  readonly most: number
  readonly hasRoom: boolean
}

export class ReplacementCache<C extends Identified> {
  /** In order, but for a turn: the first is at `#first`. Moving all for each newcomer is slow. */
  readonly #ring: Entry<C>[] = []
  /** Of each the head of its id, at the same place: entries lie anywhere in memory. */
  readonly #heads: number[] = []
  /** And the hash of its address. */
  readonly #addressHashes: number[] = []
  #first = 0

  get size(): number {
    return this.#ring.length
  }

  /** First those that never answered, then the others; newest last. Good until the next change. */
  get entries(): readonly Entry<C>[] {
    return this.#inOrder()
  }

  /** One of them, in that order, and the head of its id: most need not be looked at for more. */
  nth(place: number): { readonly entry: Entry<C>; readonly head: number } {
    const at = (this.#first + place) % this.size
    return { entry: this.#ring[at]!, head: this.#heads[at]! }
  }

  /** The candidate with the id or the address of `entry`; of two the heavier one. */
  rivalOf(entry: Entry<C>): Entry<C> | undefined {
    const { head, addressHash } = entry
    let rival: Entry<C> | undefined
    for (let at = 0; at < this.size; at++) {
      if (this.#heads[at] !== head && this.#addressHashes[at] !== addressHash) continue
      const each = this.#ring[at]!
      if (isRival(each, entry) && (rival === undefined || hasAnswered(each))) rival = each
    }
    return rival
  }

  /**
   * Lets `newcomer` wait, as the newest of its weight, in place of any candidate with its id or its
   * address.
   *
   * @param newcomer - its history brought up to date; may wait already
   * @param limits.rival   - what `rivalOf` says of it
   * @param limits.most    - most candidates
   * @param limits.hasRoom - whether there is room for it among the members. It then takes the place
   *   of one that has answered if need be; only one such place is ever taken, because the next
   *   such newcomer replaces this one.
   * @returns undefined when it is held, else why not
   */
  hold(newcomer: Entry<C>, { rival, most, hasRoom }: Limits<C>): 'address' | 'full' | undefined {
    const isHeavy = hasAnswered(newcomer)
    if (rival !== undefined) {
      if (hasAnswered(rival) && !isHeavy) return 'address'
      this.dropRivals(newcomer)
    }
    const isFull = this.size >= most
    if (isFull) {
      const lightest = this.#ring[this.#first]
      if (lightest === undefined) return 'full'
      if (hasAnswered(lightest) && !isHeavy && !hasRoom) return 'full'
      if (isHeavy || !hasAnswered(this.#ring.at(this.#first - 1)!)) {
        this.#put(newcomer, this.#first)
        this.#first = (this.#first + 1) % most
        return undefined
      }
    }
    const entries = this.#inOrder()
    if (isFull) entries.shift()
    const place = isHeavy ? -1 : entries.findIndex(hasAnswered)
    entries.splice(place < 0 ? entries.length : place, 0, newcomer)
    this.#index()
    return undefined
  }

  /** Forgets every candidate that has the id or the address of `entry`, itself included. */
  dropRivals(entry: Entry<C>): void {
    for (let rival = this.rivalOf(entry); rival !== undefined; rival = this.rivalOf(entry)) {
      this.remove(rival)
    }
  }

  /** Makes `entry`, which waits here, the first of its weight to give way. */
  demote(entry: Entry<C>): void {
    const entries = this.#inOrder()
    removeEntry(entries, entry)
    entries.splice(hasAnswered(entry) ? entries.filter((e) => !hasAnswered(e)).length : 0, 0, entry)
    this.#index()
  }

  remove(entry: Entry<C>): void {
    if (!this.#ring.includes(entry)) return
    removeEntry(this.#inOrder(), entry)
    this.#index()
  }

  #inOrder(): Entry<C>[] {
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

  #put(entry: Entry<C>, at: number): void {
    this.#ring[at] = entry
    this.#heads[at] = entry.head
    this.#addressHashes[at] = entry.addressHash
  }
}

function isRival<C extends Identified>(a: Entry<C>, b: Entry<C>): boolean {
  if (a.head === b.head && idsEqual(a.contact.id, b.contact.id)) return true
  return a.addressHash === b.addressHash && a.address !== undefined && a.address === b.address
}

function hasAnswered<C extends Identified>(entry: Entry<C>): boolean {
  return entry.lastSeenAt !== NEVER_SEEN
}

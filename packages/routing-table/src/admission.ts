// The policy seat: may this contact join these members?
// The table asks before it takes anybody in, and tells of every member that joins or leaves, so
// that a rule can count instead of searching. Rules know nothing of buckets' insides or of time.

import { type Identified, idKey } from '@dht/id'
import { RoutingTableOptionError } from './errors.ts'

/** Where a newcomer would live. */
export interface Place<C> {
  /** The members of the bucket it would join. */
  readonly neighbours: readonly { readonly contact: C }[]
  /** The member that would leave in its favour, in that bucket or another. */
  readonly leaving: C | undefined
}

/** A rule on who may be a member. It keeps count of one table, so each table needs its own. */
export interface Admission<C> {
  /** Whether `newcomer` may join at that place. Changes nothing. */
  admits(newcomer: C, place: Place<C>): boolean
  /** `contact` has become a member. */
  joined(contact: C): void
  /** `contact` is a member no longer. */
  left(contact: C): void
}

/**
 * Limits how many members may share a key, such as a subnet: it makes filling a table with nodes of
 * one owner expensive. A member counts by the key that it was admitted with until it leaves.
 *
 * @param rule.keyOf     - the key of a contact, asked once for each newcomer; undefined: the rule
 *   spares it
 * @param rule.perBucket - most members of one bucket with the same key; absent: no limit
 * @param rule.perTable  - most members of the table with the same key; absent: no limit
 * @example
 * const admission = limitBy({ keyOf: (c) => subnetOf(c.endpoint), perBucket: 2, perTable: 10 })
 */
export function limitBy<C extends Identified>(rule: {
  readonly keyOf: (contact: C) => string | undefined
  readonly perBucket?: number
  readonly perTable?: number
}): Admission<C> {
  return new Limit(rule)
}

class Limit<C extends Identified> implements Admission<C> {
  readonly #keyOf: (contact: C) => string | undefined
  readonly #perBucket: number
  readonly #perTable: number
  /** The keys of members, by id: a member's contact may be renewed, its id is never that of two. */
  readonly #keys = new Map<string, string>()
  readonly #total = new Map<string, number>()
  /** The newcomer judged last. It joins under the key by which it was judged. */
  #judged: { readonly newcomer: C; readonly key: string | undefined } | undefined

  constructor(rule: {
    readonly keyOf: (contact: C) => string | undefined
    readonly perBucket?: number
    readonly perTable?: number
  }) {
    const { keyOf, perBucket = Infinity, perTable = Infinity } = rule
    if (typeof keyOf !== 'function') throw new RoutingTableOptionError('keyOf', 'a function', keyOf)
    for (const [name, most] of Object.entries({ perBucket, perTable })) {
      if (typeof most === 'number' && most >= 0) continue
      throw new RoutingTableOptionError(name, 'a number of at least 0', most)
    }
    this.#keyOf = keyOf
    this.#perBucket = perBucket
    this.#perTable = perTable
  }

  admits(newcomer: C, { neighbours, leaving }: Place<C>): boolean {
    const key = this.#keyOf(newcomer)
    this.#judged = { newcomer, key }
    if (key === undefined) return true
    const freed = leaving !== undefined && this.#isCountedAs(leaving, key) ? 1 : 0
    if ((this.#total.get(key) ?? 0) - freed >= this.#perTable) return false
    if (this.#perBucket === Infinity) return true
    let inBucket = 0
    for (const { contact } of neighbours) {
      if (contact !== leaving && this.#isCountedAs(contact, key)) inBucket++
    }
    return inBucket < this.#perBucket
  }

  joined(contact: C): void {
    const judged = this.#judged
    const key = judged?.newcomer === contact ? judged.key : this.#keyOf(contact)
    this.#judged = undefined
    if (key === undefined) return
    this.#keys.set(idKey(contact.id), key)
    this.#total.set(key, (this.#total.get(key) ?? 0) + 1)
  }

  left(contact: C): void {
    const id = idKey(contact.id)
    const key = this.#keys.get(id)
    if (key === undefined) return
    this.#keys.delete(id)
    const count = this.#total.get(key)! - 1
    if (count > 0) this.#total.set(key, count)
    else this.#total.delete(key)
  }

  #isCountedAs(contact: C, key: string): boolean {
    return this.#keys.get(idKey(contact.id)) === key
  }
}

// The admission rule: may this contact become a member? The table asks it before a contact joins,
// and tells it of every member that joins or leaves, so that a rule can count instead of searching.
// A rule doesn't know buckets or time.

import { type Identified, idKey } from '@dht/id'
import { RoutingTableOptionError } from './errors.ts'

/** The situation in which a contact would join. */
export interface AdmissionContext<C> {
  /** The members of the bucket that it would join. */
  readonly members: readonly { readonly contact: C }[]
  /** The member that it would replace, in that bucket or another. */
  readonly leaving: C | undefined
}

/** A rule that decides which contacts may be members. It counts one table: make one for each. */
export interface Admission<C> {
  /** Whether `newcomer` may join. Changes nothing. */
  admits(newcomer: C, context: AdmissionContext<C>): boolean
  /** `contact` has become a member. */
  joined(contact: C): void
  /** `contact` has stopped being a member. */
  left(contact: C): void
}

/**
 * Limits how many members may share a key, such as a subnet, so that one owner of many nodes can't
 * fill a table. A member counts under the key that it had when it joined, until it leaves.
 *
 * @param rule.keyOf     - the key of a contact, read once for each newcomer; undefined: no limit
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
  /** The keys of the members, by id. The contact object of a member may change, its id can't. */
  readonly #keys = new Map<string, string>()
  readonly #total = new Map<string, number>()
  /** The newcomer of the last `admits`, with its key: if it joins, it counts under this key. */
  #last: { readonly newcomer: C; readonly key: string | undefined } | undefined

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

  admits(newcomer: C, { members, leaving }: AdmissionContext<C>): boolean {
    const key = this.#keyOf(newcomer)
    this.#last = { newcomer, key }
    if (key === undefined) return true
    const freed = leaving !== undefined && this.#isCountedAs(leaving, key) ? 1 : 0
    if ((this.#total.get(key) ?? 0) - freed >= this.#perTable) return false
    if (this.#perBucket === Infinity) return true
    let inBucket = 0
    for (const { contact } of members) {
      if (contact !== leaving && this.#isCountedAs(contact, key)) inBucket++
    }
    return inBucket < this.#perBucket
  }

  joined(contact: C): void {
    const last = this.#last
    const key = last?.newcomer === contact ? last.key : this.#keyOf(contact)
    this.#last = undefined
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

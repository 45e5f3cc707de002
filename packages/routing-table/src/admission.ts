// The policy seat: may this contact join these members?
// The table asks before it takes anybody in, and tells of every member that joins or leaves, so
// that a rule can count instead of searching. Rules know nothing of buckets' insides or of time.

import type { Identified } from '@dht/id'

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
 * one owner expensive.
 *
 * @param rule.keyOf     - the key of a contact; must not change; undefined: the rule spares it
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
  const { keyOf, perBucket = Infinity, perTable = Infinity } = rule
  const total = new Map<string, number>()

  function change(contact: C, by: 1 | -1): void {
    const key = keyOf(contact)
    if (key === undefined) return
    const count = (total.get(key) ?? 0) + by
    if (count > 0) total.set(key, count)
    else total.delete(key)
  }

  return {
    admits(newcomer: C, { neighbours, leaving }: Place<C>): boolean {
      const key = keyOf(newcomer)
      if (key === undefined) return true
      const freed = leaving !== undefined && keyOf(leaving) === key ? 1 : 0
      if ((total.get(key) ?? 0) - freed >= perTable) return false
      let inBucket = 0
      for (const { contact } of neighbours) {
        if (contact !== leaving && keyOf(contact) === key) inBucket++
      }
      return inBucket < perBucket
    },
    joined: (contact: C) => change(contact, 1),
    left: (contact: C) => change(contact, -1),
  }
}

// The contacts nearest to a target, exactly, without sorting the whole table.
// Buckets are visited in the order of their distance to the target: all contacts of one are nearer
// than all contacts of the next. So only the contacts of a few buckets are compared.
// This file doesn't know time: whether a contact is bad depends on its failures alone.

import {
  commonPrefixLength,
  compareDistance,
  distanceOfHeads,
  type Id,
  type Identified,
  idHead,
} from '@dht/id'
import type { Bucket } from './bucket.ts'
import { isUnverified, type TableEntry } from './table-entry.ts'

export interface ClosestQuery<C extends Identified> {
  readonly self: Id
  readonly target: Id
  readonly count: number
  /** Members with at least so many failures are left out; Infinity: none are. */
  readonly badAfter: number
  /** Whether members that have never responded are left out. */
  readonly verifiedOnly: boolean
  /** The member that is left out before the cut to `count`. */
  readonly excluded: TableEntry<C> | undefined
}

/**
 * The `count` contacts nearest to `target`, nearest first.
 *
 * All ids in bucket i, except in our own bucket, differ from our id at bit i. Where the target
 * differs from our id at bit i too, bucket i is nearer to it than all deeper buckets; where it does
 * not, farther than all of them.
 */
export function closest<C extends Identified>(
  buckets: readonly Bucket<C>[],
  query: ClosestQuery<C>,
): C[] {
  const { self, target, count } = query
  const own = buckets.length - 1
  // The first bit at which the target differs from our id. Shallower buckets come last.
  const shared = commonPrefixLength(target, self)
  if (!(count >= 1)) return []
  const found = new NearestMembers<C>(query)
  for (let i = shared; i < own && found.contacts.length < count; i++) {
    if (differAt(self, target, i)) found.add(buckets[i]!)
  }
  if (found.contacts.length < count) found.add(buckets[own]!)
  for (let i = own - 1; i >= 0 && found.contacts.length < count; i--) {
    if (!differAt(self, target, i)) found.add(buckets[i]!)
  }
  return found.contacts
}

function differAt(a: Id, b: Id, bit: number): boolean {
  return ((a[bit >>> 3]! ^ b[bit >>> 3]!) & (0x80 >>> (bit & 7))) !== 0
}

/** The nearest contacts found so far, in order, never more than asked for. */
class NearestMembers<C extends Identified> {
  readonly contacts: C[] = []
  readonly #query: ClosestQuery<C>
  readonly #target: number

  constructor(query: ClosestQuery<C>) {
    this.#query = query
    this.#target = idHead(query.target)
  }

  /** Adds the contacts of a bucket. They are farther than all that were added before. */
  add({ members }: Bucket<C>): void {
    const room = this.#query.count - this.contacts.length
    /** The nearest ones of this bucket and their distances, nearest first. */
    const nearest: TableEntry<C>[] = []
    const distances: number[] = []
    for (const entry of members.entries) {
      const distance = distanceOfHeads(entry.head, this.#target)
      const isFull = nearest.length >= room
      if ((isFull && distance > distances[room - 1]!) || !this.#isWanted(entry)) continue
      let at = nearest.length
      for (; at > 0 && distance <= distances[at - 1]!; at--) {
        if (distance === distances[at - 1] && this.#isFarther(entry, nearest[at - 1]!)) break
        nearest[at] = nearest[at - 1]!
        distances[at] = distances[at - 1]!
      }
      nearest[at] = entry
      distances[at] = distance
      if (isFull) nearest.pop()
    }
    for (const { contact } of nearest) this.contacts.push(contact)
  }

  #isWanted(entry: TableEntry<C>): boolean {
    const { badAfter, verifiedOnly, excluded } = this.#query
    if (entry.failures >= badAfter || entry === excluded) return false
    return !(verifiedOnly && isUnverified(entry))
  }

  /** Whether `a` is farther than `b`, when the first 32 bits of their distances are equal. */
  #isFarther({ contact: a }: TableEntry<C>, { contact: b }: TableEntry<C>): boolean {
    return compareDistance(a.id, b.id, this.#query.target) > 0
  }
}

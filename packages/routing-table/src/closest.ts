// The contacts nearest to a target, exactly, without sorting the table.
// Buckets are visited in the order of their distance to the target: everybody in one is nearer than
// everybody in the next. So only buckets are sorted, and only until enough contacts are found.
// Knows nothing of time: bad is a matter of failures.

import {
  commonPrefixLength,
  compareDistance,
  distanceOfHeads,
  type Id,
  type Identified,
  idHead,
} from '@dht/id'
import type { Bucket } from './bucket.ts'
import type { Entry } from './entry.ts'

export interface Nearness<C extends Identified> {
  readonly self: Id
  readonly target: Id
  readonly count: number
  /** Who has this many failures is left out; Infinity: nobody. */
  readonly badAfter: number
  /** Left out before the cut to `count`. */
  readonly exclude: Entry<C> | undefined
}

/**
 * The `count` contacts nearest to `target`, nearest first.
 *
 * A bucket other than our own leaves our path at its index. Where the target leaves it too, it is
 * nearer than all that are deeper; where the target stays on it, farther than all of them.
 */
export function closest<C extends Identified>(
  buckets: readonly Bucket<C>[],
  nearness: Nearness<C>,
): C[] {
  const { self, target, count } = nearness
  const own = buckets.length - 1
  // The target shares all bits before this one with us, so it leaves our path nowhere earlier.
  const shared = commonPrefixLength(self, target)
  if (!(count >= 1)) return []
  const found = new Found(nearness)
  for (let i = shared; i < own && found.size < count; i++) {
    if (differAt(self, target, i)) found.add(buckets[i]!)
  }
  if (found.size < count) found.add(buckets[own]!)
  for (let i = own - 1; i >= 0 && found.size < count; i--) {
    if (!differAt(self, target, i)) found.add(buckets[i]!)
  }
  return found.contacts()
}

function differAt(a: Id, b: Id, bit: number): boolean {
  return ((a[bit >>> 3]! ^ b[bit >>> 3]!) & (0x80 >>> (bit & 7))) !== 0
}

/** The nearest so far, in order, never more than asked for. */
class Found<C extends Identified> {
  readonly #entries: Entry<C>[] = []
  /** Of each entry the head of its distance. */
  readonly #distances: number[] = []
  readonly #nearness: Nearness<C>
  readonly #target: number

  constructor(nearness: Nearness<C>) {
    this.#nearness = nearness
    this.#target = idHead(nearness.target)
  }

  get size(): number {
    return this.#entries.length
  }

  contacts(): C[] {
    return this.#entries.map(({ contact }) => contact)
  }

  /** Adds a bucket of which everybody is farther than all that were added before. */
  add({ members }: Bucket<C>): void {
    const { badAfter, count, exclude } = this.#nearness
    const { entries, heads } = members
    const from = this.size
    for (let i = 0; i < heads.length; i++) {
      const distance = distanceOfHeads(heads[i]!, this.#target)
      // Most are too far, and need not even be fetched from memory.
      if (this.size >= count && distance > this.#distances[count - 1]!) continue
      const member = entries[i]!
      if (member.failures < badAfter && member !== exclude) this.#insert(member, distance, from)
    }
  }

  #insert(member: Entry<C>, distance: number, from: number): void {
    const entries = this.#entries
    const distances = this.#distances
    let place = entries.length
    while (place > from && this.#isNearer(member, distance, place - 1)) place--
    if (place >= this.#nearness.count) return
    for (let i = Math.min(entries.length, this.#nearness.count - 1); i > place; i--) {
      entries[i] = entries[i - 1]!
      distances[i] = distances[i - 1]!
    }
    entries[place] = member
    distances[place] = distance
  }

  #isNearer({ contact }: Entry<C>, distance: number, place: number): boolean {
    const other = this.#distances[place]!
    if (distance !== other) return distance < other
    return compareDistance(contact.id, this.#entries[place]!.contact.id, this.#nearness.target) < 0
  }
}

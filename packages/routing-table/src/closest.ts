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
  idsEqual,
  sharedInHead,
} from '@dht/id'
import { type Bucket, hasUnverifiedMember } from './bucket.ts'
import { isUnverified, type TableEntry } from './table-entry.ts'

export interface Nearness {
  readonly self: Id
  readonly target: Id
  readonly count: number
  /** Members with at least so many failures are left out; Infinity: none are. */
  readonly badAfter: number
  /** Whether members that have never responded are left out. */
  readonly verifiedOnly: boolean
  /** The id that is left out before the cut to `count`. */
  readonly exclude: Id | undefined
}

/**
 * The `count` contacts nearest to `target`, nearest first.
 *
 * A bucket other than our own leaves our path at its index. Where the target leaves it too, it is
 * nearer than all that are deeper; where the target stays on it, farther than all of them.
 */
export function closest<C extends Identified>(
  buckets: readonly Bucket<C>[],
  nearness: Nearness,
): C[] {
  const { self, target, count, exclude } = nearness
  const own = buckets.length - 1
  // The target shares all bits before this one with us, so it leaves our path nowhere earlier.
  const shared = commonPrefixLength(target, self)
  const home = exclude && buckets[Math.min(commonPrefixLength(exclude, self), own)]
  if (!(count >= 1)) return []
  const found = new Found(nearness, home)
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
class Found<C extends Identified> {
  readonly contacts: C[] = []
  readonly #nearness: Nearness
  readonly #target: number
  /** The bucket that covers the excluded id. */
  readonly #home: Bucket<C> | undefined

  constructor(nearness: Nearness, home: Bucket<C> | undefined) {
    this.#nearness = nearness
    this.#target = idHead(nearness.target)
    this.#home = home
  }

  /** Adds the contacts of a bucket. They are farther than all that were added before. */
  add(bucket: Bucket<C>): void {
    const { entries, heads } = bucket.members
    const target = this.#target
    const room = this.#nearness.count - this.contacts.length
    const unwanted = this.#unwantedIn(bucket)
    const least = leastShared(heads, target, room + unwanted)
    /** Places and distances of those that share at least so many bits, nearest first. */
    const places: number[] = []
    const distances: number[] = []
    for (let place = 0; place < heads.length; place++) {
      const distance = distanceOfHeads(heads[place]!, target)
      if (sharedInHead(distance) < least) continue
      if (unwanted > 0 && !this.#isWanted(entries[place]!)) continue
      let at = places.length
      for (; at > 0 && distance <= distances[at - 1]!; at--) {
        const other = places[at - 1]!
        if (distance === distances[at - 1] && this.#isFarther(entries[place]!, entries[other]!))
          break
        places[at] = other
        distances[at] = distances[at - 1]!
      }
      places[at] = place
      distances[at] = distance
    }
    for (let i = 0; i < places.length && i < room; i++) {
      this.contacts.push(entries[places[i]!]!.contact)
    }
  }

  /** At most how many members of a bucket are left out. */
  #unwantedIn(bucket: Bucket<C>): number {
    const { verifiedOnly } = this.#nearness
    const mayHave = bucket.mayHaveBad || (verifiedOnly && hasUnverifiedMember(bucket))
    const unfit = mayHave ? bucket.members.entries.filter((e) => !this.#isFit(e)) : []
    return unfit.length + (bucket === this.#home ? 1 : 0)
  }

  #isWanted(entry: TableEntry<C>): boolean {
    const { exclude } = this.#nearness
    return this.#isFit(entry) && !(exclude && idsEqual(entry.contact.id, exclude))
  }

  #isFit(entry: TableEntry<C>): boolean {
    const { badAfter, verifiedOnly } = this.#nearness
    return entry.failures < badAfter && !(verifiedOnly && isUnverified(entry))
  }

  /** Whether `a` is farther than `b`, when the first 32 bits of their distances are equal. */
  #isFarther({ contact: a }: TableEntry<C>, { contact: b }: TableEntry<C>): boolean {
    return compareDistance(a.id, b.id, this.#nearness.target) > 0
  }
}

/**
 * How many members share 0 to 32 bits with a target. The one scratch buffer of this package: filled
 * and read within one call of `leastShared`, and made once because that call is on the hot path.
 */
const sharing = new Int32Array(33)

/**
 * The largest number of bits that at least `count` of these ids share with the target. Only ids
 * that share so many need to be sorted. Counting is cheap; comparisons are not, because a processor
 * can't predict how they end.
 */
function leastShared(heads: readonly number[], target: number, count: number): number {
  if (heads.length <= count) return 0
  sharing.fill(0)
  for (let i = 0; i < heads.length; i++) sharing[Math.clz32(heads[i]! ^ target)]!++
  let least = 32
  for (let sum = sharing[least]!; sum < count; sum += sharing[least]!) least--
  return least
}

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
  idsEqual,
  sharedInHead,
} from '@dht/id'
import { type Bucket, hasUnverifiedMember } from './bucket.ts'
import { type Entry, isUnverified } from './entry.ts'

export interface Nearness {
  readonly self: Id
  readonly target: Id
  readonly count: number
  /** Who has this many failures is left out; Infinity: nobody. */
  readonly badAfter: number
  /** Members that have never answered are left out. */
  readonly verifiedOnly: boolean
  /** Left out before the cut to `count`. */
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

/** The nearest so far, in order, never more than asked for. */
class Found<C extends Identified> {
  readonly contacts: C[] = []
  readonly #nearness: Nearness
  readonly #target: number
  /** Where the one to be left out is, if anywhere. */
  readonly #home: Bucket<C> | undefined

  constructor(nearness: Nearness, home: Bucket<C> | undefined) {
    this.#nearness = nearness
    this.#target = idHead(nearness.target)
    this.#home = home
  }

  /** Adds a bucket of which everybody is farther than all that were added before. */
  add(bucket: Bucket<C>): void {
    const { entries, heads } = bucket.members
    const target = this.#target
    const room = this.#nearness.count - this.contacts.length
    const unwanted = this.#unwantedIn(bucket)
    const least = leastShared(heads, target, room + unwanted)
    /** Of those who share as many bits the places and the heads of the distances, in order. */
    const places: number[] = []
    const distances: number[] = []
    for (let place = 0; place < heads.length; place++) {
      const distance = distanceOfHeads(heads[place]!, target)
      if (sharedInHead(distance) < least) continue
      if (unwanted > 0 && !this.#isWanted(entries[place]!)) continue
      let at = places.length
      for (; at > 0 && distance <= distances[at - 1]!; at--) {
        const rival = places[at - 1]!
        if (distance === distances[at - 1] && this.#isFarther(entries[place]!, entries[rival]!))
          break
        places[at] = rival
        distances[at] = distances[at - 1]!
      }
      places[at] = place
      distances[at] = distance
    }
    for (let i = 0; i < places.length && i < room; i++) {
      this.contacts.push(entries[places[i]!]!.contact)
    }
  }

  /** Most that are left out of a bucket. */
  #unwantedIn(bucket: Bucket<C>): number {
    const { verifiedOnly } = this.#nearness
    const mayHave = bucket.mayHaveBad || (verifiedOnly && hasUnverifiedMember(bucket))
    const unfit = mayHave ? bucket.members.entries.filter((e) => !this.#isFit(e)) : []
    return unfit.length + (bucket === this.#home ? 1 : 0)
  }

  #isWanted(entry: Entry<C>): boolean {
    const { exclude } = this.#nearness
    return this.#isFit(entry) && !(exclude && idsEqual(entry.contact.id, exclude))
  }

  #isFit(entry: Entry<C>): boolean {
    const { badAfter, verifiedOnly } = this.#nearness
    return entry.failures < badAfter && !(verifiedOnly && isUnverified(entry))
  }

  /** Settles what the heads of two distances leave open. */
  #isFarther({ contact: a }: Entry<C>, { contact: b }: Entry<C>): boolean {
    return compareDistance(a.id, b.id, this.#nearness.target) > 0
  }
}

/** How many share 0 to 32 bits with a target, as far as heads show. */
const sharing = new Int32Array(33)

/**
 * The most bits that at least `count` share with a target. Only those are worth sorting: which way
 * a comparison goes cannot be foreseen, and to guess wrong takes as long as to count ten.
 */
function leastShared(heads: readonly number[], target: number, count: number): number {
  if (heads.length <= count) return 0
  sharing.fill(0)
  for (let i = 0; i < heads.length; i++) sharing[Math.clz32(heads[i]! ^ target)]!++
  let least = 32
  for (let sum = sharing[least]!; sum < count; sum += sharing[least]!) least--
  return least
}

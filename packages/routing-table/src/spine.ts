// The row of buckets, far to near. Bucket i holds contacts that share exactly i bits with our own
// id; the last one, our own bucket, holds those that share at least as many bits as its index.
// Together they cover the id space without gap or overlap, whatever is split.
// Only our own bucket splits, and buckets never merge. Knows ids and sizes; not time, not standing.

import {
  commonPrefixLength,
  distanceOfHeads,
  type Id,
  type Identified,
  idHead,
  Prefix,
  sharedInHead,
} from '@dht/id'
import { type Bucket, newBucket } from './bucket.ts'
import type { Entry } from './entry.ts'
import type { Members } from './members.ts'
import type { RoutingTableConfig } from './options.ts'

export class Spine<C extends Identified> {
  readonly self: Id
  readonly buckets: Bucket<C>[] = [newBucket(0)]
  readonly #config: RoutingTableConfig<C>

  constructor(self: Id, config: RoutingTableConfig<C>) {
    this.self = self
    this.#config = config
  }

  /** Index of our own bucket. */
  get depth(): number {
    return this.buckets.length - 1
  }

  /**
   * The bucket that covers `id`.
   *
   * @throws {IdLengthError} when `id` is of another width than our own
   */
  bucketOf(id: Id): Bucket<C> {
    return this.buckets[Math.min(commonPrefixLength(id, this.self), this.depth)]!
  }

  /** The bucket that covers the id of `entry`. */
  homeOf(entry: Entry<C>): Bucket<C> {
    return this.buckets[Math.min(this.#sharedWith(entry), this.depth)]!
  }

  /** The ids that a bucket covers. */
  prefixOf({ index }: Bucket<C>): Prefix {
    if (index === this.depth) return Prefix.of(this.self, index)
    return Prefix.of(this.self, index + 1).sibling()
  }

  /** Buckets from our own outwards, as they are now. */
  outwards(): Bucket<C>[] {
    return this.buckets.toReversed()
  }

  /**
   * The index that our own bucket must have for a newcomer to find room in the bucket covering it;
   * undefined when no number of splits makes room. Changes nothing, so that a newcomer who is
   * refused after all leaves no trace.
   */
  depthFor({ index, members }: Bucket<C>, newcomer: Entry<C>): number | undefined {
    const { depth } = this
    if (members.size < this.#capacity(index)) return depth
    if (index < depth) return undefined
    const split = this.#splitFor(members, newcomer)
    return split !== undefined && split < this.#config.maxBuckets ? split : undefined
  }

  /** The same of our own bucket, which is full, were there no end to splitting. */
  #splitFor(members: Members<C>, newcomer: Entry<C>): number | undefined {
    // Our own bucket holds k, so wherever its contacts part, each side is at most k.
    const shared = members.entries.map((each) => this.#sharedWith(each))
    shared.push(this.#sharedWith(newcomer))
    const least = Math.min(...shared)
    if (Math.max(...shared) > least) return least + 1
    // They part nowhere, but may all be left behind in a bucket that is wide.
    return shared.length <= (this.#config.widths[least] ?? 0) ? least + 1 : undefined
  }

  /**
   * Splits our own bucket until its index is `depth`. Each split leaves behind the contacts that
   * share no more bits with us.
   */
  splitTo(depth: number): void {
    const parent = this.buckets.pop()!
    for (let { index } = parent; index <= depth; index++) {
      this.buckets.push(newBucket(index, parent))
    }
    const { members, candidates, checking, checkingSince, suspect } = parent
    for (const each of members.entries) this.homeOf(each).members.add(each)
    for (const each of candidates.entries) {
      const limits = { rival: undefined, most: Infinity, hasRoom: false }
      this.homeOf(each).candidates.hold(each, limits)
    }
    if (checking !== undefined) Object.assign(this.homeOf(checking), { checking, checkingSince })
    if (suspect !== undefined) this.homeOf(suspect).suspect = suspect
  }

  /** Bits that a contact shares with us: mostly the head tells. */
  #sharedWith({ head, contact }: Entry<C>): number {
    const shared = sharedInHead(distanceOfHeads(head, idHead(this.self)))
    return shared < 32 ? shared : commonPrefixLength(contact.id, this.self)
  }

  /** Our own bucket is never wide: crowded wide ones could not part any more. */
  #capacity(index: number): number {
    const { widths, k } = this.#config
    // Reading past the end of an array is slow, and most buckets are beyond the list.
    return index < this.depth && index < widths.length ? widths[index]! : k
  }
}

// The buckets of a routing table, the farthest first. The ids in bucket i share exactly their first
// i bits with our own id. The last bucket, our own, holds the ids that share at least as many bits
// as its index. Together the buckets cover each id exactly once. Only our own bucket splits, and
// buckets never merge. The list uses ids and sizes. It doesn't use time, or whether a contact is
// good or bad.

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
import type { Members } from './members.ts'
import type { RoutingTableConfig } from './options.ts'
import type { TableEntry } from './table-entry.ts'

export class BucketList<C extends Identified> {
  readonly self: Id
  /** All buckets, the farthest first. Only this class changes the list. */
  readonly all: Bucket<C>[]
  readonly #config: RoutingTableConfig<C>
  /** First 32 bits of our own id. */
  readonly #head: number

  constructor(self: Id, config: RoutingTableConfig<C>) {
    this.self = self
    this.#config = config
    this.#head = idHead(self)
    this.all = [newBucket(0, config.cacheSize)]
  }

  /** The index of our own bucket, which is the number of splits so far. */
  get depth(): number {
    return this.all.length - 1
  }

  /**
   * The bucket that covers `id`.
   *
   * @throws {IdLengthError} when `id` and our own id differ in length
   */
  bucketOfId(id: Id): Bucket<C> {
    return this.all[Math.min(commonPrefixLength(id, this.self), this.depth)]!
  }

  /** The bucket that covers the id of `entry`. Faster than `bucketOfId`: uses the cached head. */
  bucketOfEntry(entry: TableEntry<C>): Bucket<C> {
    return this.all[Math.min(this.#sharedWith(entry), this.depth)]!
  }

  /** The prefix of all ids that a bucket covers. */
  prefixOf({ index }: Bucket<C>): Prefix {
    if (index === this.depth) return Prefix.of(this.self, index)
    return Prefix.of(this.self, index + 1).sibling()
  }

  /** All members, those of our own bucket first. */
  members(): TableEntry<C>[] {
    return this.nearestFirst().flatMap(({ members }) => members.entries)
  }

  /** A copy of the list, our own bucket first. */
  nearestFirst(): Bucket<C>[] {
    return this.all.toReversed()
  }

  /**
   * The smallest depth at which the bucket of `newcomer` has room for it; undefined when no number
   * of splits makes room. It changes nothing, because the caller may still refuse the newcomer.
   *
   * @param bucket - the bucket that covers the newcomer now
   */
  depthWithRoomFor({ index, members }: Bucket<C>, newcomer: TableEntry<C>): number | undefined {
    const { depth } = this
    if (members.size < this.#capacity(index)) return depth
    if (index < depth) return undefined
    const newDepth = this.#depthAfterSplit(members, newcomer)
    return newDepth !== undefined && newDepth < this.#config.maxBuckets ? newDepth : undefined
  }

  /** `depthWithRoomFor` for our own bucket when it is full. Ignores the limit on buckets. */
  #depthAfterSplit(members: Members<C>, newcomer: TableEntry<C>): number | undefined {
    // Our own bucket holds k contacts. A split that leaves a contact on each side leaves at most k
    // on each side.
    const shared = members.entries.map((each) => this.#sharedWith(each))
    shared.push(this.#sharedWith(newcomer))
    const least = Math.min(...shared)
    if (Math.max(...shared) > least) return least + 1
    // No split separates these contacts, but a wide bucket may have room for all of them.
    return shared.length <= (this.#config.widths[least] ?? 0) ? least + 1 : undefined
  }

  /**
   * Splits our own bucket until its index is `depth`. The contacts move to the new buckets that
   * cover their ids.
   */
  splitTo(depth: number): void {
    const parent = this.all.pop()!
    for (let { index } = parent; index <= depth; index++) {
      this.all.push(newBucket(index, this.#config.cacheSize, parent))
    }
    const { members, waiting, checking, checkingSince, requestedCheck } = parent
    for (const each of members.entries) this.bucketOfEntry(each).members.add(each)
    for (const each of waiting.entries) {
      this.bucketOfEntry(each).waiting.hold(each, false, undefined)
    }
    if (checking !== undefined)
      Object.assign(this.bucketOfEntry(checking), { checking, checkingSince })
    if (requestedCheck !== undefined)
      this.bucketOfEntry(requestedCheck).requestedCheck = requestedCheck
  }

  /** The number of first bits that a contact's id shares with ours. The head has 32 of them. */
  #sharedWith({ head, contact }: TableEntry<C>): number {
    const shared = sharedInHead(distanceOfHeads(head, this.#head))
    return shared < 32 ? shared : commonPrefixLength(contact.id, this.self)
  }

  /**
   * The most members of a bucket. Our own bucket is never wide: a split of a wide one could leave
   * too many members in one of the new buckets.
   */
  #capacity(index: number): number {
    const { widths, k } = this.#config
    // Reading past the end of an array is slow, and `widths` doesn't list most buckets.
    return index < this.depth && index < widths.length ? widths[index]! : k
  }
}

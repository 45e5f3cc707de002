// The buckets, far to near. Bucket i holds the contacts that share exactly i bits with our own id;
// the last one, our own bucket, holds those that share at least as many bits as its index.
// Together they cover the id space without gap or overlap. Only our own bucket splits, and buckets
// never merge. The list knows ids and sizes; it doesn't know time or standing.

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
  readonly all: Bucket<C>[] = [newBucket(0)]
  readonly #config: RoutingTableConfig<C>

  constructor(self: Id, config: RoutingTableConfig<C>) {
    this.self = self
    this.#config = config
  }

  /** Index of our own bucket. */
  get depth(): number {
    return this.all.length - 1
  }

  /**
   * The bucket that covers `id`.
   *
   * @throws {IdLengthError} when `id` is not as wide as our own
   */
  bucketFor(id: Id): Bucket<C> {
    return this.all[Math.min(commonPrefixLength(id, this.self), this.depth)]!
  }

  /** The bucket that covers the id of `entry`. */
  bucketWith(entry: TableEntry<C>): Bucket<C> {
    return this.all[Math.min(this.#sharedWith(entry), this.depth)]!
  }

  /** The ids that a bucket covers. */
  prefixOf({ index }: Bucket<C>): Prefix {
    if (index === this.depth) return Prefix.of(this.self, index)
    return Prefix.of(this.self, index + 1).sibling()
  }

  /** The buckets as they are now, our own first. */
  nearestFirst(): Bucket<C>[] {
    return this.all.toReversed()
  }

  /**
   * The index that our own bucket must have so that there is room for a newcomer in the bucket that
   * covers it; undefined when no number of splits makes room. Changes nothing, so that a newcomer
   * that is refused in the end leaves no trace.
   */
  depthWithRoomFor({ index, members }: Bucket<C>, newcomer: TableEntry<C>): number | undefined {
    const { depth } = this
    if (members.size < this.#capacity(index)) return depth
    if (index < depth) return undefined
    const split = this.#splitFor(members, newcomer)
    return split !== undefined && split < this.#config.maxBuckets ? split : undefined
  }

  /** The same for our own bucket when it is full, without the limit on the number of buckets. */
  #splitFor(members: Members<C>, newcomer: TableEntry<C>): number | undefined {
    // Our own bucket holds k, so wherever its contacts part, each side holds at most k.
    const shared = members.entries.map((each) => this.#sharedWith(each))
    shared.push(this.#sharedWith(newcomer))
    const least = Math.min(...shared)
    if (Math.max(...shared) > least) return least + 1
    // They part nowhere, but a wide bucket may have room for all of them.
    return shared.length <= (this.#config.widths[least] ?? 0) ? least + 1 : undefined
  }

  /**
   * Splits our own bucket until its index is `depth`. Each split leaves behind the contacts that
   * share no more bits with us.
   */
  splitTo(depth: number): void {
    const parent = this.all.pop()!
    for (let { index } = parent; index <= depth; index++) {
      this.all.push(newBucket(index, parent))
    }
    const { members, waiting, checking, checkingSince, suspect } = parent
    for (const each of members.entries) this.bucketWith(each).members.add(each)
    for (const each of waiting.entries) {
      const limits = { conflicting: undefined, most: Infinity, hasRoom: false }
      this.bucketWith(each).waiting.hold(each, limits)
    }
    if (checking !== undefined)
      Object.assign(this.bucketWith(checking), { checking, checkingSince })
    if (suspect !== undefined) this.bucketWith(suspect).suspect = suspect
  }

  /** How many bits a contact shares with us. Mostly the head of its id is enough. */
  #sharedWith({ head, contact }: TableEntry<C>): number {
    const shared = sharedInHead(distanceOfHeads(head, idHead(this.self)))
    return shared < 32 ? shared : commonPrefixLength(contact.id, this.self)
  }

  /** Our own bucket is never wide: a crowded wide bucket could not be split any more. */
  #capacity(index: number): number {
    const { widths, k } = this.#config
    // Reading past the end of an array is slow, and most buckets are beyond the list.
    return index < this.depth && index < widths.length ? widths[index]! : k
  }
}

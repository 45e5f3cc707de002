// The row of buckets, far to near. Bucket i holds contacts that share exactly i bits with our own
// id; the last one, our own bucket, holds those that share at least as many bits as its index.
// Together they cover the id space without gap or overlap, whatever is split.
// Only our own bucket splits, and buckets never merge. Knows ids and sizes; not time, not standing.

import { commonPrefixLength, type Id, type Identified, Prefix } from '@dht/id'
import { type Bucket, newBucket } from './bucket.ts'
import type { Entry } from './entry.ts'
import type { RoutingTableConfig } from './options.ts'

/** Room for a newcomer, and what it takes to make it. */
export interface Site<C extends Identified> {
  /** Index of our own bucket once there is room; more than now: it has to split. */
  readonly depth: number
  /** The members of the bucket that the newcomer would then join. */
  readonly neighbours: readonly Entry<C>[]
}

export class Spine<C extends Identified> {
  readonly buckets: Bucket<C>[] = [newBucket(0)]
  readonly self: Id
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
    return this.buckets[Math.min(commonPrefixLength(this.self, id), this.depth)]!
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
   * Where a newcomer to `bucket` would find room once `leaving` is gone; undefined when nothing
   * makes room. Changes nothing, so a newcomer refused for another reason leaves no trace.
   */
  siteIn(bucket: Bucket<C>, id: Id, leaving?: Entry<C>): Site<C> | undefined {
    const neighbours = bucket.members
    const freed = leaving !== undefined && neighbours.includes(leaving) ? 1 : 0
    if (neighbours.length - freed < this.#capacity(bucket.index)) {
      return { depth: this.depth, neighbours }
    }
    return bucket.index === this.depth ? this.#siteBySplitting(id, neighbours) : undefined
  }

  /**
   * Splits our own bucket until its index is `depth`. Each split leaves behind the contacts that
   * share no more bits with us, and halves what is left of the space.
   */
  splitTo(depth: number): void {
    const parent = this.buckets.pop()!
    for (let index = parent.index; index <= depth; index++) {
      this.buckets.push(newBucket(index, parent))
    }
    for (const each of parent.members) this.bucketOf(each.contact.id).members.push(each)
    for (const each of parent.candidates) this.bucketOf(each.contact.id).candidates.push(each)
    if (parent.checking !== undefined) {
      this.bucketOf(parent.checking.contact.id).checking = parent.checking
    }
  }

  #siteBySplitting(id: Id, members: readonly Entry<C>[]): Site<C> | undefined {
    const newcomer = commonPrefixLength(this.self, id)
    const shared = members.map(({ contact }) => commonPrefixLength(this.self, contact.id))
    const all = [...shared, newcomer]
    for (let depth = this.depth + 1; ; depth++) {
      const leftBehind = all.filter((bits) => bits === depth - 1).length
      if (leftBehind > this.#capacity(depth - 1)) return undefined
      const carriedOn = all.filter((bits) => bits >= depth).length
      if (carriedOn > this.#capacity(depth)) continue
      const index = Math.min(newcomer, depth)
      const neighbours = members.filter((_, i) => Math.min(shared[i]!, depth) === index)
      return { depth, neighbours }
    }
  }

  #capacity(index: number): number {
    return this.#config.widths[index] ?? this.#config.k
  }
}

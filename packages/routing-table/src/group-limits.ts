// Limits how many members may share a key, such as an address or a subnet, so that one owner of
// many nodes can't fill a table. A limit applies only while at least k members with other keys are
// known, so that a network behind one address works too. A member above a limit is surplus: it
// leaves when the limit applies, or when its full bucket needs its place. A member within its
// limits never leaves for these reasons.

import type { Identified } from '@dht/id'
import type { Bucket } from './bucket.ts'
import type { GroupKey, TableEntry } from './table-entry.ts'

/** How many members may share a key. */
export interface GroupLimit<C> {
  /** The key of a contact, which must never change; undefined: no limit. Asked once. */
  readonly keyOf: (contact: C) => GroupKey | undefined
  /** Most members of one bucket with the same key; absent: no limit. */
  readonly perBucket?: number
  /** Most members of the table with the same key; absent: no limit. */
  readonly perTable?: number
}

/** A contact that would join, or a member that would stay. */
export interface Candidacy<C extends Identified> {
  readonly bucket: Bucket<C>
  readonly entry: TableEntry<C>
  /** The member that would leave; for a member that would stay, itself. */
  readonly leaving: TableEntry<C> | undefined
}

export class GroupLimits<C extends Identified> {
  readonly #limits: readonly GroupLimit<C>[]
  /** A limit applies while at least this many members with other keys are known. */
  readonly #enough: number
  /** For each limit, how many members of the table have a key. */
  readonly #totals: readonly Map<GroupKey, number>[]
  readonly #surplus = new Set<TableEntry<C>>()
  #size = 0

  constructor({ limits, k }: { readonly limits: readonly GroupLimit<C>[]; readonly k: number }) {
    this.#limits = limits
    this.#enough = k
    this.#totals = limits.map(() => new Map<GroupKey, number>())
  }

  /** Members above a limit, in the order in which they joined. */
  get surplus(): Iterable<TableEntry<C>> {
    return this.#surplus
  }

  /** Whether every limit allows it, or too few members with other keys are known. */
  allows(candidacy: Candidacy<C>): boolean {
    return this.exceeded(candidacy, this.#enough) === undefined
  }

  /** Whether every limit would allow it even if enough members with other keys were known. */
  fits(candidacy: Candidacy<C>): boolean {
    return this.exceeded(candidacy, 0) === undefined
  }

  /**
   * The first limit that does not allow it; undefined: all do.
   *
   * @param enough - a limit applies while at least this many members with other keys are known
   */
  exceeded(
    { bucket, entry, leaving }: Candidacy<C>,
    enough: number = this.#enough,
  ): number | undefined {
    for (let at = 0; at < this.#limits.length; at++) {
      const key = this.#keysOf(entry)[at]
      if (key === undefined) continue
      const freed = leaving !== undefined && this.hasKeyOf(leaving, entry, at) ? 1 : 0
      const total = (this.#totals[at]!.get(key) ?? 0) - freed
      // The member that leaves is one of the others, unless it has this key.
      const others = this.#size - (leaving === undefined ? 0 : 1) - total
      if (others < enough) continue
      const { perBucket = Infinity, perTable = Infinity } = this.#limits[at]!
      if (total >= perTable) return at
      // A bucket has no more members with this key than the table has.
      if (total < perBucket) continue
      let here = 0
      for (const each of bucket.members.entries) {
        if (each !== leaving && this.hasKeyOf(each, entry, at)) here++
      }
      if (here >= perBucket) return at
    }
    return undefined
  }

  /** Whether two contacts have the same key under a limit. */
  hasKeyOf(one: TableEntry<C>, other: TableEntry<C>, limit: number): boolean {
    return this.#keysOf(one)[limit] === this.#keysOf(other)[limit]
  }

  /** `entry` joins `bucket`; it is no member yet. */
  joined(bucket: Bucket<C>, entry: TableEntry<C>): void {
    if (!this.fits({ bucket, entry, leaving: undefined })) this.#surplus.add(entry)
    this.#count(entry, 1)
  }

  /** `entry` has left. */
  left(entry: TableEntry<C>): void {
    this.#surplus.delete(entry)
    this.#count(entry, -1)
  }

  #count(entry: TableEntry<C>, by: 1 | -1): void {
    this.#size += by
    this.#keysOf(entry).forEach((key, at) => {
      if (key === undefined) return
      const count = (this.#totals[at]!.get(key) ?? 0) + by
      if (count === 0) this.#totals[at]!.delete(key)
      else this.#totals[at]!.set(key, count)
    })
  }

  #keysOf(entry: TableEntry<C>): readonly (GroupKey | undefined)[] {
    entry.keys ??= this.#limits.map(({ keyOf }) => keyOf(entry.contact))
    return entry.keys
  }
}

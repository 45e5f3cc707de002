// Which contacts are members, and what must agree with that: the number of members, the index of
// addresses, the counts of the limits and those of the admission rule. Members join and leave only
// through this file. It also finds the place that a newcomer could take. Whether the newcomer may
// take it is decided in evidence.ts.

import type { Identified } from '@dht/id'
import { type Bucket, hasBadMember, weakestMember } from './bucket.ts'
import type { BucketList } from './bucket-list.ts'
import type { CheckSchedule } from './check-schedule.ts'
import { GroupLimits } from './group-limits.ts'
import type { RoutingTableConfig } from './options.ts'
import type { RefreshSchedule } from './refresh-schedule.ts'
import { isBad } from './standing.ts'
import type { TableEntry } from './table-entry.ts'

/**
 * The place for a newcomer: the member that it would replace, or one of these.
 *
 * - `room`: there is room, if need be after a split of our own bucket
 * - `wait`: it has to wait
 * - `address`: it would have to replace two members, one of which, a bad one, has its address; that
 *   is not done
 */
export type Placement<C extends Identified> = TableEntry<C> | 'room' | 'wait' | 'address'

/** The members that a newcomer would have to replace in any case. */
export interface Conflicts<C extends Identified> {
  /** The member with its id, at another address. */
  readonly sameId: TableEntry<C> | undefined
  /** The member at its address, which is bad. */
  readonly sameAddress: TableEntry<C> | undefined
}

export class Membership<C extends Identified> {
  readonly #config: RoutingTableConfig<C>
  readonly #buckets: BucketList<C>
  readonly #checks: CheckSchedule<C>
  readonly #refreshes: RefreshSchedule<C>
  /** The member at each address, in a table with the option `addressOf`. */
  readonly #atAddress = new Map<string, TableEntry<C>>()
  readonly #limits: GroupLimits<C>
  #size = 0

  constructor(
    config: RoutingTableConfig<C>,
    parts: {
      readonly buckets: BucketList<C>
      readonly checks: CheckSchedule<C>
      readonly refreshes: RefreshSchedule<C>
    },
  ) {
    this.#config = config
    this.#buckets = parts.buckets
    this.#checks = parts.checks
    this.#refreshes = parts.refreshes
    this.#limits = new GroupLimits(config)
  }

  get size(): number {
    return this.#size
  }

  /** The member with the address of `entry`: `entry` itself, if it is a member. */
  memberAtAddressOf(entry: TableEntry<C>): TableEntry<C> | undefined {
    return entry.address === undefined ? undefined : this.#atAddress.get(entry.address)
  }

  /**
   * Whether the limits and the admission rule let `newcomer` join `bucket` after `leaving` has
   * left.
   */
  admits(bucket: Bucket<C>, newcomer: TableEntry<C>, leaving: TableEntry<C> | undefined): boolean {
    if (!this.#limits.allows({ bucket, entry: newcomer, leaving })) return false
    const { admission } = this.#config
    if (admission === undefined) return true
    const context = { members: bucket.members.entries, leaving: leaving?.contact }
    return admission.admits(newcomer.contact, context)
  }

  /**
   * The place that `newcomer` may take once it has responded: that of the bad member with its id or
   * its address, or else a free one, or else that of the weakest member, if one is bad.
   */
  placementFor(
    bucket: Bucket<C>,
    newcomer: TableEntry<C>,
    { sameId, sameAddress }: Conflicts<C>,
  ): Placement<C> {
    if (sameId !== undefined) {
      if (!isBad(sameId, this.#config)) return 'wait'
      return sameAddress === undefined ? sameId : 'address'
    }
    if (sameAddress !== undefined && bucket.members.entries.includes(sameAddress)) {
      return sameAddress
    }
    if (this.#buckets.depthWithRoomFor(bucket, newcomer) !== undefined) return sameAddress ?? 'room'
    if (sameAddress !== undefined) return 'address'
    if (!hasBadMember(bucket, this.#config.badAfter)) return 'wait'
    return weakestMember(bucket, this.#buckets.self)
  }

  /**
   * The member that a preferred newcomer may replace in a full bucket without bad members: the one
   * not seen for longest of those that are not preferred. Undefined: there is none.
   */
  lessPreferred(bucket: Bucket<C>, newcomer: TableEntry<C>): TableEntry<C> | undefined {
    if (!this.isPreferred(newcomer)) return undefined
    return bucket.members.entries.find((member) => !this.isPreferred(member))
  }

  /**
   * The member above a limit that a newcomer within all limits may replace in a full bucket without
   * bad members: the one that joined first. Undefined: there is none.
   */
  surplusIn(bucket: Bucket<C>, newcomer: TableEntry<C>): TableEntry<C> | undefined {
    for (const entry of this.#limits.surplus) {
      if (this.#buckets.bucketOfEntry(entry) !== bucket) continue
      if (this.#limits.fits({ bucket, entry, leaving: entry })) continue
      if (this.#limits.fits({ bucket, entry: newcomer, leaving: entry })) return entry
    }
    return undefined
  }

  /**
   * The bad member in the place of which a limit lets `newcomer` join `bucket`. A host that came
   * back under another id at another port has such a member. Undefined: there is none.
   *
   * @param hasRoom - whether the bucket has room without it
   */
  badOfItsGroup(
    bucket: Bucket<C>,
    newcomer: TableEntry<C>,
    hasRoom: boolean,
  ): TableEntry<C> | undefined {
    const limit = this.#limits.exceeded({ bucket, entry: newcomer, leaving: undefined })
    if (limit === undefined) return undefined
    for (const { members } of hasRoom ? this.#buckets.all : [bucket]) {
      const found = members.entries.find((member) => {
        if (!isBad(member, this.#config)) return false
        if (!this.#limits.hasKeyOf(member, newcomer, limit)) return false
        return this.admits(bucket, newcomer, member)
      })
      if (found !== undefined) return found
    }
    return undefined
  }

  /** Whether the option prefers the contact; it is asked once. */
  isPreferred(entry: TableEntry<C>): boolean {
    entry.isPreferred ??= this.#config.isPreferred?.(entry.contact) ?? false
    return entry.isPreferred
  }

  /**
   * Makes `newcomer` a member. The member that it replaces, if any, leaves. A newcomer that finds
   * room is one more by which a limit may hold; then a member above that limit gives way.
   *
   * @returns the member that gave way
   */
  admit(placement: TableEntry<C> | 'room', newcomer: TableEntry<C>): TableEntry<C> | undefined {
    if (placement !== 'room') this.remove(this.#buckets.bucketOfEntry(placement), placement)
    const before = this.#buckets.depth
    const depth = this.#buckets.depthWithRoomFor(this.#buckets.bucketOfEntry(newcomer), newcomer)!
    if (depth > before) {
      this.#buckets.splitTo(depth)
      for (const each of this.#buckets.all.slice(before)) this.#checks.invalidate(each)
    }
    const bucket = this.#buckets.bucketOfEntry(newcomer)
    // It has responded, so waiting contacts that claim its id or its address were wrong.
    bucket.waiting.removeConflicting(newcomer)
    this.#limits.joined(bucket, newcomer)
    bucket.members.add(newcomer)
    if (newcomer.failures > 0) bucket.mayHaveBad = true
    if (newcomer.address !== undefined) this.#atAddress.set(newcomer.address, newcomer)
    this.#checks.memberSeen(bucket, newcomer)
    // One more live member may part a span of buckets, and a part may be due earlier.
    this.#refreshes.invalidate()
    this.#config.admission?.joined(newcomer.contact)
    this.#size++
    return placement === 'room' ? this.#giveWay() : undefined
  }

  /** Ends the membership of `member` of `bucket`. */
  remove(bucket: Bucket<C>, member: TableEntry<C>): void {
    bucket.members.remove(member)
    if (bucket.requestedCheck === member) bucket.requestedCheck = undefined
    if (member.address !== undefined) this.#atAddress.delete(member.address)
    this.#config.admission?.left(member.contact)
    this.#limits.left(member)
    this.#size--
    this.#checks.invalidate(bucket)
    this.#refreshes.invalidate()
  }

  /** Ends the membership of the first member above a limit that holds by now. */
  #giveWay(): TableEntry<C> | undefined {
    for (const entry of this.#limits.surplus) {
      const bucket = this.#buckets.bucketOfEntry(entry)
      if (this.#limits.allows({ bucket, entry, leaving: entry })) continue
      this.remove(bucket, entry)
      return entry
    }
    return undefined
  }
}

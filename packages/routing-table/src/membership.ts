// Who is a member, and what must never disagree with that: the count, and the admission rule's own
// count. Members join and leave through here and nowhere else.
// It also knows whose seat a newcomer might take; whether that has earned it is decided elsewhere.

import type { Identified } from '@dht/id'
import { Addresses } from './addresses.ts'
import { type Bucket, hasBadMember, weakestMember } from './bucket.ts'
import type { CheckSchedule } from './check-schedule.ts'
import type { Entry } from './entry.ts'
import type { RoutingTableConfig } from './options.ts'
import type { RefreshSchedule } from './refresh-schedule.ts'
import type { Spine } from './spine.ts'
import { isBad } from './standing.ts'

/**
 * A seat for a newcomer: a member who would leave, or one of these.
 *
 * - `free`: there is room, after splitting our own bucket if need be
 * - `none`: it has to wait
 * - `address`: its address belongs to a bad member still, and to take over from two members at once
 *   is not on offer
 */
export type Seat<C extends Identified> = Entry<C> | 'free' | 'none' | 'address'

/** The members that a newcomer would have to take the place of, whoever else leaves. */
export interface Rivals<C extends Identified> {
  readonly incumbent: Entry<C> | undefined
  readonly occupant: Entry<C> | undefined
}

export class Membership<C extends Identified> {
  readonly #config: RoutingTableConfig<C>
  readonly #spine: Spine<C>
  readonly #checks: CheckSchedule<C>
  readonly #refreshes: RefreshSchedule<C>
  readonly #addresses = new Addresses<C>()
  #size = 0

  constructor(
    config: RoutingTableConfig<C>,
    rooms: {
      readonly spine: Spine<C>
      readonly checks: CheckSchedule<C>
      readonly refreshes: RefreshSchedule<C>
    },
  ) {
    this.#config = config
    this.#spine = rooms.spine
    this.#checks = rooms.checks
    this.#refreshes = rooms.refreshes
  }

  get size(): number {
    return this.#size
  }

  /** The member that lives where `entry` does: itself, if it is one. */
  neighbourOf(entry: Entry<C>): Entry<C> | undefined {
    return this.#addresses.neighbourOf(entry)
  }

  /** Whether the admission rule lets `newcomer` join `bucket`, with `leaving` gone. */
  admits(bucket: Bucket<C>, newcomer: Entry<C>, leaving: Entry<C> | undefined): boolean {
    const { admission } = this.#config
    if (admission === undefined) return true
    const place = { neighbours: bucket.members.entries, leaving: leaving?.contact }
    return admission.admits(newcomer.contact, place)
  }

  /**
   * The seat that `newcomer` may take once it has answered: that of the bad member with its id or
   * its address, or else a free one, or else that of the weakest member, if that is bad.
   *
   * @param rivals - the member of the same id at another address, and that of the same address,
   *   which is bad
   */
  seatFor(bucket: Bucket<C>, newcomer: Entry<C>, rivals: Rivals<C>): Seat<C> {
    const { incumbent, occupant } = rivals
    const { badAfter } = this.#config
    if (incumbent !== undefined) {
      if (!isBad(incumbent, this.#config)) return 'none'
      return occupant === undefined ? incumbent : 'address'
    }
    if (occupant !== undefined && bucket.members.entries.includes(occupant)) return occupant
    if (this.#spine.depthFor(bucket, newcomer) !== undefined) return occupant ?? 'free'
    if (occupant !== undefined) return 'address'
    if (!hasBadMember(bucket, badAfter)) return 'none'
    return weakestMember(bucket, this.#spine.self) ?? 'none'
  }

  /** Makes `newcomer` a member on that seat; whoever sat there leaves. */
  take(seat: Entry<C> | 'free', newcomer: Entry<C>): void {
    if (seat !== 'free') this.leave(seat)
    const before = this.#spine.depth
    const depth = this.#spine.depthFor(this.#spine.homeOf(newcomer), newcomer)!
    if (depth > before) {
      this.#spine.splitTo(depth)
      for (const each of this.#spine.buckets.slice(before)) this.#checks.reconsider(each)
      this.#refreshes.reconsider()
    }
    const bucket = this.#spine.homeOf(newcomer)
    // Whoever claims its id or its address from elsewhere has lost.
    bucket.candidates.dropRivals(newcomer)
    bucket.members.add(newcomer)
    this.#addresses.add(newcomer)
    this.#checks.expect(bucket, newcomer)
    this.#refreshes.expect(newcomer)
    this.#config.admission?.joined(newcomer.contact)
    this.#size++
  }

  /** Makes `member` a member no longer. */
  leave(member: Entry<C>): void {
    const bucket = this.#spine.homeOf(member)
    bucket.members.remove(member)
    if (bucket.suspect === member) bucket.suspect = undefined
    this.#addresses.remove(member)
    this.#config.admission?.left(member.contact)
    this.#size--
    this.#checks.reconsider(bucket)
    this.#refreshes.reconsider()
  }
}

// The table itself: what it is told of contacts, and what it answers.
// `hear` (it queried us), `confirm` (it answered us), `doubt` (it did not) and `respondedLate` (it
// did after all) are the only ways in for evidence; all else reads, or hands out work that is due.
// Nothing here waits, emits or draws.
// The table never pings: it says whom to ping, and is told how that went.

import { type Id, type Identified, idFromBytes, idsEqual, type RandomSource } from '@dht/id'
import { idOf, requireCount, requireFunction, requireInstant } from './arguments.ts'
import { type Bucket, nearestBad } from './bucket.ts'
import { CheckSchedule } from './check-schedule.ts'
import { closest } from './closest.ts'
import {
  type Entry,
  type Evidence,
  findEntry,
  forgiveOne,
  isSameContact,
  newEntry,
  note,
} from './entry.ts'
import type { Doubt, Insertion } from './insertion.ts'
import { Membership } from './membership.ts'
import {
  type RoutingTableConfig,
  type RoutingTableOptions,
  resolveRoutingTableOptions,
} from './options.ts'
import { type Refresh, RefreshSchedule } from './refresh-schedule.ts'
import { snapshot, type TableSnapshot } from './snapshot.ts'
import { Spine } from './spine.ts'
import { isBad, type Standing, standingOf } from './standing.ts'

/** Nearly every answer is one of these two, so they are made once. */
const HELD = Object.freeze({ kind: 'held' as const })
const REFRESHED = Object.freeze({ kind: 'refreshed' as const })

/**
 * A Kademlia routing table: contacts by the bits that their ids share with our own.
 *
 * Bounded: at most k members and `cacheSize` candidates per bucket, and as many buckets as ids have
 * bits. Ids of another width than our own are refused with an IdLengthError wherever they appear,
 * instants and counts that are no numbers with a RoutingTableArgumentError.
 *
 * @see Kademlia paper, §2.2, §2.4 and §4.1; BEP 5, "Routing Table"
 */
export class RoutingTable<C extends Identified> {
  /** Our own id, which is never a member. */
  readonly self: Id
  readonly #config: RoutingTableConfig<C>
  readonly #spine: Spine<C>
  readonly #checks: CheckSchedule<C>
  readonly #refreshes: RefreshSchedule<C>
  readonly #membership: Membership<C>

  /** @throws {RoutingTableOptionError} when an option is unknown or outside its bounds */
  constructor(self: Id, options: RoutingTableOptions<C> = {}) {
    this.#config = resolveRoutingTableOptions(options)
    this.self = idFromBytes(self)
    this.#spine = new Spine(this.self, this.#config)
    this.#checks = new CheckSchedule(this.#spine, this.#config)
    this.#refreshes = new RefreshSchedule(this.#spine, this.#config)
    this.#membership = new Membership(this.#config, {
      spine: this.#spine,
      checks: this.#checks,
      refreshes: this.#refreshes,
    })
  }

  /** How many members there are. */
  get size(): number {
    return this.#membership.size
  }

  /**
   * A query came from `contact`. It proves nothing: anybody can send one in another's name.
   *
   * A stranger is held as a candidate, never added. A member that has ever answered is seen `now`.
   *
   * @param now - this instant, ms, monotonic
   * @throws {IdLengthError} when its id is of another width than our own
   */
  queried(contact: C, now: number): Insertion<C> {
    return this.#learn(contact, 'query', now)
  }

  /**
   * `contact` answered a query of ours, from this address and under this id. Its failures are
   * forgotten; a stranger is added where there is room, or a bad member to replace, or else held.
   *
   * @param now - this instant, ms, monotonic
   * @throws {IdLengthError} when its id is of another width than our own
   */
  responded(contact: C, now: number): Insertion<C> {
    return this.#learn(contact, 'answer', now)
  }

  /**
   * A query of ours to `contact` failed. A member that has become bad gives way to a candidate that
   * is good, if there is one; else it stays. A candidate is forgotten.
   *
   * @param now - this instant, ms, monotonic
   * @throws {IdLengthError} when its id is of another width than our own
   */
  failed(contact: C, now: number): Doubt<C> {
    const id = idOf(contact)
    requireInstant(now)
    const bucket = this.#spine.bucketOf(id)
    const address = this.#addressOf(contact)
    this.#checks.settle(bucket, id, address)
    const { members, candidates } = bucket
    const member = members.find(id)
    if (member !== undefined && member.address === address) {
      member.failures++
      bucket.mayHaveBad = true
      this.#checks.reconsider(bucket)
      const standing = standingOf(member, this.#config, now)
      if (standing !== 'bad') return { kind: 'doubted', standing }
      this.#refreshes.reconsider()
      return this.#succeed(bucket, now) ?? { kind: 'doubted', standing }
    }
    const candidate = candidates.entries.find((each) => isSameContact(each, id, address))
    if (candidate === undefined) return { kind: 'unknown' }
    candidates.remove(candidate)
    return { kind: 'dropped' }
  }

  /**
   * `contact` answered a query of ours that was reported as failed: it is verified as by `confirm`,
   * but of a member only that one failure is taken back. An answer in time since then has forgiven
   * it already.
   *
   * @param failedAt - the instant at which `doubt` was called for that query, ms
   * @param now - this instant, ms, monotonic
   * @throws {IdLengthError} when its id is of another width than our own
   */
  respondedLate(contact: C, failedAt: number, now: number): Insertion<C> {
    const id = idOf(contact)
    const bucket = this.#spine.bucketOf(id)
    const member = bucket.members.find(id)
    const isMember = member !== undefined && member.address === this.#addressOf(contact)
    if (isMember) forgiveOne(member, failedAt)
    return this.#learn(contact, 'late answer', now)
  }

  /** Forgets the member and the candidate of this id; false: there was neither. */
  forget(id: Id): boolean {
    const { members, candidates } = this.#spine.bucketOf(id)
    const member = members.find(id)
    const candidate = findEntry(candidates.entries, id)
    if (candidate !== undefined) candidates.remove(candidate)
    if (member !== undefined) this.#membership.leave(member)
    return (member ?? candidate) !== undefined
  }

  /**
   * The members nearest to `target`, nearest first: exactly, by distance alone, without bad ones.
   *
   * @param count - most members to return, a whole number; 0 or less: none; Infinity: all
   * @param options.exclude - an id to leave out before the cut to `count`, such as the requester's
   * @param options.includeBad - whether bad members count too; what is left after an outage
   * @param options.verifiedOnly - whether restored members that have not answered since are left
   *   out; for what is told to others
   * @returns a fresh array
   * @throws {IdLengthError} when `target` or `exclude` is of another width than our own id
   */
  closest(target: Id, count: number, options: ClosestOptions = {}): C[] {
    requireCount(count)
    const { exclude, includeBad = false, verifiedOnly = false } = options
    return closest(this.#spine.buckets, {
      self: this.self,
      target,
      count: Math.floor(count),
      badAfter: includeBad ? Number.POSITIVE_INFINITY : this.#config.badAfter,
      verifiedOnly,
      exclude,
    })
  }

  /**
   * The bad member nearest to `target`, to be asked whether it is back: checks leave bad ones
   * alone. Undefined: none is bad.
   *
   * @throws {IdLengthError} when `target` is of another width than our own id
   */
  nearestBad(target: Id): C | undefined {
    const { buckets } = this.#spine
    const { badAfter } = this.#config
    // Who lives where the target would is nearer to it than anybody else.
    const near = nearestBad([this.#spine.bucketOf(target)], target, badAfter)
    return (near ?? nearestBad(buckets, target, badAfter))?.contact
  }

  /** The standing of the member of this id at this instant; undefined: there is none. */
  standing(id: Id, now: number): Standing | undefined {
    requireInstant(now)
    const member = this.#memberOf(id)
    return member === undefined ? undefined : standingOf(member, this.#config, now)
  }

  /** The member of this id. */
  get(id: Id): C | undefined {
    return this.#memberOf(id)?.contact
  }

  /** Whether no member can be relied on: there is none, or all are bad. */
  get hasNoLiveContacts(): boolean {
    const { badAfter } = this.#config
    return this.#spine.buckets.every(({ members, mayHaveBad }) => {
      if (!mayHaveBad) return members.size === 0
      return members.entries.every(({ failures }) => failures >= badAfter)
    })
  }

  /** All members as they are now, from our own bucket outwards. */
  members(): IterableIterator<C> {
    const buckets = this.#spine.outwards()
    return buckets.flatMap(({ members }) => members.entries.map(({ contact }) => contact)).values()
  }

  /**
   * The next contact worth a ping; report the outcome by `confirm` or `doubt`. Call it until it
   * returns undefined. In each bucket at most one such check is in flight.
   */
  takeCheck(now: number): C | undefined {
    requireInstant(now)
    return this.#checks.take(now)
  }

  /** `takeCheck` has nothing before this instant; undefined: before something happens. */
  nextCheckAt(): number | undefined {
    return this.#checks.nextAt()
  }

  /**
   * The prefix that has been quiet for longest, if for `refreshAfterMs`, and a random id inside, to
   * look up. It counts as refreshed from now on. A table just made has all its refreshes due.
   */
  takeRefresh(now: number, random: RandomSource): Refresh | undefined {
    requireInstant(now)
    requireFunction('random', random)
    return this.#refreshes.take(now, random)
  }

  /** `takeRefresh` has nothing before this instant; -Infinity: a prefix was never refreshed. */
  nextRefreshAt(): number {
    return this.#refreshes.nextAt()
  }

  /**
   * Takes in contacts of an earlier life, as members that have never answered: questionable until
   * they do. What does not fit (no room, own or double id or address, wrong width, policy) is left.
   *
   * @returns how many were taken
   */
  restore(contacts: Iterable<C>): number {
    const before = this.size
    for (const contact of contacts) {
      const id = idOf(contact)
      if (id.length !== this.self.length || idsEqual(id, this.self)) continue
      const bucket = this.#spine.bucketOf(id)
      const entry = newEntry(contact, this.#addressOf(contact), id)
      const isTaken = bucket.members.find(id) ?? this.#membership.neighbourOf(entry)
      if (isTaken !== undefined || !this.#membership.admits(bucket, entry, undefined)) continue
      if (this.#spine.depthFor(bucket, entry) === undefined) continue
      this.#membership.take('free', entry)
      this.#spine.bucketOf(id).mayHaveUnverified = true
    }
    return this.size - before
  }

  /** The whole state as plain data that never changes afterwards. */
  snapshot(): TableSnapshot<C> {
    return snapshot(this.self, this.#spine)
  }

  #addressOf(contact: C): string | undefined {
    return this.#config.addressOf?.(contact)
  }

  #memberOf(id: Id): Entry<C> | undefined {
    return this.#spine.bucketOf(id).members.find(id)
  }

  #learn(contact: C, evidence: Evidence, now: number): Insertion<C> {
    requireInstant(now)
    const id = idOf(contact)
    const bucket = this.#spine.bucketOf(id)
    if (idsEqual(id, this.self)) return { kind: 'refused', reason: 'self' }
    const address = this.#addressOf(contact)
    const isOutcome = evidence === 'answer' && this.#checks.settle(bucket, id, address)
    const member = bucket.members.find(id)
    if (member !== undefined && member.address === address) {
      note(member, contact, evidence, now)
      bucket.members.renew(member)
      // Whoever claims its id from elsewhere is refuted by its answer.
      if (evidence !== 'query') {
        bucket.candidates.dropRivals(member)
        this.#checks.expect(bucket, member)
        if (isOutcome) this.#checks.reconsider(bucket)
        this.#refreshes.expect(member)
      }
      if (evidence !== 'answer' && standingOf(member, this.#config, now) !== 'good') {
        this.#checks.suspect(bucket, member)
      }
      return REFRESHED
    }
    const stranger = newEntry(contact, address, id)
    const rival = bucket.candidates.rivalOf(stranger)
    const isKnown = rival !== undefined && isSameContact(rival, id, address)
    const newcomer = isKnown ? rival : stranger
    const occupant = this.#membership.neighbourOf(newcomer)
    if (occupant !== undefined && !isBad(occupant, this.#config)) {
      bucket.candidates.remove(newcomer)
      this.#checks.suspect(this.#spine.homeOf(occupant), occupant)
      return { kind: 'refused', reason: 'address' }
    }
    note(newcomer, contact, evidence, now)
    const seat = this.#membership.seatFor(bucket, newcomer, { incumbent: member, occupant })
    const leaving = typeof seat === 'string' ? undefined : seat
    if (seat === 'address' || !this.#membership.admits(bucket, newcomer, leaving ?? member)) {
      // A refusal ends the wait: whoever was checked has now been decided on.
      bucket.candidates.remove(newcomer)
      return { kind: 'refused', reason: seat === 'address' ? seat : 'policy' }
    }
    if (evidence !== 'query' && seat !== 'none') {
      this.#membership.take(seat, newcomer)
      return leaving === undefined
        ? { kind: 'added' }
        : { kind: 'replaced', evicted: leaving.contact }
    }
    const limits = { rival, most: this.#config.cacheSize, hasRoom: seat === 'free' }
    const reason = bucket.candidates.hold(newcomer, limits)
    // Where neither seat nor incumbent is in question, one more candidate wants no other check.
    const isNews = seat !== 'none' || member !== undefined || bucket.candidates.size === 1
    if (reason === undefined) bucket.heardAt = now
    if (isNews) this.#checks.reconsider(bucket)
    return reason === undefined ? HELD : { kind: 'refused', reason }
  }

  /** Lets the newest good candidate that may do so take over from a bad member of `bucket`. */
  #succeed(bucket: Bucket<C>, now: number): Doubt<C> | undefined {
    for (const candidate of bucket.candidates.entries.toReversed()) {
      if (standingOf(candidate, this.#config, now) !== 'good') continue
      const incumbent = bucket.members.namesakeOf(candidate)
      const occupant = this.#membership.neighbourOf(candidate)
      // Its address may have gone to a member elsewhere since.
      if (occupant !== undefined && !isBad(occupant, this.#config)) continue
      const seat = this.#membership.seatFor(bucket, candidate, { incumbent, occupant })
      if (typeof seat === 'string') continue
      if (!this.#membership.admits(bucket, candidate, seat)) continue
      this.#membership.take(seat, candidate)
      return { kind: 'replaced', evicted: seat.contact, by: candidate.contact }
    }
    return undefined
  }
}

/** Who is left out of the nearest members before the cut. */
interface ClosestOptions {
  readonly exclude?: Id
  readonly includeBad?: boolean
  readonly verifiedOnly?: boolean
}

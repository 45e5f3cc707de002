// The table itself: what it is told of contacts, and what it answers.
// `hear` (it queried us), `confirm` (it answered us) and `doubt` (it did not) are the only ways in
// for evidence; all else reads, or hands out work that is due. Nothing here waits, emits or draws.
// The table never pings: it says whom to ping, and is told how that went.

import { type Id, type Identified, idFromBytes, idsEqual, type RandomSource } from '@dht/id'
import { type Bucket, worstMember } from './bucket.ts'
import { CheckSchedule } from './check-schedule.ts'
import { closest } from './closest.ts'
import {
  type Entry,
  type Evidence,
  findEntry,
  isSameContact,
  newEntry,
  note,
  removeEntry,
} from './entry.ts'
import type { Doubt, Insertion } from './insertion.ts'
import { Membership } from './membership.ts'
import {
  type RoutingTableConfig,
  type RoutingTableOptions,
  resolveRoutingTableOptions,
} from './options.ts'
import { type Refresh, RefreshSchedule } from './refresh-schedule.ts'
import { dropRivals, hold } from './replacement-cache.ts'
import { snapshot, type TableSnapshot } from './snapshot.ts'
import { Spine } from './spine.ts'
import { isBad, type Standing, standingOf } from './standing.ts'

/** A contact that is no member, and what is known of its like. */
interface Claim<C extends Identified> {
  readonly newcomer: Entry<C>
  /** The member of the same id, which lives at another address. */
  readonly incumbent: Entry<C> | undefined
  /** What the contact did just now. */
  readonly evidence: Evidence
}

/** A place for a newcomer: how deep our own bucket has to be, and who has to leave. */
interface Seat<C extends Identified> {
  readonly depth: number
  readonly leaving: Entry<C> | undefined
}

/**
 * A Kademlia routing table: contacts by the bits that their ids share with our own.
 *
 * Bounded: at most k members and `cacheSize` candidates per bucket, and as many buckets as ids have
 * bits. Ids of another width than our own are refused with an IdLengthError wherever they appear.
 *
 * @see Kademlia paper, §2.2, §2.4 and §4.1; BEP 5, "Routing Table"
 */
export class RoutingTable<C extends Identified> {
  /** Our own id, which is never a member. */
  readonly self: Id
  readonly #config: RoutingTableConfig<C>
  readonly #spine: Spine<C>
  readonly #membership: Membership<C>
  readonly #checks: CheckSchedule<C>
  readonly #refreshes: RefreshSchedule<C>

  /** @throws {RoutingTableOptionError} when an option is unknown or outside its bounds */
  constructor(self: Id, options: RoutingTableOptions<C> = {}) {
    this.#config = resolveRoutingTableOptions(options)
    this.self = idFromBytes(self)
    this.#spine = new Spine(this.self, this.#config)
    this.#membership = new Membership(this.#config)
    this.#checks = new CheckSchedule(this.#spine, this.#config)
    this.#refreshes = new RefreshSchedule(this.#spine, this.#config)
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
  hear(contact: C, now: number): Insertion<C> {
    return this.#learn(contact, 'query', now)
  }

  /**
   * `contact` answered a query of ours, from this address and under this id. Its failures are
   * forgotten; a stranger is added where there is room, or a bad member to replace, or else held.
   *
   * @param now - this instant, ms, monotonic
   * @throws {IdLengthError} when its id is of another width than our own
   */
  confirm(contact: C, now: number): Insertion<C> {
    return this.#learn(contact, 'answer', now)
  }

  /**
   * A query of ours to `contact` failed. A member that has become bad gives way to a candidate that
   * is good, if there is one; else it stays. A candidate is forgotten.
   *
   * @param now - this instant, ms, monotonic
   * @throws {IdLengthError} when its id is of another width than our own
   */
  doubt(contact: C, now: number): Doubt<C> {
    const bucket = this.#spine.bucketOf(contact.id)
    const address = this.#addressOf(contact)
    this.#checks.settle(bucket, contact, address)
    const { members, candidates } = bucket
    const member = findEntry(members, contact.id)
    if (member !== undefined && member.address === address) {
      member.failures++
      this.#checks.reconsider(bucket)
      const standing = standingOf(member, this.#config, now)
      const succession = standing === 'bad' ? this.#succeed(bucket, now) : undefined
      return succession ?? { kind: 'doubted', standing }
    }
    const candidate = candidates.find((each) => isSameContact(each, contact, address))
    if (candidate === undefined) return { kind: 'unknown' }
    removeEntry(candidates, candidate)
    return { kind: 'dropped' }
  }

  /** Forgets the member and the candidate of this id; false: there was neither. */
  forget(id: Id): boolean {
    const { members, candidates } = this.#spine.bucketOf(id)
    const member = findEntry(members, id)
    const candidate = findEntry(candidates, id)
    if (candidate !== undefined) removeEntry(candidates, candidate)
    if (member !== undefined) this.#leave(member)
    return (member ?? candidate) !== undefined
  }

  /**
   * The members nearest to `target`, nearest first: exactly, by distance alone, without bad ones.
   *
   * @param count - most members to return, a whole number; 0 or less: none; Infinity: all
   * @param options.exclude - an id to leave out before the cut to `count`, such as the requester's
   * @param options.includeBad - whether bad members count too; what is left after an outage
   * @returns a fresh array
   * @throws {IdLengthError} when `target` or `exclude` is of another width than our own id
   */
  closest(
    target: Id,
    count: number,
    options: { readonly exclude?: Id; readonly includeBad?: boolean } = {},
  ): C[] {
    const { exclude, includeBad = false } = options
    return closest(this.#spine.buckets, {
      self: this.self,
      target,
      count: Math.floor(count),
      badAfter: includeBad ? Number.POSITIVE_INFINITY : this.#config.badAfter,
      exclude: exclude === undefined ? undefined : this.#memberOf(exclude),
    })
  }

  /** The standing of the member of this id at this instant; undefined: there is none. */
  standing(id: Id, now: number): Standing | undefined {
    const member = this.#memberOf(id)
    return member === undefined ? undefined : standingOf(member, this.#config, now)
  }

  /** The member of this id. */
  get(id: Id): C | undefined {
    return this.#memberOf(id)?.contact
  }

  /** All members as they are now, from our own bucket outwards. */
  members(): IterableIterator<C> {
    const buckets = this.#spine.outwards()
    return buckets.flatMap(({ members }) => members.map(({ contact }) => contact)).values()
  }

  /**
   * The next contact worth a ping; report the outcome by `confirm` or `doubt`. Call it until it
   * returns undefined. In each bucket at most one such check is in flight.
   */
  takeCheck(now: number): C | undefined {
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
      if (contact.id.length !== this.self.length || idsEqual(contact.id, this.self)) continue
      const bucket = this.#spine.bucketOf(contact.id)
      const entry = newEntry(contact, this.#addressOf(contact))
      const isTaken = findEntry(bucket.members, contact.id) ?? this.#membership.at(entry.address)
      if (isTaken !== undefined || !this.#membership.admits(bucket, entry, undefined)) continue
      const depth = this.#spine.depthFor(bucket, contact.id)
      if (depth !== undefined) this.#join(entry, depth)
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
    return findEntry(this.#spine.bucketOf(id).members, id)
  }

  #learn(contact: C, evidence: Evidence, now: number): Insertion<C> {
    const bucket = this.#spine.bucketOf(contact.id)
    if (idsEqual(contact.id, this.self)) return { kind: 'refused', reason: 'self' }
    const address = this.#addressOf(contact)
    if (evidence === 'answer') this.#checks.settle(bucket, contact, address)
    const member = findEntry(bucket.members, contact.id)
    if (member !== undefined && member.address === address) {
      note(member, contact, evidence, now)
      // Whoever claims its id from elsewhere is refuted by its answer.
      if (evidence === 'answer') dropRivals(bucket.candidates, member)
      if (standingOf(member, this.#config, now) === 'good') return { kind: 'refreshed' }
      return withCheck({ kind: 'refreshed' }, this.#checks.startOf(bucket, member, now))
    }
    const occupant = this.#membership.at(address)
    if (occupant !== undefined && !isBad(occupant, this.#config)) {
      const home = this.#spine.bucketOf(occupant.contact.id)
      const check = this.#checks.startOf(home, occupant, now)
      return withCheck({ kind: 'refused', reason: 'address' }, check)
    }
    const known = findEntry(bucket.candidates, contact.id)
    const isKnown = known !== undefined && known.address === address
    const newcomer = isKnown ? known : newEntry(contact, address)
    note(newcomer, contact, evidence, now)
    return this.#place(bucket, { newcomer, incumbent: member, evidence }, now)
  }

  /** Seats a stranger that has answered, if there is a seat for it; else lets it wait. */
  #place(bucket: Bucket<C>, claim: Claim<C>, now: number): Insertion<C> {
    const { newcomer, incumbent, evidence } = claim
    const seat = this.#seatFor(bucket, newcomer, incumbent)
    const leaving = seat === undefined || seat === 'address' ? incumbent : seat.leaving
    if (seat === 'address' || !this.#membership.admits(bucket, newcomer, leaving)) {
      // A refusal ends the wait: whoever was checked has now been decided on.
      removeEntry(bucket.candidates, newcomer)
      return { kind: 'refused', reason: seat === 'address' ? seat : 'policy' }
    }
    if (evidence === 'answer' && seat !== undefined) {
      this.#take(seat, newcomer)
      if (leaving === undefined) return { kind: 'added' }
      return { kind: 'replaced', evicted: leaving.contact }
    }
    const reason = hold(bucket.candidates, newcomer, this.#config.cacheSize)
    // Where neither seat nor incumbent is in question, one more candidate wants no other check.
    const isNews = (seat ?? incumbent) !== undefined || bucket.candidates.length === 1
    if (isNews) this.#checks.reconsider(bucket)
    const check = this.#checks.start(bucket, now)
    return withCheck(reason === undefined ? { kind: 'held' } : { kind: 'refused', reason }, check)
  }

  /**
   * A seat that `newcomer` may take once it has answered: that of the bad member with its id or its
   * address, or else a free one, by splitting if need be, or else that of the worst bad member.
   *
   * @param incumbent - the member of the same id at another address
   * @returns undefined: it has to wait; 'address': its address belongs to a bad member still, and
   * to take over from two members at once is not on offer
   */
  #seatFor(
    bucket: Bucket<C>,
    newcomer: Entry<C>,
    incumbent: Entry<C> | undefined,
  ): Seat<C> | 'address' | undefined {
    const { depth } = this.#spine
    const occupant = this.#membership.at(newcomer.address)
    if (incumbent !== undefined) {
      if (!isBad(incumbent, this.#config)) return undefined
      return occupant === undefined ? { depth, leaving: incumbent } : 'address'
    }
    if (occupant !== undefined && bucket.members.includes(occupant)) {
      return { depth, leaving: occupant }
    }
    const roomAt = this.#spine.depthFor(bucket, newcomer.contact.id)
    if (roomAt !== undefined) return { depth: roomAt, leaving: occupant }
    if (occupant !== undefined) return 'address'
    const worst = worstMember(bucket, this.#config.badAfter, this.self)
    return worst && { depth, leaving: worst }
  }

  /** Lets the newest good candidate that may do so take over from a bad member of `bucket`. */
  #succeed(bucket: Bucket<C>, now: number): Doubt<C> | undefined {
    for (const candidate of bucket.candidates.toReversed()) {
      if (standingOf(candidate, this.#config, now) !== 'good') continue
      const seat = this.#seatFor(bucket, candidate, findEntry(bucket.members, candidate.contact.id))
      if (seat === undefined || seat === 'address' || seat.leaving === undefined) continue
      if (!this.#membership.admits(bucket, candidate, seat.leaving)) continue
      this.#take(seat, candidate)
      return { kind: 'replaced', evicted: seat.leaving.contact, by: candidate.contact }
    }
    return undefined
  }

  #take({ depth, leaving }: Seat<C>, newcomer: Entry<C>): void {
    if (leaving !== undefined) this.#leave(leaving)
    this.#join(newcomer, depth)
  }

  #join(newcomer: Entry<C>, depth: number): void {
    const before = this.#spine.depth
    if (depth > before) {
      this.#spine.splitTo(depth)
      for (const bucket of this.#spine.buckets.slice(before)) this.#checks.reconsider(bucket)
      this.#refreshes.reconsider()
    }
    this.#membership.join(this.#spine.bucketOf(newcomer.contact.id), newcomer)
  }

  #leave(member: Entry<C>): void {
    const bucket = this.#spine.bucketOf(member.contact.id)
    this.#membership.leave(bucket, member)
    this.#checks.reconsider(bucket)
    this.#refreshes.reconsider()
  }
}

function withCheck<C>(
  outcome: Exclude<Insertion<C>, { kind: 'added' | 'replaced' }>,
  check: C | undefined,
): Insertion<C> {
  return check === undefined ? outcome : { ...outcome, check }
}

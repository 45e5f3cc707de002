// The table itself: what it is told of contacts, and what it answers.
// `hear` (it queried us), `confirm` (it answered us) and `doubt` (it did not) are the only ways in
// for evidence; all else reads, or hands out work that is due. Nothing here waits, emits or draws.
// The table never pings: it says whom to ping, and is told how that went.

import { type Id, type Identified, idFromBytes, idsEqual, type RandomSource } from '@dht/id'
import { type Bucket, worstMember } from './bucket.ts'
import { CheckSchedule } from './check-schedule.ts'
import { closest } from './closest.ts'
import { type Entry, findEntry, isSameContact, newEntry, noteAnswer, noteQuery } from './entry.ts'
import type { Doubt, Insertion, Refusal } from './insertion.ts'
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

/** Somebody says: I am this id, and I live here. */
interface Claim<C extends Identified> {
  readonly contact: C
  readonly address: string | undefined
  /** The bucket that covers the id. */
  readonly bucket: Bucket<C>
  /** The member of that id, wherever it lives. */
  readonly incumbent: Entry<C> | undefined
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
    const config = resolveRoutingTableOptions(options)
    const spine = new Spine(idFromBytes(self), config)
    this.self = spine.self
    this.#config = config
    this.#spine = spine
    this.#membership = new Membership(spine, config)
    this.#checks = new CheckSchedule({ self: this.self, config, spine })
    this.#refreshes = new RefreshSchedule(spine, config)
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
    const claim = this.#claimOf(contact)
    if (idsEqual(contact.id, this.self)) return { kind: 'refused', reason: 'self' }
    const { bucket, address, incumbent } = claim
    if (incumbent !== undefined && incumbent.address === address) {
      noteQuery(incumbent, now)
      if (standingOf(incumbent, this.#config, now) === 'good') return { kind: 'refreshed' }
      return withCheck({ kind: 'refreshed' }, this.#checks.startOf(bucket, incumbent, now))
    }
    const occupied = this.#refuseOccupied(claim, now)
    if (occupied !== undefined) return occupied
    const candidate = this.#candidateOf(claim)
    noteQuery(candidate, now)
    return this.#hold(claim, candidate, now)
  }

  /**
   * `contact` answered a query of ours, from this address and under this id. Its failures are
   * forgotten; a stranger is added where there is room, or a bad member to replace, or else held.
   *
   * @param now - this instant, ms, monotonic
   * @throws {IdLengthError} when its id is of another width than our own
   */
  confirm(contact: C, now: number): Insertion<C> {
    const claim = this.#claimOf(contact)
    if (idsEqual(contact.id, this.self)) return { kind: 'refused', reason: 'self' }
    const { bucket, address, incumbent } = claim
    this.#checks.settle(bucket, contact.id, address)
    if (incumbent !== undefined && incumbent.address === address) {
      noteAnswer(incumbent, contact, now)
      // Whoever claims its id or its address from elsewhere is refuted by this answer.
      dropRivals(bucket.candidates, incumbent)
      return { kind: 'refreshed' }
    }
    const occupied = this.#refuseOccupied(claim, now)
    if (occupied !== undefined) return occupied
    const candidate = this.#candidateOf(claim)
    noteAnswer(candidate, contact, now)
    return this.#admit(claim, candidate) ?? this.#hold(claim, candidate, now)
  }

  /**
   * A query of ours to `contact` failed. A member that has become bad gives way to a candidate that
   * is good, if there is one; else it stays. A candidate is forgotten.
   *
   * @param now - this instant, ms, monotonic
   * @throws {IdLengthError} when its id is of another width than our own
   */
  doubt(contact: C, now: number): Doubt<C> {
    const { bucket, address, incumbent } = this.#claimOf(contact)
    this.#checks.settle(bucket, contact.id, address)
    if (incumbent !== undefined && incumbent.address === address) {
      incumbent.failures++
      const succession = this.#succeed(bucket, now)
      this.#checks.reconsider(bucket)
      const standing = standingOf(incumbent, this.#config, now)
      return succession ?? { kind: 'doubted', standing }
    }
    const { candidates } = bucket
    const index = candidates.findIndex((each) => isSameContact(each, contact.id, address))
    if (index < 0) return { kind: 'unknown' }
    candidates.splice(index, 1)
    return { kind: 'dropped' }
  }

  /** Forgets the member and the candidates of this id; false: there were none. */
  forget(id: Id): boolean {
    const { members, candidates } = this.#spine.bucketOf(id)
    const member = findEntry(members, id)
    const held = candidates.filter(({ contact }) => idsEqual(contact.id, id))
    for (const each of held) candidates.splice(candidates.indexOf(each), 1)
    if (member !== undefined) this.#leave(member)
    return member !== undefined || held.length > 0
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
      const { bucket, address, incumbent } = this.#claimOf(contact)
      if (incumbent !== undefined || this.#membership.at(address) !== undefined) continue
      const site = this.#spine.siteIn(bucket, contact.id)
      const entry = newEntry(contact, address)
      if (site === undefined || !this.#membership.admits(entry, bucket, undefined)) continue
      this.#join(entry, site.depth)
    }
    return this.size - before
  }

  /** The whole state as plain data that never changes afterwards. */
  snapshot(): TableSnapshot<C> {
    return snapshot(this.self, this.#spine)
  }

  /** @throws {IdLengthError} when the id is of another width than our own */
  #claimOf(contact: C): Claim<C> {
    const bucket = this.#spine.bucketOf(contact.id)
    const address = this.#config.addressOf?.(contact)
    return { contact, address, bucket, incumbent: findEntry(bucket.members, contact.id) }
  }

  #memberOf(id: Id): Entry<C> | undefined {
    return findEntry(this.#spine.bucketOf(id).members, id)
  }

  /** The candidate that says the same; a new one when there is none. */
  #candidateOf({ contact, address, bucket }: Claim<C>): Entry<C> {
    const known = bucket.candidates.find((each) => isSameContact(each, contact.id, address))
    return known ?? newEntry(contact, address)
  }

  /** Refuses a claim to the address of a member of another id, unless that member is bad. */
  #refuseOccupied({ address }: Claim<C>, now: number): Insertion<C> | undefined {
    const occupant = this.#membership.at(address)
    if (occupant === undefined || isBad(occupant, this.#config)) return undefined
    const home = this.#spine.bucketOf(occupant.contact.id)
    const check = this.#checks.startOf(home, occupant, now)
    return withCheck({ kind: 'refused', reason: 'address' }, check)
  }

  /**
   * Makes a contact that has just answered a member, in one move: at most one bad member leaves,
   * and if its id or its address was a bad member's, then that one.
   *
   * @returns undefined when it has to wait
   */
  #admit({ bucket, incumbent }: Claim<C>, newcomer: Entry<C>): Insertion<C> | undefined {
    if (incumbent !== undefined && !isBad(incumbent, this.#config)) return undefined
    const occupant = this.#membership.at(newcomer.address)
    const site = this.#spine.siteIn(bucket, newcomer.contact.id, incumbent ?? occupant)
    const isPinned = incumbent !== undefined || site === undefined
    if (occupant !== undefined && isPinned) return this.#refuse(bucket, newcomer, 'address')
    const worst = site === undefined ? worstMember(bucket, this.#config, this.self) : undefined
    const leaving = incumbent ?? occupant ?? worst
    if (site === undefined && leaving === undefined) return undefined
    if (!this.#membership.admits(newcomer, bucket, leaving)) {
      return this.#refuse(bucket, newcomer, 'policy')
    }
    if (leaving !== undefined) this.#leave(leaving)
    this.#join(newcomer, site?.depth ?? this.#spine.depth)
    if (leaving === undefined) return { kind: 'added' }
    return { kind: 'replaced', evicted: leaving.contact }
  }

  /** Lets a contact wait, and says whom to check for it. */
  #hold({ bucket, incumbent }: Claim<C>, newcomer: Entry<C>, now: number): Insertion<C> {
    const leaving = incumbent ?? this.#membership.at(newcomer.address)
    if (!this.#membership.admits(newcomer, bucket, leaving)) {
      return this.#refuse(bucket, newcomer, 'policy')
    }
    const reason = hold(bucket.candidates, newcomer, this.#config, now)
    const check = this.#checks.start(bucket, now)
    return withCheck(reason === undefined ? { kind: 'held' } : { kind: 'refused', reason }, check)
  }

  /** A refusal ends the wait of who was a candidate: its check has led to a decision. */
  #refuse(bucket: Bucket<C>, newcomer: Entry<C>, reason: Refusal): Insertion<C> {
    const index = bucket.candidates.indexOf(newcomer)
    if (index >= 0) bucket.candidates.splice(index, 1)
    return { kind: 'refused', reason }
  }

  /** Lets the newest good candidate that may take a bad member's place. */
  #succeed(bucket: Bucket<C>, now: number): Doubt<C> | undefined {
    const worst = worstMember(bucket, this.#config, this.self)
    if (worst === undefined) return undefined
    for (const candidate of bucket.candidates.toReversed()) {
      if (standingOf(candidate, this.#config, now) !== 'good') continue
      // The id of a member can but take that member's place.
      const leaving = findEntry(bucket.members, candidate.contact.id) ?? worst
      if (!isBad(leaving, this.#config)) continue
      const occupant = this.#membership.at(candidate.address) ?? leaving
      if (occupant !== leaving || !this.#membership.admits(candidate, bucket, leaving)) continue
      this.#leave(leaving)
      this.#join(candidate, this.#spine.depth)
      return { kind: 'replaced', evicted: leaving.contact, by: candidate.contact }
    }
    return undefined
  }

  #join(newcomer: Entry<C>, depth: number): void {
    const before = this.#spine.depth
    if (depth > before) {
      this.#spine.splitTo(depth)
      for (const bucket of this.#spine.buckets.slice(before)) this.#checks.reconsider(bucket)
      this.#refreshes.reconsider()
    }
    this.#membership.join(newcomer)
  }

  #leave(member: Entry<C>): void {
    this.#membership.leave(member)
    this.#checks.reconsider(this.#spine.bucketOf(member.contact.id))
    this.#refreshes.reconsider()
  }
}

function withCheck<C>(
  outcome: Exclude<Insertion<C>, { kind: 'added' | 'replaced' }>,
  check: C | undefined,
): Insertion<C> {
  return check === undefined ? outcome : { ...outcome, check }
}

// The routing table. It is told what happened to contacts (`queried`, `responded`, `respondedLate`,
// `failed`) and returns what follows from that. All other methods read, or hand out work that is
// due.
// The table never pings or waits: it says which contact to ping, and is told the outcome.

import {
  compareDistance,
  type Id,
  type Identified,
  idFromBytes,
  idsEqual,
  type RandomSource,
} from '@dht/id'
import {
  idOf,
  requireCount,
  requireFunction,
  requireInstant,
  requireIterable,
  requireNames,
} from './arguments.ts'
import { closest } from './closest.ts'
import type { FailureOutcome, Insertion } from './insertion.ts'
import {
  type RoutingTableConfig,
  type RoutingTableOptions,
  resolveRoutingTableOptions,
} from './options.ts'
import type { Refresh } from './refresh-schedule.ts'
import { snapshot, type TableSnapshot } from './snapshot.ts'
import { isBad, type Standing, standingOf } from './standing.ts'
import { isUnverified, newEntry, type TableEntry } from './table-entry.ts'
import { moveMembers, newTableParts, type TableParts } from './table-parts.ts'

/**
 * A Kademlia routing table: contacts, sorted into buckets by how many bits their ids share with our
 * own id.
 *
 * Bounded: at most k members and `cacheSize` waiting contacts per bucket, and `maxBuckets` buckets.
 * Every method throws an IdLengthError for an id that is not as wide as our own, and a
 * RoutingTableArgumentError for an instant or a count that is not a number.
 *
 * @see Kademlia paper, §2.2, §2.4 and §4.1; BEP 5, "Routing Table"
 */
export class RoutingTable<C extends Identified> {
  readonly #config: RoutingTableConfig<C>
  #parts: TableParts<C>

  /** @throws {RoutingTableOptionError} when an option is unknown or outside its bounds */
  constructor(self: Id, options: RoutingTableOptions<C> = {}) {
    const config = resolveRoutingTableOptions(options)
    this.#config = config
    this.#parts = newTableParts(idFromBytes(self), config)
  }

  /** Our own id, which is never a member. */
  get self(): Id {
    return this.#parts.buckets.self
  }

  /** The number of members. */
  get size(): number {
    return this.#parts.membership.size
  }

  /**
   * A query came from `contact`. That proves nothing, because its source address may be forged: an
   * unknown contact may wait to be checked but doesn't join. A member that has responded before was
   * seen `now`.
   *
   * @param now - this instant, ms, monotonic
   * @throws {IdLengthError} when its id is not as wide as our own
   */
  queried(contact: C, now: number): Insertion<C> {
    return this.#parts.evidence.received(contact, 'query', now)
  }

  /**
   * `contact` responded to a query of ours, from this address and under this id. Its failures are
   * cleared. An unknown contact joins if there is room or a bad member to replace, and waits
   * otherwise.
   *
   * @param now - this instant, ms, monotonic
   * @throws {IdLengthError} when its id is not as wide as our own
   */
  responded(contact: C, now: number): Insertion<C> {
    return this.#parts.evidence.received(contact, 'response', now)
  }

  /**
   * A query of ours to `contact` failed. A member that becomes bad by this is replaced by a good
   * waiting contact, if there is one; otherwise it stays. A waiting contact is forgotten.
   *
   * @param now - this instant, ms, monotonic
   * @throws {IdLengthError} when its id is not as wide as our own
   */
  failed(contact: C, now: number): FailureOutcome<C> {
    return this.#parts.evidence.failed(contact, now)
  }

  /**
   * `contact` responded to a query that was reported as failed. Works like `responded`, but only
   * that one failure of a member is taken back. A response in time since then has cleared it
   * already.
   *
   * @param failedAt - the instant at which `failed` was called for that query, ms
   * @param now - this instant, ms, monotonic
   * @throws {IdLengthError} when its id is not as wide as our own
   */
  respondedLate(contact: C, failedAt: number, now: number): Insertion<C> {
    return this.#parts.evidence.respondedLate(contact, failedAt, now)
  }

  /** Forgets the member and the waiting contact with this id; false: there was neither. */
  forget(id: Id): boolean {
    const bucket = this.#parts.buckets.bucketOfId(id)
    const member = bucket.members.find(id)
    if (member !== undefined) this.#parts.membership.remove(bucket, member)
    // A contact with the id of a member waits only in a table with the option `addressOf`.
    if (member !== undefined && member.address === undefined) return true
    return bucket.waiting.forget(id) || member !== undefined
  }

  /**
   * The members nearest to `target` that are not bad, nearest first, by distance alone. Exact.
   *
   * @param count - most members to return, a whole number; 0 or less: none; Infinity: all
   * @param options.exclude - an id to leave out before the cut to `count`, such as that of the node
   *   that asks
   * @param options.includeBad - whether bad members count too; after an outage there may be no
   *   others
   * @param options.verifiedOnly - whether to leave out restored members that have not responded
   *   since; for what is told to other nodes
   * @returns a new array
   * @throws {IdLengthError} when `target` or `exclude` is not as wide as our own id
   * @throws {RoutingTableArgumentError} for an unknown option
   */
  closest(target: Id, count: number, options: ClosestOptions = {}): C[] {
    requireCount(count)
    requireNames(options, CLOSEST_OPTIONS)
    const { exclude, includeBad = false, verifiedOnly = false } = options
    return closest(this.#parts.buckets.all, {
      self: this.self,
      target,
      count: Math.floor(count),
      badAfter: includeBad ? Number.POSITIVE_INFINITY : this.#config.badAfter,
      verifiedOnly,
      excluded: exclude && this.#memberWith(exclude),
    })
  }

  /**
   * The bad member nearest to `target`; undefined: none is bad. Checks skip bad members, so ping
   * this one now and then to find out whether it is back.
   *
   * @throws {IdLengthError} when `target` is not as wide as our own id
   */
  nearestBad(target: Id): C | undefined {
    // It throws for an id of another width.
    this.#parts.buckets.bucketOfId(target)
    const bad = this.#parts.buckets.members().filter((member) => isBad(member, this.#config))
    bad.sort((a, b) => compareDistance(a.contact.id, b.contact.id, target))
    return bad[0]?.contact
  }

  /** The standing of the member with this id at this instant; undefined: it is not a member. */
  standing(id: Id, now: number): Standing | undefined {
    requireInstant(now)
    const member = this.#memberWith(id)
    return member === undefined ? undefined : standingOf(member, this.#config, now)
  }

  /** The member with this id. */
  get(id: Id): C | undefined {
    return this.#memberWith(id)?.contact
  }

  /** Whether the member with this id has responded to us and isn't bad. */
  hasResponded(id: Id): boolean {
    const member = this.#memberWith(id)
    return member !== undefined && !isUnverified(member) && !isBad(member, this.#config)
  }

  /** Whether there is no member, or every member is bad. */
  get hasNoLiveContacts(): boolean {
    return this.#parts.buckets.all.every(({ members }) => {
      return members.entries.every((member) => isBad(member, this.#config))
    })
  }

  /** All members as they are now, those of our own bucket first. */
  members(): IterableIterator<C> {
    const all = this.#parts.buckets.members()
    return all.map(({ contact }) => contact).values()
  }

  /**
   * The next contact to ping. Report the outcome by `responded` or `failed`. Call this until it
   * returns undefined. In each bucket at most one check of a member is under way.
   */
  takeCheck(now: number): C | undefined {
    requireInstant(now)
    return this.#parts.checks.take(now)
  }

  /** `takeCheck` has nothing before this instant; undefined: nothing before something happens. */
  nextCheckAt(): number | undefined {
    return this.#parts.checks.nextAt()
  }

  /**
   * The prefix that has been quiet for longest, if for at least `refreshAfterMs`, and a random id
   * inside it to look up. It counts as refreshed from now on. In a new table every refresh is due.
   */
  takeRefresh(now: number, random: RandomSource): Refresh | undefined {
    requireInstant(now)
    requireFunction('random', random)
    return this.#parts.refreshes.take(now, random)
  }

  /** `takeRefresh` has nothing before this instant; -Infinity: a prefix was never refreshed. */
  nextRefreshAt(): number {
    return this.#parts.refreshes.nextAt()
  }

  /**
   * Takes in contacts from a saved state as members that have never responded; they are
   * questionable until they do. A contact is left out when there is no room, when its id or address
   * is our own or a member's, when its id is of another width, or when the admission rule refuses.
   *
   * @returns how many joined
   * @throws {RoutingTableArgumentError} for anything else than a list of contacts
   */
  restore(contacts: Iterable<C>): number {
    requireIterable(contacts)
    const before = this.size
    for (const contact of contacts) {
      const id = idOf(contact)
      if (id.length !== this.self.length || idsEqual(id, this.self)) continue
      const bucket = this.#parts.buckets.bucketOfId(id)
      const entry = newEntry(contact, this.#config.addressOf?.(contact), id)
      const conflicting = bucket.members.find(id) ?? this.#parts.membership.memberAtAddressOf(entry)
      if (conflicting !== undefined || !this.#parts.membership.admits(bucket, entry, undefined))
        continue
      if (this.#parts.buckets.depthWithRoomFor(bucket, entry) === undefined) continue
      this.#parts.membership.admit('room', entry)
    }
    return this.size - before
  }

  /**
   * Gives us another own id: the buckets are made anew around it. Members keep their standing and
   * all that is known of them. Where a new bucket has no room for all, those that are not bad have
   * precedence, then those that were seen last; the others wait. What waited before is forgotten,
   * and every refresh is due.
   *
   * @throws {IdLengthError} when `self` is not as wide as our own id
   */
  changeSelf(self: Id): void {
    // It throws for an id of another width.
    this.#parts.buckets.bucketOfId(self)
    const parts = newTableParts(idFromBytes(self), this.#config)
    moveMembers(this.#parts, parts, this.#config)
    this.#parts = parts
  }

  /** The whole state as plain data that never changes afterwards. */
  snapshot(): TableSnapshot<C> {
    return snapshot(this.self, this.#parts.buckets)
  }

  #memberWith(id: Id): TableEntry<C> | undefined {
    return this.#parts.buckets.bucketOfId(id).members.find(id)
  }
}

/** Which members `closest` leaves out before the cut. */
interface ClosestOptions {
  readonly exclude?: Id
  readonly includeBad?: boolean
  readonly verifiedOnly?: boolean
}

const CLOSEST_OPTIONS: ReadonlySet<string> = new Set([
  'exclude',
  'includeBad',
  'verifiedOnly',
] satisfies (keyof ClosestOptions)[])

// What the table does when it is told something about a contact: a query came, a response came, a
// query failed. It updates what is known, and lets contacts join, wait or take over from bad
// members. The table calls it; membership.ts and replacement-cache.ts carry out what it decides.

import { type Id, type Identified, idsEqual } from '@dht/id'
import { idOf, requireInstant } from './arguments.ts'
import type { Bucket } from './bucket.ts'
import type { BucketList } from './bucket-list.ts'
import type { CheckSchedule } from './check-schedule.ts'
import type { FailureOutcome, Insertion } from './insertion.ts'
import type { Conflicts, Membership, Placement } from './membership.ts'
import type { RoutingTableConfig } from './options.ts'
import type { RefreshSchedule } from './refresh-schedule.ts'
import { isBad, standingOf } from './standing.ts'
import {
  type Evidence,
  isSameContact,
  newEntry,
  record,
  type TableEntry,
  takeBackFailure,
} from './table-entry.ts'

/** Nearly every result is one of these two, so they are made once. */
const WAITING = Object.freeze({ kind: 'waiting' as const })
const UPDATED = Object.freeze({ kind: 'updated' as const })

export class EvidenceRules<C extends Identified> {
  readonly #config: RoutingTableConfig<C>
  readonly #buckets: BucketList<C>
  readonly #checks: CheckSchedule<C>
  readonly #refreshes: RefreshSchedule<C>
  readonly #membership: Membership<C>

  constructor(
    config: RoutingTableConfig<C>,
    parts: {
      readonly buckets: BucketList<C>
      readonly checks: CheckSchedule<C>
      readonly refreshes: RefreshSchedule<C>
      readonly membership: Membership<C>
    },
  ) {
    this.#config = config
    this.#buckets = parts.buckets
    this.#checks = parts.checks
    this.#refreshes = parts.refreshes
    this.#membership = parts.membership
  }

  /** A message came from `contact`. */
  received(contact: C, evidence: Evidence, now: number): Insertion<C> {
    requireInstant(now)
    const id = idOf(contact)
    const bucket = this.#buckets.bucketOfId(id)
    if (idsEqual(id, this.#buckets.self)) return { kind: 'refused', reason: 'self' }
    const address = this.#config.addressOf?.(contact)
    if (evidence === 'response') this.#checks.ended(bucket, id, address)
    const member = bucket.members.find(id)
    if (member !== undefined && member.address === address) {
      const wasBad = isBad(member, this.#config)
      record(member, contact, evidence, now)
      this.#update(bucket, member, evidence, now)
      if (wasBad) this.#refreshes.invalidate()
      return UPDATED
    }
    return this.#insert(newEntry(contact, address, id), evidence, member, now)
  }

  /** A response came to a query that was reported as failed at `failedAt`. */
  respondedLate(contact: C, failedAt: number, now: number): Insertion<C> {
    const id = idOf(contact)
    const member = this.#buckets.bucketOfId(id).members.find(id)
    const isMember = member !== undefined && member.address === this.#config.addressOf?.(contact)
    if (isMember) {
      takeBackFailure(member, failedAt)
      this.#refreshes.invalidate()
    }
    return this.received(contact, 'late response', now)
  }

  /** A query to `contact` failed. */
  failed(contact: C, now: number): FailureOutcome<C> {
    const id = idOf(contact)
    requireInstant(now)
    const bucket = this.#buckets.bucketOfId(id)
    const address = this.#config.addressOf?.(contact)
    this.#checks.ended(bucket, id, address)
    const member = bucket.members.find(id)
    if (member === undefined || member.address !== address) return dropWaiting(bucket, id, address)
    member.failures++
    bucket.mayHaveBad = true
    this.#checks.invalidate(bucket)
    const standing = standingOf(member, this.#config, now)
    if (standing !== 'bad') return { kind: 'failed', standing }
    this.#refreshes.invalidate()
    return this.#replaceBadMember(bucket, now) ?? { kind: 'failed', standing }
  }

  /** Follows up on a message of `member`, which has been recorded. */
  #update(bucket: Bucket<C>, member: TableEntry<C>, evidence: Evidence, now: number): void {
    bucket.members.reorder(member)
    if (evidence !== 'query') {
      // Its response shows that waiting contacts that claim its id from elsewhere are wrong.
      if (member.address !== undefined) bucket.waiting.removeConflicting(member)
      this.#checks.memberSeen(bucket, member)
      this.#refreshes.memberSeen(member)
    }
    if (evidence !== 'response' && standingOf(member, this.#config, now) !== 'good') {
      this.#checks.request(bucket, member)
    }
  }

  /**
   * A message came from a contact that is not a member: it joins, waits or is refused.
   *
   * @param entry  - of the contact, with nothing recorded yet
   * @param sameId - the member with the same id, at another address
   */
  #insert(
    entry: TableEntry<C>,
    evidence: Evidence,
    sameId: TableEntry<C> | undefined,
    now: number,
  ): Insertion<C> {
    const { contact } = entry
    const bucket = this.#buckets.bucketOfEntry(entry)
    const conflicting = bucket.waiting.conflictingWith(entry)
    const isWaiting =
      conflicting !== undefined && isSameContact(conflicting, contact.id, entry.address)
    const newcomer = isWaiting ? conflicting : entry
    const sameAddress = this.#membership.memberAtAddressOf(newcomer)
    if (sameAddress !== undefined && !isBad(sameAddress, this.#config)) {
      bucket.waiting.remove(newcomer)
      this.#checks.request(this.#buckets.bucketOfEntry(sameAddress), sameAddress)
      return { kind: 'refused', reason: 'address' }
    }
    record(newcomer, contact, evidence, now)
    const found = this.#membership.placementFor(bucket, newcomer, { sameId, sameAddress })
    const mayReplace = found === 'wait' && sameId === undefined && evidence !== 'query'
    const surplus = mayReplace ? this.#membership.surplusIn(bucket, newcomer) : undefined
    const isLesserWanted = mayReplace && surplus === undefined
    const lesser = isLesserWanted ? this.#membership.lessPreferred(bucket, newcomer) : undefined
    const wanted = surplus ?? lesser ?? found
    const conflicts = { sameId, sameAddress }
    const placement = this.#admitted(wanted, { bucket, newcomer, conflicts, evidence })
    if (placement === undefined) {
      // A refused contact stops waiting, or it would be checked again and again.
      bucket.waiting.remove(newcomer)
      return { kind: 'refused', reason: wanted === 'address' ? 'address' : 'admission' }
    }
    if (evidence !== 'query' && placement !== 'wait') {
      const gaveWay = this.#membership.admit(placement, newcomer)
      const leaving = placement === 'room' ? gaveWay : placement
      if (leaving === undefined) return { kind: 'added' }
      // It is alive, and has lost its place only to a preferred one.
      if (leaving === lesser) {
        bucket.waiting.hold(lesser, false, bucket.waiting.conflictingWith(lesser))
      }
      return { kind: 'replaced', evicted: leaving.contact }
    }
    const reason = bucket.waiting.hold(newcomer, placement === 'room', conflicting)
    if (reason === undefined) bucket.lastHeldAt = now
    // One more contact that can't become a member doesn't change the next check.
    const changesChecks = placement !== 'wait' || sameId !== undefined || bucket.waiting.size === 1
    if (changesChecks) this.#checks.invalidate(bucket)
    return reason === undefined ? WAITING : { kind: 'refused', reason }
  }

  /**
   * The place that the limits and the admission rule leave to `newcomer`: the wanted one, or, if it
   * has responded, that of a bad member of its group; undefined: none.
   */
  #admitted(
    wanted: Placement<C>,
    {
      bucket,
      newcomer,
      conflicts: { sameId, sameAddress },
      evidence,
    }: {
      readonly bucket: Bucket<C>
      readonly newcomer: TableEntry<C>
      readonly conflicts: Conflicts<C>
      readonly evidence: Evidence
    },
  ): Exclude<Placement<C>, 'address'> | undefined {
    if (wanted === 'address') return undefined
    const leaving = typeof wanted === 'string' ? sameId : wanted
    if (this.#membership.admits(bucket, newcomer, leaving)) return wanted
    if (evidence === 'query' || sameId !== undefined || sameAddress !== undefined) return undefined
    return this.#membership.badOfItsGroup(bucket, newcomer, wanted === 'room')
  }

  /** Lets the newest good waiting contact that may do so replace a bad member of `bucket`. */
  #replaceBadMember(bucket: Bucket<C>, now: number): FailureOutcome<C> | undefined {
    for (const entry of this.#preferredFirst(bucket.waiting.entries.toReversed())) {
      if (standingOf(entry, this.#config, now) !== 'good') continue
      const sameId = bucket.members.withIdOf(entry)
      const sameAddress = this.#membership.memberAtAddressOf(entry)
      // A member of another bucket may have taken its address while it waited.
      if (sameAddress !== undefined && !isBad(sameAddress, this.#config)) continue
      const placement = this.#membership.placementFor(bucket, entry, { sameId, sameAddress })
      if (typeof placement === 'string') continue
      if (!this.#membership.admits(bucket, entry, placement)) continue
      this.#membership.admit(placement, entry)
      return { kind: 'replaced', evicted: placement.contact, by: entry.contact }
    }
    return undefined
  }

  #preferredFirst(entries: readonly TableEntry<C>[]): readonly TableEntry<C>[] {
    if (this.#config.isPreferred === undefined) return entries
    const isPreferred = (entry: TableEntry<C>): boolean => this.#membership.isPreferred(entry)
    return [...entries.filter(isPreferred), ...entries.filter((entry) => !isPreferred(entry))]
  }
}

/** Forgets the waiting contact with this id at this address. */
function dropWaiting<C extends Identified>(
  { waiting }: Bucket<C>,
  id: Id,
  address: string | undefined,
): FailureOutcome<C> {
  const entry = waiting.entries.find((each) => isSameContact(each, id, address))
  if (entry === undefined) return { kind: 'unknown' }
  waiting.remove(entry)
  return { kind: 'dropped' }
}

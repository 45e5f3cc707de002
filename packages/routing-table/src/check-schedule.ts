// Which check is due next. Only `take` starts a check. Its caller calls it when it can pay for a
// ping, so a check that nobody pays for delays nothing.
// In each bucket one member is checked at a time, and at most one check starts per interval. Checks
// of waiting contacts don't wait for one another: many may be names in forged queries, and the live
// ones must not wait until those have timed out.
// Each bucket has an instant before which no check is due. It may be early but is never late.
// Events lower it, or have it worked out when it is next asked for. So most messages cost no look
// at the bucket.

import type { Id, Identified } from '@dht/id'
import type { Bucket } from './bucket.ts'
import type { BucketList } from './bucket-list.ts'
import { priorityOf, type Wanted, wantedChecks } from './check.ts'
import type { RoutingTableConfig } from './options.ts'
import { questionableAt } from './standing.ts'
import { isSameContact, NEVER, type TableEntry } from './table-entry.ts'

/** A check that may start now. */
interface DueCheck<C extends Identified> {
  readonly bucket: Bucket<C>
  readonly entry: TableEntry<C>
}

export class CheckSchedule<C extends Identified> {
  readonly #buckets: BucketList<C>
  readonly #config: RoutingTableConfig<C>
  /** Whether the last check was of a member: when both kinds are due they take turns. */
  #wasMember = false

  constructor(buckets: BucketList<C>, config: RoutingTableConfig<C>) {
    this.#buckets = buckets
    this.#config = config
  }

  /** No check is due before this instant; undefined: none before something happens. */
  nextAt(): number | undefined {
    let at = Infinity
    for (const bucket of this.#buckets.all) at = Math.min(at, this.#dueAt(bucket))
    return at === Infinity ? undefined : at
  }

  /**
   * Starts a check that is due and returns its contact. Members and waiting contacts take turns.
   * Among buckets with a member to check, the one whose last check of a member is longest ago comes
   * first. Among waiting contacts the one with the highest priority comes first, then the one in
   * the bucket with the newest message: in a flood of forged queries, all contacts that query us
   * equally often have the same chance.
   */
  take(now: number): C | undefined {
    let member: DueCheck<C> | undefined
    let waiting: DueCheck<C> | undefined
    for (const bucket of this.#buckets.nearestFirst()) {
      if (now < this.#dueAt(bucket)) continue
      const wanted = this.#wanted(bucket)
      if (now < this.#dueAt(bucket)) continue
      if (wanted.member !== undefined && this.#memberAt(bucket, wanted) <= now) {
        const isFirst = member === undefined || bucket.checkingSince < member.bucket.checkingSince
        if (isFirst) member = { bucket, entry: wanted.member.entry }
      }
      if (wanted.waiting !== undefined) {
        const due = { bucket, entry: wanted.waiting }
        if (waiting === undefined || isBefore(due, waiting)) waiting = due
      }
    }
    if (member === undefined && waiting === undefined) return undefined
    this.#wasMember = waiting === undefined || (member !== undefined && !this.#wasMember)
    return this.#start(this.#wasMember ? member! : waiting!, now)
  }

  /** Ends the check of the member with this id at this address, if it is under way. */
  settle(bucket: Bucket<C>, id: Id, address: string | undefined): void {
    const { checking } = bucket
    if (checking === undefined || !isSameContact(checking, id, address)) return
    bucket.checking = undefined
    this.reconsider(bucket)
  }

  /** To be called when a check in `bucket` may be due earlier than before. */
  reconsider(bucket: Bucket<C>): void {
    bucket.checkDueAt = undefined
  }

  /** `member` of `bucket` has joined or responded: plans its check for when it is questionable. */
  expect(bucket: Bucket<C>, member: TableEntry<C>): void {
    if (bucket.suspect === member) bucket.suspect = undefined
    this.#expectAt(bucket, questionableAt(member, this.#config))
  }

  /** Only a response of `member` of `bucket` can tell whether it is alive: it is to be checked. */
  suspect(bucket: Bucket<C>, member: TableEntry<C>): void {
    bucket.suspect = member
    this.#expectAt(bucket, Math.max(this.#freeAt(bucket), this.#memberFreeAt(bucket)))
  }

  /** A check in `bucket` may be due at this instant. */
  #expectAt(bucket: Bucket<C>, at: number): void {
    if (bucket.checkDueAt !== undefined && at < bucket.checkDueAt) bucket.checkDueAt = at
  }

  #dueAt(bucket: Bucket<C>): number {
    if (bucket.checkDueAt === undefined) this.#wanted(bucket)
    return bucket.checkDueAt!
  }

  /** The checks that `bucket` needs. It finds out, too, from when on one is due. */
  #wanted(bucket: Bucket<C>): Wanted<C> {
    const wanted = wantedChecks(bucket, this.#buckets, this.#config)
    const at = wanted.waiting === undefined ? this.#memberAt(bucket, wanted) : NEVER
    bucket.checkDueAt = Math.max(at, this.#freeAt(bucket))
    return wanted
  }

  #start({ bucket, entry }: DueCheck<C>, now: number): C {
    bucket.checkedAt = now
    if (this.#wasMember) {
      bucket.checking = entry
      bucket.checkingSince = now
      if (bucket.suspect === entry) bucket.suspect = undefined
    } else {
      entry.messagesSinceCheck = 0
      bucket.waiting.makeFirstToLeave(entry)
    }
    this.reconsider(bucket)
    return entry.contact
  }

  /** When another check may start in this bucket. */
  #freeAt({ checkedAt }: Bucket<C>): number {
    return checkedAt + this.#config.checkIntervalMs
  }

  /** When another member may be checked in this bucket. */
  #memberFreeAt({ checking, checkingSince }: Bucket<C>): number {
    return checking === undefined ? NEVER : checkingSince + this.#config.checkLapseMs
  }

  #memberAt(bucket: Bucket<C>, { member }: Wanted<C>): number {
    return member === undefined ? Infinity : Math.max(member.at, this.#memberFreeAt(bucket))
  }
}

/** Which of two waiting contacts is checked first. */
function isBefore<C extends Identified>(a: DueCheck<C>, b: DueCheck<C>): boolean {
  const more = priorityOf(a.entry) - priorityOf(b.entry)
  // The difference of two infinite priorities is NaN: they are equal.
  return more > 0 || (!(more < 0) && a.bucket.lastHeldAt > b.bucket.lastHeldAt)
}

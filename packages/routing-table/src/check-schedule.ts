// Which check is due next. Only `take` starts a check, and its caller calls it only when a ping may
// be sent. So a check that can't be sent yet delays no other.
// In each bucket one member is checked at a time, and at most one check starts per interval. Checks
// of waiting contacts don't wait for one another: many ids may come from forged queries, and live
// contacts must not wait until the checks of those have timed out.
// Each bucket has an instant before which no check is due. It may be early but is never late. An
// event lowers it, or invalidates it; then it is computed again when it is next needed. So most
// messages need no search in the bucket.

import type { Id, Identified } from '@dht/id'
import type { Bucket } from './bucket.ts'
import type { BucketList } from './bucket-list.ts'
import { type NeededChecks, neededChecks, priorityOf } from './check.ts'
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
  #lastWasMember = false

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
      const needed = this.#needed(bucket)
      if (now < this.#dueAt(bucket)) continue
      if (needed.member !== undefined && this.#memberDueAt(bucket, needed) <= now) {
        const isFirst = member === undefined || bucket.checkingSince < member.bucket.checkingSince
        if (isFirst) member = { bucket, entry: needed.member.entry }
      }
      if (needed.waiting !== undefined) {
        const due = { bucket, entry: needed.waiting }
        if (waiting === undefined || isBefore(due, waiting)) waiting = due
      }
    }
    if (member === undefined && waiting === undefined) return undefined
    this.#lastWasMember = waiting === undefined || (member !== undefined && !this.#lastWasMember)
    return this.#start(this.#lastWasMember ? member! : waiting!, now)
  }

  /** The check of the member with this id at this address has ended, if it was under way. */
  ended(bucket: Bucket<C>, id: Id, address: string | undefined): void {
    const { checking } = bucket
    if (checking === undefined || !isSameContact(checking, id, address)) return
    bucket.checking = undefined
    this.invalidate(bucket)
  }

  /** To be called when a check in `bucket` may be due earlier than before. */
  invalidate(bucket: Bucket<C>): void {
    bucket.checkDueAt = undefined
  }

  /** `member` of `bucket` has joined or responded: plans its check for when it is questionable. */
  memberSeen(bucket: Bucket<C>, member: TableEntry<C>): void {
    if (bucket.requestedCheck === member) bucket.requestedCheck = undefined
    this.#lowerDueAt(bucket, questionableAt(member, this.#config))
  }

  /** Requests a check of `member` of `bucket`: only its response can show whether it is alive. */
  request(bucket: Bucket<C>, member: TableEntry<C>): void {
    bucket.requestedCheck = member
    this.#lowerDueAt(bucket, Math.max(this.#freeAt(bucket), this.#memberFreeAt(bucket)))
  }

  /** A check in `bucket` may be due at this instant. */
  #lowerDueAt(bucket: Bucket<C>, at: number): void {
    if (bucket.checkDueAt !== undefined && at < bucket.checkDueAt) bucket.checkDueAt = at
  }

  #dueAt(bucket: Bucket<C>): number {
    if (bucket.checkDueAt === undefined) this.#needed(bucket)
    return bucket.checkDueAt!
  }

  /** The checks that `bucket` needs. Updates the instant before which none is due. */
  #needed(bucket: Bucket<C>): NeededChecks<C> {
    const needed = neededChecks(bucket, this.#buckets, this.#config)
    const at = needed.waiting === undefined ? this.#memberDueAt(bucket, needed) : NEVER
    bucket.checkDueAt = Math.max(at, this.#freeAt(bucket))
    return needed
  }

  #start({ bucket, entry }: DueCheck<C>, now: number): C {
    bucket.checkedAt = now
    if (this.#lastWasMember) {
      bucket.checking = entry
      bucket.checkingSince = now
      if (bucket.requestedCheck === entry) bucket.requestedCheck = undefined
    } else {
      entry.messagesSinceCheck = 0
      bucket.waiting.makeFirstToLeave(entry)
    }
    this.invalidate(bucket)
    return entry.contact
  }

  /** When another check may start in this bucket. */
  #freeAt({ checkedAt }: Bucket<C>): number {
    return checkedAt + this.#config.checkIntervalMs
  }

  /** When another member may be checked in this bucket. */
  #memberFreeAt({ checking, checkingSince }: Bucket<C>): number {
    return checking === undefined ? NEVER : checkingSince + this.#config.checkTimeoutMs
  }

  #memberDueAt(bucket: Bucket<C>, { member }: NeededChecks<C>): number {
    return member === undefined ? Infinity : Math.max(member.at, this.#memberFreeAt(bucket))
  }
}

/** Which of two waiting contacts is checked first. */
function isBefore<C extends Identified>(a: DueCheck<C>, b: DueCheck<C>): boolean {
  const more = priorityOf(a.entry) - priorityOf(b.entry)
  // The difference of two infinite priorities is NaN: they are equal.
  return more > 0 || (!(more < 0) && a.bucket.lastHeldAt > b.bucket.lastHeldAt)
}

// Which check is due next. Nothing starts a check but `take`, which is called when a ping can be
// afforded, so a check that nobody can afford stands in nobody's way.
// In each bucket one member is checked at a time, and one check starts per interval. Checks of
// candidates do not wait for one another: many may be names in forged queries, and those who live
// must not wait until the others have been given up.
// The next instant is kept for each bucket, as a bound that may be early but is never late: what
// might bring a check forward lowers it, and only a look at the bucket raises it. So most evidence
// costs no look at all.

import type { Id, Identified } from '@dht/id'
import type { Bucket } from './bucket.ts'
import { type Wanted, wantedChecks, weightOf } from './check.ts'
import { type Entry, isSameContact, NEVER_SEEN } from './entry.ts'
import type { RoutingTableConfig } from './options.ts'
import type { Spine } from './spine.ts'
import { questionableAt } from './standing.ts'

/** A check that may start now. */
interface Due<C extends Identified> {
  readonly bucket: Bucket<C>
  readonly entry: Entry<C>
}

export class CheckSchedule<C extends Identified> {
  readonly #spine: Spine<C>
  readonly #config: RoutingTableConfig<C>
  /** Of each bucket the instant before which no check is due. */
  readonly #dueAt: number[] = [Infinity]
  /** Whether the last check was of a member: when both kinds are due they take turns. */
  #wasMember = false

  constructor(spine: Spine<C>, config: RoutingTableConfig<C>) {
    this.#spine = spine
    this.#config = config
  }

  /** No check is due before this instant; undefined: none before something happens. */
  nextAt(): number | undefined {
    let at = Infinity
    for (const dueAt of this.#dueAt) if (dueAt < at) at = dueAt
    return at === Infinity ? undefined : at
  }

  /**
   * A check that is due, from now on under way. Members and candidates take turns. Of members the
   * one in the bucket that has waited for longest comes first. Of candidates the one heard of most
   * often does, then the latest, whatever bucket it belongs to: under a flood of forged queries all
   * who ask as often have the same chance.
   */
  take(now: number): C | undefined {
    let member: Due<C> | undefined
    let candidate: Due<C> | undefined
    for (const bucket of this.#spine.outwards()) {
      if (now < this.#dueAt[bucket.index]!) continue
      const wanted = this.reconsider(bucket)
      if (now < this.#dueAt[bucket.index]!) continue
      if (wanted.member !== undefined && this.#memberAt(bucket, wanted) <= now) {
        const isFirst = member === undefined || bucket.checkingSince < member.bucket.checkingSince
        if (isFirst) member = { bucket, entry: wanted.member.entry }
      }
      if (wanted.candidate !== undefined) {
        const due = { bucket, entry: wanted.candidate }
        if (candidate === undefined || isBefore(due, candidate)) candidate = due
      }
    }
    if (member === undefined && candidate === undefined) return undefined
    this.#wasMember = candidate === undefined || (member !== undefined && !this.#wasMember)
    return this.#start(this.#wasMember ? member! : candidate!, now)
  }

  /**
   * Takes the outcome of the check of the member of this id at this address.
   *
   * @returns whether it was in flight; a look at the bucket then pays once the outcome is noted
   */
  settle(bucket: Bucket<C>, id: Id, address: string | undefined): boolean {
    const { checking } = bucket
    if (checking === undefined || !isSameContact(checking, id, address)) return false
    bucket.checking = undefined
    this.#dueAt[bucket.index] = this.#freeAt(bucket)
    return true
  }

  /** Finds out what `bucket` wants checked; due when an event may have brought a check forward. */
  reconsider(bucket: Bucket<C>): Wanted<C> {
    const wanted = wantedChecks(bucket, this.#spine, this.#config)
    const at = wanted.candidate === undefined ? this.#memberAt(bucket, wanted) : NEVER_SEEN
    this.#dueAt[bucket.index] = Math.max(at, this.#freeAt(bucket))
    return wanted
  }

  /** `member` of `bucket` has been taken in or has answered: it will be silent one day. */
  expect(bucket: Bucket<C>, member: Entry<C>): void {
    if (bucket.suspect === member) bucket.suspect = undefined
    const at = questionableAt(member, this.#config)
    if (at < this.#dueAt[bucket.index]!) this.#dueAt[bucket.index] = at
  }

  /** Something was heard of `member` of `bucket` that only its answer can settle. */
  suspect(bucket: Bucket<C>, member: Entry<C>): void {
    bucket.suspect = member
    const at = Math.max(this.#freeAt(bucket), this.#memberFreeAt(bucket))
    if (at < this.#dueAt[bucket.index]!) this.#dueAt[bucket.index] = at
  }

  #start({ bucket, entry }: Due<C>, now: number): C {
    bucket.checkedAt = now
    if (this.#wasMember) {
      bucket.checking = entry
      bucket.checkingSince = now
      if (bucket.suspect === entry) bucket.suspect = undefined
    } else {
      entry.hearings = 0
      bucket.candidates.demote(entry)
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
    return checking === undefined ? NEVER_SEEN : checkingSince + this.#config.checkLapseMs
  }

  #memberAt(bucket: Bucket<C>, { member }: Wanted<C>): number {
    return member === undefined ? Infinity : Math.max(member.at, this.#memberFreeAt(bucket))
  }
}

/** Which of two candidates is checked first. */
function isBefore<C extends Identified>(a: Due<C>, b: Due<C>): boolean {
  const more = weightOf(a.entry) - weightOf(b.entry)
  // Two that have answered weigh the same.
  return more > 0 || (!(more < 0) && a.bucket.heardAt > b.bucket.heardAt)
}

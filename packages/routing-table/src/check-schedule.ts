// Which checks are in flight, and when the next one may start: in each bucket one at a time, one
// per interval. A check whose outcome never comes is forgotten after a while.
// The next instant is kept for each bucket, as a bound that may be early but is never late: what
// might bring a check forward lowers it, and only a look at the bucket raises it. So most evidence
// costs no look at all.

import type { Id, Identified } from '@dht/id'
import type { Bucket } from './bucket.ts'
import { type Check, wantedCheck } from './check.ts'
import { type Entry, isSameContact } from './entry.ts'
import type { RoutingTableConfig } from './options.ts'
import type { Spine } from './spine.ts'
import { questionableAt } from './standing.ts'

export class CheckSchedule<C extends Identified> {
  readonly #spine: Spine<C>
  readonly #config: RoutingTableConfig<C>
  /** Of each bucket the instant before which no check is due. */
  readonly #dueAt: number[] = [Infinity]

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

  /** The check of the nearest bucket in which one is due, marked as in flight. */
  take(now: number): C | undefined {
    for (let index = this.#spine.depth; index >= 0; index--) {
      if (now < this.#dueAt[index]!) continue
      const check = this.start(this.#spine.buckets[index]!, now)
      if (check !== undefined) return check
    }
    return undefined
  }

  /** Starts the check that `bucket` wants, if one is due. */
  start(bucket: Bucket<C>, now: number): C | undefined {
    const { index } = bucket
    if (now < this.#dueAt[index]!) return undefined
    const wanted = this.reconsider(bucket)
    if (wanted === undefined || now < this.#dueAt[index]!) return undefined
    return this.startOf(bucket, wanted.entry, now)
  }

  /** Starts a check of one contact of `bucket`, if no other stands in the way. */
  startOf(bucket: Bucket<C>, entry: Entry<C>, now: number): C | undefined {
    if (now < this.#freeAt(bucket)) return undefined
    bucket.checking = entry
    bucket.checkedAt = now
    const { index } = bucket
    this.#dueAt[index] = Math.max(this.#dueAt[index]!, this.#freeAt(bucket))
    return entry.contact
  }

  /**
   * Takes the outcome of the check of this id at this address.
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

  /** Finds out which check `bucket` wants next; due when what has happened may bring it forward. */
  reconsider(bucket: Bucket<C>): Check<C> | undefined {
    const wanted = wantedCheck(bucket, this.#spine, this.#config)
    this.#dueAt[bucket.index] = Math.max(wanted?.at ?? Infinity, this.#freeAt(bucket))
    return wanted
  }

  /** `member` of `bucket` has been taken in or has answered: it will be silent one day. */
  expect({ index }: Bucket<C>, member: Entry<C>): void {
    const at = questionableAt(member, this.#config)
    if (at < this.#dueAt[index]!) this.#dueAt[index] = at
  }

  #freeAt({ checkedAt, checking }: Bucket<C>): number {
    const { checkIntervalMs, checkLapseMs } = this.#config
    return checkedAt + (checking === undefined ? checkIntervalMs : checkLapseMs)
  }
}

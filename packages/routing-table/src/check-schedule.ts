// Which checks are in flight, and when the next one may start: in each bucket one at a time, and one
// per interval. A check whose outcome never comes is forgotten after a while.
// The next instant is kept as a bound that may be early but is never late: whatever brings a check
// forward lowers the bound, and only a full look at the table raises it.

import type { Id, Identified } from '@dht/id'
import type { Bucket } from './bucket.ts'
import { type CheckSetting, wantedCheck } from './check.ts'
import { type Entry, isSameContact } from './entry.ts'

const NOTHING_DUE = Number.POSITIVE_INFINITY

export class CheckSchedule<C extends Identified> {
  readonly #setting: CheckSetting<C>
  #dueAt = NOTHING_DUE

  constructor(setting: CheckSetting<C>) {
    this.#setting = setting
  }

  /** No check is due before this instant; undefined: none before something happens. */
  nextAt(): number | undefined {
    return this.#dueAt === NOTHING_DUE ? undefined : this.#dueAt
  }

  /** The check that is most overdue in the whole table, marked as in flight. */
  take(now: number): C | undefined {
    if (now < this.#dueAt) return undefined
    const { spine } = this.#setting
    this.#dueAt = NOTHING_DUE
    let first: Bucket<C> | undefined
    // From our own bucket outwards, so that among equals the nearest is first.
    for (let index = spine.depth; index >= 0; index--) {
      const bucket = spine.buckets[index]!
      const dueAt = this.#dueIn(bucket)
      if (dueAt >= this.#dueAt) continue
      this.#dueAt = dueAt
      first = bucket
    }
    return first === undefined ? undefined : this.start(first, now)
  }

  /** Starts the check that the candidates of `bucket` want, if one is due. */
  start(bucket: Bucket<C>, now: number): C | undefined {
    if (!this.#isFree(bucket, now)) return this.#expect(this.#freeAt(bucket))
    const wanted = wantedCheck(bucket, this.#setting)
    if (wanted === undefined) return undefined
    return now < wanted.at ? this.#expect(wanted.at) : this.startOf(bucket, wanted.entry, now)
  }

  /** Starts a check of one contact of `bucket`, if no other stands in the way. */
  startOf(bucket: Bucket<C>, entry: Entry<C>, now: number): C | undefined {
    if (!this.#isFree(bucket, now)) return undefined
    bucket.checking = entry
    bucket.checkedAt = now
    this.reconsider(bucket)
    return entry.contact
  }

  /** Takes the outcome of the check of this id at this address, if it is in flight. */
  settle(bucket: Bucket<C>, id: Id, address: string | undefined): void {
    const { checking } = bucket
    if (checking === undefined || !isSameContact(checking, id, address)) return
    bucket.checking = undefined
    this.reconsider(bucket)
  }

  /** Something in `bucket` has changed that may bring its next check forward. */
  reconsider(bucket: Bucket<C>): void {
    this.#expect(this.#dueIn(bucket))
  }

  #dueIn(bucket: Bucket<C>): number {
    const wanted = wantedCheck(bucket, this.#setting)
    return wanted === undefined ? NOTHING_DUE : Math.max(wanted.at, this.#freeAt(bucket))
  }

  #isFree(bucket: Bucket<C>, now: number): boolean {
    return now >= this.#freeAt(bucket)
  }

  #freeAt({ checkedAt, checking }: Bucket<C>): number {
    const { checkIntervalMs, checkLapseMs } = this.#setting.config
    if (checking === undefined) return checkedAt + checkIntervalMs
    return checkedAt + Math.max(checkIntervalMs, checkLapseMs)
  }

  #expect(at: number): undefined {
    this.#dueAt = Math.min(this.#dueAt, at)
  }
}

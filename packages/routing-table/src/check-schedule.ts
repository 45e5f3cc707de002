// Which checks are in flight, and when the next one may start: in each bucket one at a time, one
// per interval. A check whose outcome never comes is forgotten after a while.
// The next instant is kept as a bound, for each bucket and for the table, that may be early but is
// never late: whatever might bring a check forward lowers it, and only a look at the bucket raises
// it. So most evidence costs no look at all.

import type { Identified } from '@dht/id'
import type { Bucket } from './bucket.ts'
import { wantedCheck } from './check.ts'
import { type Entry, isSameContact, NEVER_SEEN } from './entry.ts'
import type { RoutingTableConfig } from './options.ts'
import type { Spine } from './spine.ts'

export class CheckSchedule<C extends Identified> {
  readonly #spine: Spine<C>
  readonly #config: RoutingTableConfig<C>
  /** No check of the table is due before this instant. */
  #dueAt = Infinity

  constructor(spine: Spine<C>, config: RoutingTableConfig<C>) {
    this.#spine = spine
    this.#config = config
  }

  /** No check is due before this instant; undefined: none before something happens. */
  nextAt(): number | undefined {
    return this.#dueAt === Infinity ? undefined : this.#dueAt
  }

  /** The check of the nearest bucket in which one is due, marked as in flight. */
  take(now: number): C | undefined {
    if (now < this.#dueAt) return undefined
    this.#dueAt = Infinity
    let check: C | undefined
    for (const bucket of this.#spine.outwards()) {
      check ??= this.start(bucket, now)
      this.#dueAt = Math.min(this.#dueAt, bucket.checkDueAt)
    }
    return check
  }

  /** Starts the check that the candidates of `bucket` want, if one is due. */
  start(bucket: Bucket<C>, now: number): C | undefined {
    if (now < bucket.checkDueAt) return undefined
    const wanted = wantedCheck(bucket, this.#spine, this.#config)
    bucket.checkDueAt = Math.max(wanted?.at ?? Infinity, this.#freeAt(bucket))
    if (wanted === undefined || now < bucket.checkDueAt) return this.#expect(bucket)
    return this.startOf(bucket, wanted.entry, now)
  }

  /** The same, when the candidates have changed in a way that may call for another check. */
  restart(bucket: Bucket<C>, now: number): C | undefined {
    bucket.checkDueAt = NEVER_SEEN
    return this.start(bucket, now)
  }

  /** Starts a check of one contact of `bucket`, if no other stands in the way. */
  startOf(bucket: Bucket<C>, entry: Entry<C>, now: number): C | undefined {
    if (now < this.#freeAt(bucket)) return undefined
    bucket.checking = entry
    bucket.checkedAt = now
    this.reconsider(bucket)
    return entry.contact
  }

  /** Takes the outcome of the check of this contact, if it is in flight. */
  settle(bucket: Bucket<C>, contact: C, address: string | undefined): void {
    const { checking } = bucket
    if (checking === undefined || !isSameContact(checking, contact, address)) return
    bucket.checking = undefined
    this.reconsider(bucket)
  }

  /** Something has happened in `bucket` that may bring its next check forward. */
  reconsider(bucket: Bucket<C>): void {
    bucket.checkDueAt = bucket.candidates.length === 0 ? Infinity : this.#freeAt(bucket)
    this.#expect(bucket)
  }

  #freeAt({ checkedAt, checking }: Bucket<C>): number {
    const { checkIntervalMs, checkLapseMs } = this.#config
    return checkedAt + (checking === undefined ? checkIntervalMs : checkLapseMs)
  }

  #expect({ checkDueAt }: Bucket<C>): undefined {
    this.#dueAt = Math.min(this.#dueAt, checkDueAt)
  }
}

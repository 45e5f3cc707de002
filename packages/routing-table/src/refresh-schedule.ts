// Which part of the id space has been quiet for too long, and a target within it.
// Every bucket counts, empty ones too: an empty one is a part of the space of which we know nobody.
// A bucket is active as long as nobody in it is silent, and when a refresh of it is handed out;
// whether that refresh succeeds is of no interest here, the next one is due a span later either
// way. One silent member is enough, since it may be gone, and only a lookup brings somebody else.

import type { Id, Identified, Prefix, RandomSource } from '@dht/id'
import { activeAt, type Bucket } from './bucket.ts'
import type { Entry } from './entry.ts'
import type { RoutingTableConfig } from './options.ts'
import type { Spine } from './spine.ts'
import { hasElapsed } from './standing.ts'

/** A refresh to carry out: look up `target`, a random id inside `prefix`. */
export interface Refresh {
  readonly prefix: Prefix
  readonly target: Id
}

export class RefreshSchedule<C extends Identified> {
  readonly #spine: Spine<C>
  readonly #config: RoutingTableConfig<C>
  /** No refresh is due before; undefined: to be found out. Activity may make it too early. */
  #dueAt: number | undefined

  constructor(spine: Spine<C>, config: RoutingTableConfig<C>) {
    this.#spine = spine
    this.#config = config
  }

  /** No refresh is due before this instant. */
  nextAt(): number {
    this.#dueAt ??= this.#activeAt(this.#quietest()) + this.#config.refreshAfterMs
    return this.#dueAt
  }

  /** The refresh that is most overdue, marked as done. */
  take(now: number, random: RandomSource): Refresh | undefined {
    if (now < this.nextAt()) return undefined
    const bucket = this.#quietest()
    this.reconsider()
    if (!hasElapsed(this.#activeAt(bucket), this.#config.refreshAfterMs, now)) return undefined
    bucket.refreshedAt = now
    const prefix = this.#spine.prefixOf(bucket)
    return { prefix, target: prefix.randomId(random) }
  }

  /**
   * A member has left or has become bad, or our own bucket has split, which may bring the next
   * refresh forward.
   */
  reconsider(): void {
    this.#dueAt = undefined
  }

  /** `member` has been taken in or has answered: it will be silent one day. */
  expect({ lastSeenAt }: Entry<C>): void {
    const at = lastSeenAt + this.#config.refreshAfterMs
    if (this.#dueAt !== undefined && at < this.#dueAt) this.#dueAt = at
  }

  /** Quiet for longest; among equals the nearest, where our own answers come from. */
  #quietest(): Bucket<C> {
    let [quiet, since] = [this.#spine.buckets.at(-1)!, Infinity]
    for (const each of this.#spine.outwards()) {
      const activeAt = this.#activeAt(each)
      if (activeAt < since) [quiet, since] = [each, activeAt]
    }
    return quiet
  }

  #activeAt(bucket: Bucket<C>): number {
    return activeAt(bucket, this.#config.badAfter)
  }
}

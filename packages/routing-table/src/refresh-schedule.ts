// Which part of the id space has been quiet for too long, and a random target within it.
// Every bucket counts, also an empty one: it is a part of the space in which we know no contact.
// Neighbouring buckets that have few members are refreshed as one, because one lookup finds k
// nodes. Otherwise whoever takes ids near ours makes our own bucket split, and each of these
// buckets cause refreshes of its own.
// A span is active as long as none of its members is silent, and when a refresh of it is handed
// out. Whether that refresh succeeds doesn't matter: the next one is due a span later in any case.
// One silent member is enough for a refresh, because only a lookup finds a contact to replace it.

import type { Id, Identified, Prefix, RandomSource } from '@dht/id'
import { activeAt, type Bucket } from './bucket.ts'
import type { BucketList } from './bucket-list.ts'
import type { RoutingTableConfig } from './options.ts'
import { hasElapsed } from './standing.ts'
import type { TableEntry } from './table-entry.ts'

/** A refresh to carry out: look up `target`, a random id inside `prefix`. */
export interface Refresh {
  readonly prefix: Prefix
  readonly target: Id
}

export class RefreshSchedule<C extends Identified> {
  readonly #buckets: BucketList<C>
  readonly #config: RoutingTableConfig<C>
  /** No refresh is due before; undefined: not computed yet. Activity may make it too early. */
  #dueAt: number | undefined

  constructor(buckets: BucketList<C>, config: RoutingTableConfig<C>) {
    this.#buckets = buckets
    this.#config = config
  }

  /** No refresh is due before this instant. */
  nextAt(): number {
    this.#dueAt ??= this.#activeAt(this.#quietest()) + this.#config.refreshAfterMs
    return this.#dueAt
  }

  /** The refresh that is most overdue, marked as done; undefined: none is due. */
  take(now: number, random: RandomSource): Refresh | undefined {
    if (now < this.nextAt()) return undefined
    const bucket = this.#quietest()
    this.invalidate()
    if (!hasElapsed(this.#activeAt(bucket), this.#config.refreshAfterMs, now)) return undefined
    bucket.refreshedAt = now
    const prefix = this.#buckets.prefixOf(bucket)
    return { prefix, target: prefix.randomId(random) }
  }

  /**
   * To be called when the next refresh may be due earlier than before: a member has left or has
   * become bad, or our own bucket has split.
   */
  invalidate(): void {
    this.#dueAt = undefined
  }

  /** A member has joined or responded: its bucket is due once it has been silent for a span. */
  memberSeen({ lastSeenAt }: TableEntry<C>): void {
    const at = lastSeenAt + this.#config.refreshAfterMs
    if (this.#dueAt !== undefined && at < this.#dueAt) this.#dueAt = at
  }

  /** The bucket that has been quiet for longest; among equals the nearest, which matters most. */
  #quietest(): Bucket<C> {
    let [quiet, since] = [this.#buckets.all.at(-1)!, Infinity]
    for (const each of this.#buckets.nearestFirst()) {
      const activeAt = this.#activeAt(each)
      if (activeAt < since) [quiet, since] = [each, activeAt]
    }
    return quiet
  }

  #activeAt(bucket: Bucket<C>): number {
    return activeAt(bucket, this.#config.badAfter)
  }
}

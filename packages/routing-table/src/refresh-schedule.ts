// Which part of the id space has been quiet for too long, and a random target within it.
// Every bucket counts, also an empty one: it is a part of the space in which we know no contact.
// Neighbouring buckets that have few members are refreshed as one, because one lookup finds k
// nodes. Otherwise an attacker with ids near ours makes our own bucket split, and each of the new
// buckets causes refreshes of its own.
// A span is active as long as none of its members is silent, and when a refresh of it is handed
// out. Whether that refresh succeeds doesn't matter: the next one is due a span later in any case.
// One silent member is enough for a refresh, because only a lookup finds a contact to replace it.

import { type Id, type Identified, Prefix, type RandomSource } from '@dht/id'
import type { Bucket } from './bucket.ts'
import type { BucketList } from './bucket-list.ts'
import type { RoutingTableConfig } from './options.ts'
import { hasElapsed } from './standing.ts'
import { NEVER, type TableEntry } from './table-entry.ts'

/** A refresh to carry out: look up `target`, a random id inside `prefix`. */
export interface Refresh {
  readonly prefix: Prefix
  readonly target: Id
}

/** Neighbouring buckets that are refreshed as one. */
interface Span<C extends Identified> {
  /** The farthest first. */
  readonly buckets: readonly Bucket<C>[]
  /** The instant since which it may be out of date. */
  readonly activeAt: number
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
    this.#dueAt ??= this.#quietest().activeAt + this.#config.refreshAfterMs
    return this.#dueAt
  }

  /** The refresh that is most overdue, marked as done; undefined: none is due. */
  take(now: number, random: RandomSource): Refresh | undefined {
    if (now < this.nextAt()) return undefined
    const span = this.#quietest()
    this.invalidate()
    if (!hasElapsed(span.activeAt, this.#config.refreshAfterMs, now)) return undefined
    for (const bucket of span.buckets) bucket.refreshedAt = now
    const prefix = this.#prefixOf(span)
    return { prefix, target: prefix.randomId(random) }
  }

  /**
   * To be called when the next refresh may be due earlier than before: a member has joined, has
   * left, or has become bad or is no longer bad.
   */
  invalidate(): void {
    this.#dueAt = undefined
  }

  /** A member has responded: its span is due once it has been silent for `refreshAfterMs`. */
  memberSeen({ lastSeenAt }: TableEntry<C>): void {
    const at = lastSeenAt + this.#config.refreshAfterMs
    if (this.#dueAt !== undefined && at < this.#dueAt) this.#dueAt = at
  }

  /** The span that has been quiet for longest; among equals the nearest, which matters most. */
  #quietest(): Span<C> {
    return this.#spans().reduce((quiet, each) => (each.activeAt <= quiet.activeAt ? each : quiet))
  }

  /**
   * All buckets, from the farthest on: a span ends where it has k members that are not bad. So
   * there are at most as many spans as k go into the members, and one more.
   */
  #spans(): Span<C>[] {
    const { k, badAfter } = this.#config
    const spans: Span<C>[] = []
    let span = { buckets: [] as Bucket<C>[], refreshedAt: Infinity, seenAt: Infinity, live: 0 }
    const { all } = this.#buckets
    for (const bucket of all) {
      span.buckets.push(bucket)
      span.refreshedAt = Math.min(span.refreshedAt, bucket.refreshedAt)
      for (const { failures, lastSeenAt } of bucket.members.entries) {
        if (failures >= badAfter) continue
        span.live++
        span.seenAt = Math.min(span.seenAt, lastSeenAt)
      }
      if (span.live < k && bucket !== all.at(-1)) continue
      const seenAt = span.live === 0 ? NEVER : span.seenAt
      spans.push({ buckets: span.buckets, activeAt: Math.max(span.refreshedAt, seenAt) })
      span = { buckets: [], refreshedAt: Infinity, seenAt: Infinity, live: 0 }
    }
    return spans
  }

  /** The ids of several buckets: those that share as many bits with ours as in the farthest. */
  #prefixOf({ buckets: [first, ...others] }: Span<C>): Prefix {
    if (others.length === 0) return this.#buckets.prefixOf(first!)
    return Prefix.of(this.#buckets.self, first!.index)
  }
}

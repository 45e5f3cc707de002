// How fast one destination may be written to. Receivers turn away a node that asks too often, and
// their silence would look like death; so a query beyond the pace waits for its turn. Replies and
// repetitions are counted and never wait. Knows destinations by their keys, and nothing of what is
// sent. It has no timer: it is told the time, and says when it wants to be told again.

import type { Pace } from '@dht/krpc'

/** Replies count for no longer than that, ms: receivers count over 10 s (libtorrent). */
const DEBT_MS = 10_000

/** What a datagram takes from the credit of its destination. */
const COST = 1_000

/** What may wait, and how much is remembered. */
export interface PacerOptions {
  readonly pace: Pace
  /** Most queries that wait at once. */
  readonly maxWaiting: number
  /** Most destinations remembered of one span; as many are remembered of the span before. */
  readonly maxDestinations: number
  /** A query that has waited for so long counts as slow, ms. */
  readonly slowMs: number
  /** One that has waited for so long is given up, ms. */
  readonly maxWaitMs: number
}

/** A destination that was written to of late. */
interface Destination {
  readonly key: string
  /**
   * What may be sent at once, in thousandths of a datagram, so that whole ms give whole numbers.
   * Below COST queries wait; replies may take it below 0.
   */
  credit: number
  /** When that was so. */
  at: number
}

interface Waiting<T> {
  readonly item: T
  readonly to: Destination
  readonly since: number
}

export class Pacer<T> {
  readonly #options: PacerOptions
  /**
   * Destinations that were asked for in this span, and in the one before. After a span without
   * queries the credit of a destination is whole again, so nothing is lost by forgetting it. Two
   * maps that are filled and dropped cost less than one whose entries move to its end.
   */
  #recent = new Map<string, Destination>()
  #former = new Map<string, Destination>()
  readonly #spanMs: number
  #spanAt = Number.NEGATIVE_INFINITY
  /** What waits for each destination, oldest first. The destination served last comes last. */
  readonly #queues = new Map<Destination, Waiting<T>[]>()
  /** No queue has a turn before this instant. */
  #turnAt = Number.POSITIVE_INFINITY
  /** What waits and was not called slow yet, oldest first. */
  readonly #fresh = new Set<Waiting<T>>()
  /** All that waits, oldest first. */
  readonly #all = new Map<T, Waiting<T>>()
  /** Since when the newest of them waits: a clock that goes back makes none the older one. */
  #latestAt = Number.NEGATIVE_INFINITY

  constructor(options: PacerOptions) {
    this.#options = options
    const { burst, perSecond } = options.pace
    this.#spanMs = DEBT_MS + Math.ceil((burst * COST) / perSecond)
  }

  /** Queries that wait. */
  get waiting(): number {
    return this.#all.size
  }

  /** Destinations remembered. */
  get destinations(): number {
    return this.#recent.size + this.#former.size
  }

  /** Whether no further query may wait. */
  get isFull(): boolean {
    return this.#all.size >= this.#options.maxWaiting
  }

  /**
   * A query wants to leave. `sent`: now, and it is counted. `waits`: `take` hands it out when it is
   * its turn. `full`: too many wait; nothing is kept.
   */
  offer(key: string, item: T, now: number): 'sent' | 'waits' | 'full' {
    const to = this.#use(key, now)
    if (to === undefined) return 'full'
    const queue = this.#queues.get(to)
    if (queue === undefined && to.credit >= COST) {
      to.credit -= COST
      return 'sent'
    }
    if (this.isFull) return 'full'
    this.#latestAt = Math.max(this.#latestAt, now)
    const waiting = { item, to, since: this.#latestAt }
    if (queue === undefined) this.#queues.set(to, [waiting])
    else queue.push(waiting)
    this.#turnAt = Math.min(this.#turnAt, this.#readyAt(to))
    this.#fresh.add(waiting)
    this.#all.set(item, waiting)
    return 'waits'
  }

  /** Something else was sent there. It counts where queries went of late, and nowhere else. */
  count(key: string, now: number): void {
    const to = this.#recent.get(key) ?? this.#former.get(key)
    if (to === undefined) return
    this.#fill(to, now)
    const { perSecond } = this.#options.pace
    to.credit = Math.max(to.credit - COST, -perSecond * DEBT_MS)
  }

  /** A query whose turn it is; it is counted. */
  take(now: number): T | undefined {
    if (now < this.#turnAt) return undefined
    let turnAt = Number.POSITIVE_INFINITY
    for (const [to, queue] of this.#queues) {
      this.#fill(to, now)
      if (to.credit >= COST) {
        this.#turnAt = now
        return this.#takeFirst(to, queue)
      }
      turnAt = Math.min(turnAt, this.#readyAt(to))
    }
    this.#turnAt = turnAt
    return undefined
  }

  /** A query that has waited for long; each is told once, and goes on waiting. */
  takeSlow(now: number): T | undefined {
    const [oldest] = this.#fresh
    if (oldest === undefined || now < oldest.since + this.#options.slowMs) return undefined
    this.#fresh.delete(oldest)
    return oldest.item
  }

  /** A query that has waited for too long; it waits no longer. */
  takeExpired(now: number): T | undefined {
    const [oldest] = this.#all.values()
    if (oldest === undefined || now < oldest.since + this.#options.maxWaitMs) return undefined
    this.#leave(oldest)
    return oldest.item
  }

  /** One of these has nothing before this instant, ms; undefined: nothing waits. */
  nextAt(): number | undefined {
    if (this.#all.size === 0) return undefined
    const { slowMs, maxWaitMs } = this.#options
    const [first] = this.#all.values()
    const [oldest] = this.#fresh
    return Math.min(this.#turnAt, endOfWait(first, maxWaitMs), endOfWait(oldest, slowMs))
  }

  /** Forgets `item`, if it waits. */
  remove(item: T): void {
    const waiting = this.#all.get(item)
    if (waiting !== undefined) this.#leave(waiting)
  }

  /** Forgets what waits and is no longer wanted. */
  drop(isUnwanted: (item: T) => boolean): void {
    for (const waiting of [...this.#all.values()])
      if (isUnwanted(waiting.item)) this.#leave(waiting)
  }

  #takeFirst(to: Destination, queue: Waiting<T>[]): T {
    const [first] = queue as [Waiting<T>]
    to.credit -= COST
    this.#leave(first)
    // The others come before it next time.
    if (this.#queues.delete(to)) this.#queues.set(to, queue)
    return first.item
  }

  #leave(waiting: Waiting<T>): void {
    const queue = this.#queues.get(waiting.to) as Waiting<T>[]
    // Nearly always the first.
    queue.splice(queue.indexOf(waiting), 1)
    this.#fresh.delete(waiting)
    this.#all.delete(waiting.item)
    if (queue.length === 0) this.#queues.delete(waiting.to)
  }

  /** @returns undefined when as many destinations have a queue as may be remembered */
  #use(key: string, now: number): Destination | undefined {
    if (now - this.#spanAt >= this.#spanMs) this.#beginSpan(now)
    const known = this.#recent.get(key)
    if (known !== undefined) {
      this.#fill(known, now)
      return known
    }
    const { maxDestinations } = this.#options
    if (this.#recent.size >= maxDestinations) this.#beginSpan(now)
    if (this.#recent.size >= maxDestinations) return undefined
    const to = this.#former.get(key) ?? { key, credit: this.#whole, at: now }
    this.#former.delete(key)
    this.#recent.set(key, to)
    this.#fill(to, now)
    return to
  }

  /** What was not asked for in the last span is forgotten, unless something waits for it. */
  #beginSpan(now: number): void {
    this.#former = this.#recent
    this.#recent = new Map()
    this.#spanAt = now
    for (const to of this.#queues.keys()) {
      this.#former.delete(to.key)
      this.#recent.set(to.key, to)
    }
  }

  get #whole(): number {
    return this.#options.pace.burst * COST
  }

  /** A clock that goes back adds nothing and takes nothing away. */
  #fill(to: Destination, now: number): void {
    if (now <= to.at) return
    to.credit = Math.min(this.#whole, to.credit + (now - to.at) * this.#options.pace.perSecond)
    to.at = now
  }

  #readyAt({ credit, at }: Destination): number {
    if (credit >= COST) return at
    return at + Math.ceil((COST - credit) / this.#options.pace.perSecond)
  }
}

function endOfWait(waiting: Waiting<unknown> | undefined, ms: number): number {
  return waiting === undefined ? Number.POSITIVE_INFINITY : waiting.since + ms
}

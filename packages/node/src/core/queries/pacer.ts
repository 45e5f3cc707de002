// Limits the pace of queries to each destination. Receivers ignore a node that sends too many
// queries, and this node would take their silence for a failure. A query above the pace waits for
// its turn. Replies and resent queries count but never wait. They leave a quarter of the pace to
// queries: otherwise anybody could keep this node from querying a destination, by queries in its
// name that this node replies to. Knows destinations only by their keys, and has no timer: it is
// told the time, and says when it must be called next.

import type { Pace } from '@dht/krpc'

/** Replies count for at most this long, ms: receivers count over 10 s (libtorrent). */
const MAX_DEBT_MS = 10_000

/** Credit that one datagram costs its destination. */
const COST = 1_000

/** Part of the pace that replies leave to queries: ours. */
const SHARE_OF_QUERIES = 0.25

export interface PacerOptions {
  readonly pace: Pace
  /** Most waiting queries. */
  readonly maxWaiting: number
  /** Most destinations with waiting queries. As many others are remembered of each of two spans. */
  readonly maxDestinations: number
  /** Wait after which a query counts as slow, ms. */
  readonly slowMs: number
  /** Wait after which a query is given up, ms. */
  readonly maxWaitMs: number
}

/** A destination to which queries were sent recently. */
interface Destination {
  readonly key: string
  /**
   * What may be sent at once, in thousandths of a datagram, so that whole milliseconds give whole
   * numbers. Replies may make it negative.
   */
  credit: number
  /**
   * The same for queries alone, of which replies take nothing. A query waits while both are below
   * COST. Without replies this credit is never the larger one.
   */
  ofQueries: number
  /** The instant of that credit, ms. */
  at: number
}

/** The waiting queries to one destination, oldest first; at least one. */
interface Queue<T> {
  readonly to: Destination
  readonly waiting: Waiting<T>[]
}

interface Waiting<T> {
  readonly item: T
  readonly key: string
  readonly since: number
}

export class Pacer<T> {
  readonly #options: PacerOptions
  /**
   * The destinations without waiting queries that were used in the current span, and in the
   * previous one. After a span without queries the credit of a destination is full again, so it can
   * be forgotten. Dropping a whole map costs less than moving entries to the end of one map.
   */
  #current = new Map<string, Destination>()
  #previous = new Map<string, Destination>()
  readonly #spanMs: number
  #spanAt = Number.NEGATIVE_INFINITY
  /** The destinations with waiting queries. The one served last comes last. */
  readonly #queues = new Map<string, Queue<T>>()
  /** No waiting query may be sent before this instant, ms. */
  #turnAt = Number.POSITIVE_INFINITY
  /** Waiting queries that do not count as slow yet, oldest first. */
  readonly #notSlow = new Set<Waiting<T>>()
  /** All waiting queries, oldest first. */
  readonly #all = new Map<T, Waiting<T>>()
  /** When the newest one began to wait, ms; a clock that goes back does not change the order. */
  #latestAt = Number.NEGATIVE_INFINITY

  constructor(options: PacerOptions) {
    this.#options = options
    const { burst, perSecond } = options.pace
    this.#spanMs = MAX_DEBT_MS + Math.ceil((burst * COST) / perSecond)
  }

  /** Number of waiting queries. */
  get waiting(): number {
    return this.#all.size
  }

  /** Number of remembered destinations. */
  get destinations(): number {
    return this.#current.size + this.#previous.size + this.#queues.size
  }

  /** Whether no more queries may wait. */
  get isFull(): boolean {
    return this.#all.size >= this.#options.maxWaiting
  }

  /**
   * Offers a query. `sent`: it may be sent now, and is counted. `waits`: `take` returns it when it
   * is its turn. `full`: too many wait, and it is not kept.
   */
  offer(key: string, item: T, now: number): 'sent' | 'waits' | 'full' {
    const queue = this.#queues.get(key)
    const to = queue?.to ?? this.#idle(key, now)
    this.#refill(to, now)
    if (queue === undefined && isReady(to)) {
      this.#spend(to)
      return 'sent'
    }
    const hasPlace = queue !== undefined || this.#queues.size < this.#options.maxDestinations
    if (this.isFull || !hasPlace) return 'full'
    this.#latestAt = Math.max(this.#latestAt, now)
    const waiting = { item, key, since: this.#latestAt }
    if (queue === undefined) this.#beginQueue(to, waiting)
    else queue.waiting.push(waiting)
    this.#turnAt = Math.min(this.#turnAt, this.#readyAt(to))
    this.#notSlow.add(waiting)
    this.#all.set(item, waiting)
    return 'waits'
  }

  /** Something else was sent there. It counts only for a remembered destination. */
  count(key: string, now: number): void {
    const queue = this.#queues.get(key)
    const to = queue?.to ?? this.#current.get(key) ?? this.#previous.get(key)
    if (to === undefined) return
    this.#refill(to, now)
    this.#charge(to)
  }

  /** Takes a query whose turn it is, and counts it. */
  take(now: number): T | undefined {
    if (now < this.#turnAt) return undefined
    let turnAt = Number.POSITIVE_INFINITY
    for (const queue of this.#queues.values()) {
      const { to } = queue
      this.#refill(to, now)
      if (isReady(to)) {
        this.#turnAt = now
        return this.#takeFirst(queue)
      }
      turnAt = Math.min(turnAt, this.#readyAt(to))
    }
    this.#turnAt = turnAt
    return undefined
  }

  /** A query that has become slow. Each is returned once, and goes on waiting. */
  takeSlow(now: number): T | undefined {
    const [oldest] = this.#notSlow
    if (oldest === undefined || now < oldest.since + this.#options.slowMs) return undefined
    this.#notSlow.delete(oldest)
    return oldest.item
  }

  /** Takes out a query that has waited for too long. */
  takeExpired(now: number): T | undefined {
    const [oldest] = this.#all.values()
    if (oldest === undefined || now < oldest.since + this.#options.maxWaitMs) return undefined
    this.#removeWaiting(oldest)
    return oldest.item
  }

  /** The other methods have nothing to return before this instant, ms; undefined: nothing waits. */
  nextAt(): number | undefined {
    if (this.#all.size === 0) return undefined
    const { slowMs, maxWaitMs } = this.#options
    const [first] = this.#all.values()
    const [oldest] = this.#notSlow
    return Math.min(this.#turnAt, endOfWait(first, maxWaitMs), endOfWait(oldest, slowMs))
  }

  /** Forgets a query, if it waits. */
  remove(item: T): void {
    const waiting = this.#all.get(item)
    if (waiting !== undefined) this.#removeWaiting(waiting)
  }

  /** Forgets the waiting queries that are no longer wanted. */
  drop(isUnwanted: (item: T) => boolean): void {
    for (const waiting of [...this.#all.values()])
      if (isUnwanted(waiting.item)) this.#removeWaiting(waiting)
  }

  #takeFirst(queue: Queue<T>): T {
    const [first] = queue.waiting as [Waiting<T>]
    this.#spend(queue.to)
    this.#removeWaiting(first)
    // Moves the destination to the end, so that the others come first next time.
    if (this.#queues.delete(first.key)) this.#queues.set(first.key, queue)
    return first.item
  }

  #beginQueue(to: Destination, first: Waiting<T>): void {
    this.#current.delete(to.key)
    this.#queues.set(to.key, { to, waiting: [first] })
  }

  #removeWaiting(waiting: Waiting<T>): void {
    const { to, waiting: queue } = this.#queues.get(waiting.key) as Queue<T>
    // It is nearly always the first of its queue.
    queue.splice(queue.indexOf(waiting), 1)
    this.#notSlow.delete(waiting)
    this.#all.delete(waiting.item)
    if (queue.length > 0) return
    this.#queues.delete(to.key)
    this.#remember(to, this.#latestAt)
  }

  /** The destination of that key, for which no query waits. */
  #idle(key: string, now: number): Destination {
    if (now - this.#spanAt >= this.#spanMs) this.#beginSpan(now)
    const known = this.#current.get(key)
    if (known !== undefined) return known
    const to = this.#previous.get(key) ?? this.#newDestination(key, now)
    this.#remember(to, now)
    return to
  }

  /** Remembers a destination as one of the current span. */
  #remember(to: Destination, now: number): void {
    if (this.#current.size >= this.#options.maxDestinations) this.#beginSpan(now)
    this.#previous.delete(to.key)
    this.#current.set(to.key, to)
  }

  /** Forgets the destinations of the previous span. */
  #beginSpan(now: number): void {
    this.#previous = this.#current
    this.#current = new Map()
    this.#spanAt = now
  }

  #newDestination(key: string, at: number): Destination {
    return { key, credit: this.#fullCredit, ofQueries: this.#fullCreditOfQueries, at }
  }

  get #fullCredit(): number {
    return this.#options.pace.burst * COST
  }

  /** At least one query's, so that there can be one at all. */
  get #fullCreditOfQueries(): number {
    return Math.max(COST, SHARE_OF_QUERIES * this.#fullCredit)
  }

  /** A query was sent there. */
  #spend(to: Destination): void {
    this.#charge(to)
    to.ofQueries = Math.max(to.ofQueries - COST, 0)
  }

  #charge(to: Destination): void {
    to.credit = Math.max(to.credit - COST, -this.#options.pace.perSecond * MAX_DEBT_MS)
  }

  /** Adds the credit of the time that has passed. A clock that goes back changes nothing. */
  #refill(to: Destination, now: number): void {
    if (now <= to.at) return
    const more = (now - to.at) * this.#options.pace.perSecond
    to.credit = Math.min(this.#fullCredit, to.credit + more)
    to.ofQueries = Math.min(this.#fullCreditOfQueries, to.ofQueries + SHARE_OF_QUERIES * more)
    to.at = now
  }

  #readyAt({ credit, ofQueries, at }: Destination): number {
    const missing = Math.min(COST - credit, (COST - ofQueries) / SHARE_OF_QUERIES)
    return at + Math.max(0, Math.ceil(missing / this.#options.pace.perSecond))
  }
}

function isReady({ credit, ofQueries }: Destination): boolean {
  return credit >= COST || ofQueries >= COST
}

function endOfWait(waiting: Waiting<unknown> | undefined, ms: number): number {
  return waiting === undefined ? Number.POSITIVE_INFINITY : waiting.since + ms
}

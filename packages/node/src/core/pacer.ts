// How fast one destination may be written to. Receivers turn away a node that asks too often, and
// their silence would look like death; so a query beyond the pace waits for its turn. Replies and
// repetitions are counted and never wait. Knows destinations by their keys, and nothing of what is
// sent. It has no timer: it is told the time, and says when it wants to be told again.

import type { Pace } from '@dht/krpc'

/**
 * Replies count for no longer than that, ms: receivers count over 10 s (libtorrent). A destination
 * to which no query went for so long is forgotten once its credit is whole again.
 */
const DEBT_MS = 10_000

/** What a datagram takes from the credit of its destination. */
const COST = 1_000

/** What may wait, and how much is remembered. */
export interface PacerOptions {
  readonly pace: Pace
  /** Most queries that wait at once. */
  readonly maxWaiting: number
  /** Most destinations remembered; the one longest unused and without a queue is forgotten. */
  readonly maxDestinations: number
  /** A query that has waited for so long counts as slow, ms. */
  readonly slowMs: number
  /** One that has waited for so long is given up, ms. */
  readonly maxWaitMs: number
}

/** A destination that was written to of late. */
interface Destination<T> {
  readonly key: string
  /**
   * What may be sent at once, in thousandths of a datagram, so that whole ms give whole numbers.
   * Below COST queries wait; replies may take it below 0.
   */
  credit: number
  /** When that was so. */
  at: number
  /** When a query last went there or was to. */
  usedAt: number
  /** Oldest first. */
  readonly queue: Waiting<T>[]
}

interface Waiting<T> {
  readonly item: T
  readonly to: Destination<T>
  readonly since: number
}

export class Pacer<T> {
  readonly #options: PacerOptions
  /** The one used last comes last. */
  readonly #destinations = new Map<string, Destination<T>>()
  /** Those with a queue. */
  readonly #busy = new Set<Destination<T>>()
  /** What waits and was not called slow yet, oldest first. */
  readonly #fresh = new Set<Waiting<T>>()
  /** All that waits, oldest first. */
  readonly #all = new Map<T, Waiting<T>>()
  /** Since when the newest of them waits: a clock that goes back makes none the older one. */
  #latestAt = Number.NEGATIVE_INFINITY

  constructor(options: PacerOptions) {
    this.#options = options
  }

  /** Queries that wait. */
  get waiting(): number {
    return this.#all.size
  }

  /** Destinations remembered. */
  get destinations(): number {
    return this.#destinations.size
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
    if (to.queue.length === 0 && to.credit >= COST) {
      to.credit -= COST
      return 'sent'
    }
    if (this.isFull) return 'full'
    this.#latestAt = Math.max(this.#latestAt, now)
    const waiting = { item, to, since: this.#latestAt }
    to.queue.push(waiting)
    this.#busy.add(to)
    this.#fresh.add(waiting)
    this.#all.set(item, waiting)
    return 'waits'
  }

  /** Something else was sent there. It counts where queries went of late, and nowhere else. */
  count(key: string, now: number): void {
    const to = this.#destinations.get(key)
    if (to === undefined) return
    this.#fill(to, now)
    const { perSecond } = this.#options.pace
    to.credit = Math.max(to.credit - COST, -perSecond * DEBT_MS)
  }

  /** A query whose turn it is; it is counted. */
  take(now: number): T | undefined {
    for (const to of this.#busy) {
      this.#fill(to, now)
      if (to.credit < COST) continue
      to.credit -= COST
      const [{ item }] = to.queue as [Waiting<T>]
      this.#leave(to.queue[0]!)
      // The others come before it next time.
      if (this.#busy.delete(to) && to.queue.length > 0) this.#busy.add(to)
      return item
    }
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

  /** When one of these next has something, ms; undefined: nothing waits. */
  nextAt(): number | undefined {
    let at = Number.POSITIVE_INFINITY
    for (const to of this.#busy) at = Math.min(at, this.#readyAt(to))
    const [oldest] = this.#fresh
    if (oldest !== undefined) at = Math.min(at, oldest.since + this.#options.slowMs)
    const [first] = this.#all.values()
    if (first !== undefined) at = Math.min(at, first.since + this.#options.maxWaitMs)
    return at === Number.POSITIVE_INFINITY ? undefined : at
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

  #leave(waiting: Waiting<T>): void {
    const { to } = waiting
    // Nearly always the first.
    to.queue.splice(to.queue.indexOf(waiting), 1)
    this.#fresh.delete(waiting)
    this.#all.delete(waiting.item)
    if (to.queue.length === 0) this.#busy.delete(to)
  }

  /** @returns undefined when as many destinations have a queue as may be remembered */
  #use(key: string, now: number): Destination<T> | undefined {
    const known = this.#destinations.get(key)
    if (known === undefined && !this.#makeRoom(now)) return undefined
    this.#destinations.delete(key)
    const to = known ?? { key, credit: this.#whole, at: now, usedAt: now, queue: [] }
    to.usedAt = now
    this.#destinations.set(key, to)
    this.#fill(to, now)
    return to
  }

  #makeRoom(now: number): boolean {
    for (const to of this.#destinations.values()) {
      if (!this.#isSpent(to, now)) break
      this.#destinations.delete(to.key)
    }
    if (this.#destinations.size < this.#options.maxDestinations) return true
    for (const [key, { queue }] of this.#destinations) {
      if (queue.length === 0) return this.#destinations.delete(key)
    }
    return false
  }

  /** Whether nothing is lost by forgetting it. */
  #isSpent(to: Destination<T>, now: number): boolean {
    const isIdle = to.queue.length === 0 && now - to.usedAt >= DEBT_MS
    return isIdle && this.#creditAt(to, now) === this.#whole
  }

  get #whole(): number {
    return this.#options.pace.burst * COST
  }

  /** A clock that goes back adds nothing and takes nothing away. */
  #fill(to: Destination<T>, now: number): void {
    to.credit = this.#creditAt(to, now)
    to.at = Math.max(to.at, now)
  }

  #creditAt({ credit, at }: Destination<T>, now: number): number {
    if (now <= at) return credit
    return Math.min(this.#whole, credit + (now - at) * this.#options.pace.perSecond)
  }

  #readyAt({ credit, at }: Destination<T>): number {
    if (credit >= COST) return at
    return at + Math.ceil((COST - credit) / this.#options.pace.perSecond)
  }
}

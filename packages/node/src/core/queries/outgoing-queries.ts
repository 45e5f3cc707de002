// The queries of one overlay that are about to be sent, paced per destination. A destination is a
// host. Where many nodes share an address (on loopback and in the trusted subnets) it is an
// endpoint. Tells observers that their query waits, and gives up queries that wait for too long.

import type { Endpoint, Transaction } from '@dht/krpc'
import type { Counters } from '../counters.ts'
import type { SharedAddresses } from '../overlay/shared-addresses.ts'
import type { Services } from '../services.ts'
import type { OpenQuery } from './open-query.ts'
import { Pacer } from './pacer.ts'
import type { AnyContent } from './query-content.ts'
import type { QueryObserver } from './query-observer.ts'
import type { Refusal } from './refusal.ts'

/** A query that was accepted: the handle with which to cancel it. */
export interface OutgoingQuery {
  readonly to: Endpoint
  readonly content: AnyContent
  readonly observer: QueryObserver
  /** Undefined: the query was not sent yet. */
  transaction: Transaction<OpenQuery> | undefined
}

/** The query, which was sent or waits for its turn; or why it is not sent. */
export type AskResult =
  | { readonly kind: 'accepted'; readonly query: OutgoingQuery }
  | { readonly kind: 'refused'; readonly reason: Refusal }

export function refused(reason: Refusal): AskResult {
  return { kind: 'refused', reason }
}

/** Waiting queries: ours, sixteen for each operation that may run by default. */
export const MAX_WAITING = 16_384
/** Destinations remembered per span, of two spans: ours, at most 2 MiB in all. */
const MAX_DESTINATIONS = 4_096
/** Wait after which a lookup queries another node meanwhile, ms: ours, a long round trip. */
const SLOW_MS = 1_000

export class OutgoingQueries {
  readonly #pacer: Pacer<OutgoingQuery>
  readonly #addresses: SharedAddresses
  readonly #counters: Counters

  constructor(services: Pick<Services, 'config' | 'counters' | 'sharedAddresses'>) {
    const { config, counters, sharedAddresses } = services
    const { network, paceWaitMs } = config
    this.#counters = counters
    this.#addresses = sharedAddresses
    this.#pacer = new Pacer({
      pace: network.pace,
      maxWaiting: MAX_WAITING,
      maxDestinations: MAX_DESTINATIONS,
      slowMs: SLOW_MS,
      maxWaitMs: paceWaitMs,
    })
  }

  /** Queries that wait for their turn. */
  get waiting(): number {
    return this.#pacer.waiting
  }

  /** Whether a query may be sent now, waits for its turn, or is refused because too many wait. */
  offer(query: OutgoingQuery, now: number): 'sent' | 'waits' | 'full' {
    const admission = this.#pacer.offer(this.#addresses.keyOf(query.to), query, now)
    if (admission === 'full') this.#counters.queriesDropped++
    if (admission === 'waits') {
      this.#counters.queriesQueued++
      query.observer.onQueued?.()
    }
    return admission
  }

  /**
   * Tells the observers of queries that have waited for long, gives up queries that have waited for
   * too long, and sends those whose turn it is.
   *
   * @param send - returns false when too many queries are open
   */
  sendDue(send: (query: OutgoingQuery) => boolean, now: number): void {
    if (this.waiting === 0) return
    const pacer = this.#pacer
    for (let slow = pacer.takeSlow(now); slow !== undefined; slow = pacer.takeSlow(now)) {
      slow.observer.onStalled(false, now)
    }
    for (let late = pacer.takeExpired(now); late !== undefined; late = pacer.takeExpired(now)) {
      this.#counters.queriesDropped++
      late.observer.onFailure('rate-limited', now)
    }
    for (let next = pacer.take(now); next !== undefined; next = pacer.take(now)) {
      next.observer.onSent?.()
      if (!send(next)) next.observer.onFailure('too-many-queries', now)
    }
  }

  /** A reply or a resent query was sent to `to`. These count and never wait. */
  countSent(to: Endpoint, now: number): void {
    if (this.#pacer.destinations > 0) this.#pacer.count(this.#addresses.keyOf(to), now)
  }

  /** Takes out all waiting queries, oldest first. */
  takeAll(): OutgoingQuery[] {
    const all: OutgoingQuery[] = []
    this.#pacer.drop((query) => all.push(query) > 0)
    return all
  }

  /** When a waiting query may be sent or is given up, ms; undefined: none waits. */
  nextAt(): number | undefined {
    return this.#pacer.nextAt()
  }

  /** Forgets a waiting query whose response is no longer wanted. */
  remove(query: OutgoingQuery): void {
    this.#pacer.remove(query)
  }

  /** Forgets the waiting queries of operations that have ended. */
  dropUnwanted(): void {
    if (this.waiting > 0) this.#pacer.drop(({ observer }) => observer.isWanted === false)
  }
}

// The queries of one overlay on their way out: which destination each counts for, and what waits
// for its turn. Where many nodes share an address (on loopback, in subnets that the user trusts)
// each endpoint is a destination of its own, elsewhere each host is.

import { type Endpoint, formatEndpoint, type Transaction } from '@dht/krpc'
import type { Counters } from '../counters.ts'
import { sourceKeyOf } from '../overlay/host-key.ts'
import { isInSubnet, parseSubnet, type Subnet } from '../overlay/subnets.ts'
import { isLoopback } from '../overlay/this-machine.ts'
import type { Services } from '../services.ts'
import type { OpenQuery } from './open-query.ts'
import { Pacer } from './pacer.ts'
import type { QueryContent } from './query-content.ts'
import type { QueryObserver } from './query-observer.ts'
import type { Refusal } from './refusal.ts'

/** A query on its way, for who asks and may want to cancel it. */
export interface OutgoingQuery {
  readonly to: Endpoint
  readonly content: QueryContent
  readonly observer: QueryObserver
  /** Undefined: it has not left. */
  transaction: Transaction<OpenQuery> | undefined
}

/** A query that was sent or waits for its turn, or why it is not. */
export type AskResult =
  | { readonly kind: 'accepted'; readonly query: OutgoingQuery }
  | { readonly kind: 'refused'; readonly reason: Refusal }

export function refused(reason: Refusal): AskResult {
  return { kind: 'refused', reason }
}

/** Queries that wait at once: ours; sixteen for each of the operations that may be under way. */
const MAX_WAITING = 16_384
/** Destinations remembered of each of two spans: ours, 2 MiB at most in all. */
const MAX_DESTINATIONS = 4_096
/** Wait after which a lookup asks somebody else meanwhile, ms: ours, a long round trip. */
const SLOW_MS = 1_000

export class OutgoingQueries {
  readonly #pacer: Pacer<OutgoingQuery>
  readonly #trusted: readonly Subnet[]
  readonly #counters: Counters

  constructor({ config, counters }: Pick<Services, 'config' | 'counters'>) {
    const { network, paceWaitMs, trustedSubnets } = config
    this.#counters = counters
    this.#trusted = trustedSubnets.map((text) => parseSubnet(text) as Subnet)
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

  /** Whether a query may leave now, waits for its turn, or can't be kept. */
  offer(query: OutgoingQuery, now: number): 'sent' | 'waits' | 'full' {
    const admission = this.#pacer.offer(this.#destinationOf(query.to), query, now)
    if (admission === 'full') this.#counters.paced++
    if (admission === 'waits') {
      this.#counters.waited++
      query.observer.onQueued?.()
    }
    return admission
  }

  /**
   * Tells whose query has waited for long, gives up what has waited for too long, and sends what
   * may leave.
   *
   * @param send - false: too many are open
   */
  sendDue(send: (query: OutgoingQuery) => boolean, now: number): void {
    if (this.waiting === 0) return
    const pacer = this.#pacer
    for (let slow = pacer.takeSlow(now); slow !== undefined; slow = pacer.takeSlow(now)) {
      slow.observer.onStalled(false, now)
    }
    for (let old = pacer.takeExpired(now); old !== undefined; old = pacer.takeExpired(now)) {
      this.#counters.paced++
      old.observer.onFailure('paced', now)
    }
    for (let next = pacer.take(now); next !== undefined; next = pacer.take(now)) {
      next.observer.onSent?.()
      if (!send(next)) next.observer.onFailure('overflow', now)
    }
  }

  /** Something that does not wait was sent: a reply, or a query once more. */
  countSent(to: Endpoint, now: number): void {
    if (this.#pacer.destinations > 0) this.#pacer.count(this.#destinationOf(to), now)
  }

  /** All that waits, oldest first; it waits no longer. */
  takeAll(): OutgoingQuery[] {
    const all: OutgoingQuery[] = []
    this.#pacer.drop((query) => all.push(query) > 0)
    return all
  }

  nextAt(): number | undefined {
    return this.#pacer.nextAt()
  }

  /** Nobody wants the answer any more. */
  remove(query: OutgoingQuery): void {
    this.#pacer.remove(query)
  }

  /** Forgets the queries of operations that have ended, which call this when they do. */
  dropUnwanted(): void {
    if (this.waiting > 0) this.#pacer.drop(({ observer }) => observer.isWanted === false)
  }

  #destinationOf(to: Endpoint): string {
    const isShared = isLoopback(to) || isInSubnet(to.address, this.#trusted)
    return isShared ? formatEndpoint(to) : sourceKeyOf(to)
  }
}

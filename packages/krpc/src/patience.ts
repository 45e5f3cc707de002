// How long to wait for an answer: the one place where slowness is defined.
// Fixed time-outs ruin lookups: what is generous for a neighbour is too short for another
// continent. So patience follows what was measured: of this endpoint; failing that, of all
// endpoints; failing that, it is the initial one. Whoever let a query expire is a suspect and is
// given twice the time before the next one expires (RFC 6298 §5.5): a round trip that is always cut
// short is never learnt. It stalls no later for that: others are asked in its place meanwhile.
// Endpoints are known here by their keys, which are made once for each question.

import type { TransactionConfig } from './options.ts'
import { type RoundTrip, smooth } from './round-trip.ts'

/** What is known of one endpoint. */
interface Memory {
  readonly roundTrip: RoundTrip | undefined
  /** Queries in a row that it let expire, up to MAX_BACKOFF. */
  readonly expired: number
}

const UNKNOWN: Memory = { roundTrip: undefined, expired: 0 }

/** Doublings of patience. Ours: from the least to the most patient wait. */
const MAX_BACKOFF = 6

/** Deviations between the mean answer and one that counts as late, RFC 6298 §2. */
const LATE = 4

/** How long one query is waited for, in ms. */
export interface Waits {
  readonly stallMs: number
  readonly expireMs: number
  /** Whether the endpoint let the last query expire. */
  readonly isSuspect: boolean
}

export class Patience {
  readonly #config: TransactionConfig
  /** Where each endpoint's memory lies, longest unheard first. */
  readonly #places = new Map<string, number>()
  // The memories, field by field: as an object for each they would take four times the room.
  /** NaN: it never answered. */
  readonly #means: number[] = []
  readonly #deviations: number[] = []
  readonly #expired: number[] = []
  #overall: RoundTrip | undefined

  constructor(config: TransactionConfig) {
    this.#config = config
  }

  /** How long to wait for an answer of an endpoint. */
  waitsFor(key: string): Waits {
    const { roundTrip, expired } = this.#recall(key)
    const { stallMs, expireMs } = this.#plainWaits(roundTrip ?? this.#overall)
    const { maxStallMs, minExpireMs, maxExpireMs } = this.#config
    return {
      stallMs: Math.min(stallMs, maxStallMs),
      expireMs: Math.min(Math.max(expireMs * 2 ** expired, minExpireMs), maxExpireMs),
      isSuspect: expired > 0,
    }
  }

  /** An endpoint answered `ms` after the sending that it answers. */
  answered(key: string, ms: number): void {
    this.#overall = smooth(this.#overall, ms)
    this.#remember(key, { roundTrip: smooth(this.#recall(key).roundTrip, ms), expired: 0 })
  }

  /** An endpoint let a query expire. */
  expired(key: string): void {
    const { roundTrip, expired } = this.#recall(key)
    this.#remember(key, { roundTrip, expired: Math.min(expired + 1, MAX_BACKOFF) })
  }

  /** Smoothed round trip to an endpoint, in ms; `undefined` when it never answered. */
  roundTripMs(key: string): number | undefined {
    return this.#recall(key).roundTrip?.mean
  }

  #plainWaits(roundTrip: RoundTrip | undefined): Omit<Waits, 'isSuspect'> {
    const { initialStallMs, initialExpireMs, minMarginMs, expireFactor } = this.#config
    if (roundTrip === undefined) return { stallMs: initialStallMs, expireMs: initialExpireMs }
    const stallMs = roundTrip.mean + Math.max(LATE * roundTrip.deviation, minMarginMs)
    return { stallMs, expireMs: expireFactor * stallMs }
  }

  #recall(key: string): Memory {
    const place = this.#places.get(key)
    if (place === undefined) return UNKNOWN
    const mean = this.#means[place]!
    const deviation = this.#deviations[place]!
    return {
      roundTrip: Number.isNaN(mean) ? undefined : { mean, deviation },
      expired: this.#expired[place]!,
    }
  }

  #remember(key: string, { roundTrip, expired }: Memory): void {
    const place = this.#places.get(key) ?? this.#freePlace()
    this.#places.delete(key)
    this.#places.set(key, place)
    this.#means[place] = roundTrip?.mean ?? Number.NaN
    this.#deviations[place] = roundTrip?.deviation ?? Number.NaN
    this.#expired[place] = expired
  }

  /** A new place, or that of the endpoint longest unheard, which is forgotten. */
  #freePlace(): number {
    const { size } = this.#places
    if (size < this.#config.maxEndpoints) return size
    const [oldest, place] = this.#places.entries().next().value as [string, number]
    this.#places.delete(oldest)
    return place
  }
}

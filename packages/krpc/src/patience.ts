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
  // The memories, field by field: as an object for each they would take four times the room, and to
  // look through a row of numbers takes no longer than a map, of which see register.ts.
  readonly #hashes: number[] = []
  readonly #keys: string[] = []
  /** NaN: it never answered. */
  readonly #means: number[] = []
  readonly #deviations: number[] = []
  readonly #expired: number[] = []
  /** How many were written down before. */
  readonly #turns: number[] = []
  #turn = 0
  #overall: RoundTrip | undefined

  constructor(config: TransactionConfig) {
    this.#config = config
  }

  /** How long to wait for an answer of an endpoint. */
  waitsFor(key: string): Waits {
    const { roundTrip, expired } = this.#recall(this.#placeOf(key))
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
    const place = this.#placeOf(key)
    const roundTrip = smooth(this.#recall(place).roundTrip, ms)
    this.#remember(place ?? this.#newPlace(key), { roundTrip, expired: 0 })
  }

  /** An endpoint let a query expire. */
  expired(key: string): void {
    const place = this.#placeOf(key)
    const { roundTrip, expired: before } = this.#recall(place)
    const expired = Math.min(before + 1, MAX_BACKOFF)
    this.#remember(place ?? this.#newPlace(key), { roundTrip, expired })
  }

  /** Smoothed round trip to an endpoint, in ms; `undefined` when it never answered. */
  roundTripMs(key: string): number | undefined {
    return this.#recall(this.#placeOf(key)).roundTrip?.mean
  }

  #plainWaits(roundTrip: RoundTrip | undefined): Omit<Waits, 'isSuspect'> {
    const { initialStallMs, initialExpireMs, minMarginMs, expireFactor } = this.#config
    if (roundTrip === undefined) return { stallMs: initialStallMs, expireMs: initialExpireMs }
    const stallMs = roundTrip.mean + Math.max(LATE * roundTrip.deviation, minMarginMs)
    return { stallMs, expireMs: expireFactor * stallMs }
  }

  #recall(place: number | undefined): Memory {
    if (place === undefined) return UNKNOWN
    const mean = this.#means[place]!
    const deviation = this.#deviations[place]!
    return {
      roundTrip: Number.isNaN(mean) ? undefined : { mean, deviation },
      expired: this.#expired[place]!,
    }
  }

  #remember(place: number, { roundTrip, expired }: Memory): void {
    this.#turns[place] = this.#turn++
    this.#means[place] = roundTrip?.mean ?? Number.NaN
    this.#deviations[place] = roundTrip?.deviation ?? Number.NaN
    this.#expired[place] = expired
  }

  #placeOf(key: string): number | undefined {
    const hash = hashOf(key)
    const hashes = this.#hashes
    for (let place = 0; place < hashes.length; place++) {
      if (hashes[place] === hash && this.#keys[place] === key) return place
    }
    return undefined
  }

  /** A free place, or that of the endpoint longest unheard, which is forgotten. */
  #newPlace(key: string): number {
    const { length } = this.#keys
    const place = length < this.#config.maxEndpoints ? length : this.#longestUnheard()
    this.#keys[place] = key
    this.#hashes[place] = hashOf(key)
    return place
  }

  // A search, but only when a stranger answers: to keep them in order would cost at each answer.
  #longestUnheard(): number {
    let oldest = 0
    for (let place = 1; place < this.#turns.length; place++) {
      if (this.#turns[place]! < this.#turns[oldest]!) oldest = place
    }
    return oldest
  }
}

function hashOf(text: string): number {
  let hash = 0
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0
  return hash
}

// How long to wait for an answer: the one place where slowness is defined.
// When a query stalls follows what was measured (RFC 6298): of this endpoint; failing that, of all
// endpoints; failing that, it is the first time-out. A stall costs little, so it may come early.
// A query is given up after a fixed span: any measurement of the others would take a far
// endpoint among near ones, which was not met yet, for dead. Only an endpoint that let its last
// query expire as well, a suspect, is given up by measure, and twice as late after each expiry in
// a row (RFC 6298 §5.5). It is a suspect for a while only: what cut it off may be over by then, and
// an endpoint that is not asked can't show that it lives.
// Endpoints are known here by their keys, which are made once for each question.

import type { TransactionConfig } from './options.ts'
import { type RoundTrip, smooth } from './round-trip.ts'

/** What is known of one endpoint. */
interface Memory {
  readonly roundTrip: RoundTrip | undefined
  /** Queries in a row that it let expire, up to MAX_BACKOFF. */
  readonly expired: number
  /** When the last of them expired, ms. */
  readonly expiredAt: number
  /** Answers in a row that came after their query had expired, below LATE_ANSWERS. */
  readonly late: number
}

const NEVER = Number.NEGATIVE_INFINITY
const UNKNOWN: Memory = { roundTrip: undefined, expired: 0, expiredAt: NEVER, late: 0 }

/** Doublings of the wait for a suspect. Ours: from the shortest wait to the longest. */
const MAX_BACKOFF = 6

/** A suspect is given up after this many times the span after which it stalls. Ours. */
const GIVE_UP_FACTOR = 2

/** So many late answers in a row count as one failure. Ours. */
const LATE_ANSWERS = 3

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
  readonly #expiredAt: number[] = []
  readonly #late: number[] = []
  /** How many were written down before. */
  readonly #turns: number[] = []
  #turn = 0
  #overall: RoundTrip | undefined

  constructor(config: TransactionConfig) {
    this.#config = config
  }

  /** How long to wait for an answer of an endpoint. */
  waitsFor(key: string, now: number): Waits {
    const memory = this.#recall(this.#placeOf(key))
    const { giveUpMs, minGiveUpMs } = this.#config
    const stallMs = this.#timeoutMs(memory.roundTrip ?? this.#overall)
    const expired = this.#standing(memory, now)
    if (expired === 0) return { stallMs, expireMs: giveUpMs, isSuspect: false }
    const expireMs = GIVE_UP_FACTOR * stallMs * 2 ** expired
    const boundedMs = Math.min(Math.max(expireMs, minGiveUpMs, stallMs), giveUpMs)
    return { stallMs, expireMs: boundedMs, isSuspect: true }
  }

  /** An endpoint answered `ms` after the sending that it answers. */
  answered(key: string, ms: number): void {
    this.#overall = smooth(this.#overall, ms)
    const place = this.#placeOf(key)
    const roundTrip = smooth(this.#recall(place).roundTrip, ms)
    this.#remember(place ?? this.#newPlace(key), { ...UNKNOWN, roundTrip })
  }

  /**
   * An endpoint answered a query that had expired, `ms` after the sending that it answers.
   *
   * @param ms - undefined when the clock was set back since, which measures nothing
   * @returns whether it was the last of LATE_ANSWERS in a row; the expiry is then not taken back
   */
  answeredLate(key: string, ms: number | undefined): boolean {
    if (ms !== undefined) this.#overall = smooth(this.#overall, ms)
    const place = this.#placeOf(key)
    const before = this.#recall(place)
    const roundTrip = ms === undefined ? before.roundTrip : smooth(before.roundTrip, ms)
    const isLast = before.late + 1 === LATE_ANSWERS
    const late = isLast ? 0 : before.late + 1
    const expired = isLast ? before.expired : Math.max(before.expired - 1, 0)
    this.#remember(place ?? this.#newPlace(key), { ...before, roundTrip, expired, late })
    return isLast
  }

  /** An endpoint let a query expire. */
  expired(key: string, now: number): void {
    const place = this.#placeOf(key)
    const before = this.#recall(place)
    const expired = Math.min(this.#standing(before, now) + 1, MAX_BACKOFF)
    this.#remember(place ?? this.#newPlace(key), { ...before, expired, expiredAt: now })
  }

  /** Smoothed round trip to an endpoint, in ms; `undefined` when it never answered. */
  roundTripMs(key: string): number | undefined {
    return this.#recall(this.#placeOf(key)).roundTrip?.mean
  }

  /** The expiries that still count. */
  #standing({ expired, expiredAt }: Memory, now: number): number {
    return now < expiredAt + this.#config.suspectMs ? expired : 0
  }

  #timeoutMs(roundTrip: RoundTrip | undefined): number {
    const { firstTimeoutMs, minTimeoutMs, maxTimeoutMs, minMarginMs } = this.#config
    if (roundTrip === undefined) return firstTimeoutMs
    const timeoutMs = roundTrip.mean + Math.max(LATE * roundTrip.deviation, minMarginMs)
    return Math.min(Math.max(timeoutMs, minTimeoutMs), maxTimeoutMs)
  }

  #recall(place: number | undefined): Memory {
    if (place === undefined) return UNKNOWN
    const mean = this.#means[place]!
    const deviation = this.#deviations[place]!
    return {
      roundTrip: Number.isNaN(mean) ? undefined : { mean, deviation },
      expired: this.#expired[place]!,
      expiredAt: this.#expiredAt[place]!,
      late: this.#late[place]!,
    }
  }

  #remember(place: number, { roundTrip, expired, expiredAt, late }: Memory): void {
    this.#turns[place] = this.#turn++
    this.#means[place] = roundTrip?.mean ?? Number.NaN
    this.#deviations[place] = roundTrip?.deviation ?? Number.NaN
    this.#expired[place] = expired
    this.#expiredAt[place] = expiredAt
    this.#late[place] = late
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

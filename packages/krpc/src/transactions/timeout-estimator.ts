// How long a query waits for its response.
// A query stalls after a timeout that follows measured round trips (RFC 6298): those of its
// endpoint, else those of all endpoints, else the first timeout. A stall costs little, so it may
// come early. Of all endpoints the median counts, so that slow ones cannot make us wait long for
// others. It also bounds the variation that the first response of an endpoint stands for.
// A query expires after a fixed span, because round trips to near endpoints say nothing about a
// distant one that has not been measured. An endpoint whose last query expired is a suspect: its
// queries expire after a measured span, which doubles with each expiry in a row (RFC 6298 §5.5). It
// is a suspect for a limited time, because the cause may be over, and an endpoint that is never
// queried cannot show that it is alive.

import type { TransactionConfig } from './options.ts'
import { type RoundTripEstimate, smooth } from './round-trip.ts'
import { RoundTripSpread } from './round-trip-spread.ts'

/** What is known of one endpoint. */
interface EndpointRecord {
  readonly roundTrip: RoundTripEstimate | undefined
  /** Its queries that expired in a row, up to MAX_BACKOFF. */
  readonly expired: number
  /** When the last of them expired, ms. */
  readonly expiredAt: number
  /** Responses in a row that came after their query had expired, below LATE_RESPONSES. */
  readonly late: number
}

const NEVER = Number.NEGATIVE_INFINITY
const UNKNOWN: EndpointRecord = { roundTrip: undefined, expired: 0, expiredAt: NEVER, late: 0 }

/** Most doublings of the wait for a suspect. Ours: from the shortest wait to the longest. */
const MAX_BACKOFF = 6

/** A query to a suspect expires after this many times the span after which it stalls. Ours. */
const EXPIRE_FACTOR = 2

/** This many late responses in a row count as one failure. Ours. */
const LATE_RESPONSES = 3

/** Variations between the smoothed round trip and the timeout: K of RFC 6298 §2. */
const VARIATIONS = 4

/** How long one query waits, in ms. */
export interface QueryTimeouts {
  readonly stallMs: number
  readonly expireMs: number
  /** Whether the last query to the endpoint expired. */
  readonly isSuspect: boolean
}

/** Estimates timeouts by endpoint. Endpoints are named by their keys (`endpointKey`). */
export class TimeoutEstimator {
  readonly #config: TransactionConfig
  // The records, one list for each field. One object for each record would take four times the
  // memory. Searching a list of numbers is as fast as a Map, and chained-map.ts says what a Map
  // costs.
  readonly #hashes: number[] = []
  readonly #keys: string[] = []
  /** NaN: it never responded. */
  readonly #smoothedRoundTrips: number[] = []
  readonly #variations: number[] = []
  readonly #expired: number[] = []
  readonly #expiredAt: number[] = []
  readonly #late: number[] = []
  /** How many records were written before this one. */
  readonly #writeOrder: number[] = []
  #written = 0
  readonly #spread = new RoundTripSpread()
  /** Of all responses. It counts while few endpoints are known. */
  #overall: RoundTripEstimate | undefined

  constructor(config: TransactionConfig) {
    this.#config = config
  }

  /** How long a query to an endpoint waits for its response. */
  timeoutsFor(key: string, now: number): QueryTimeouts {
    const record = this.#recordAt(this.#indexOf(key))
    const { giveUpMs, minGiveUpMs } = this.#config
    const stallMs = this.#timeoutMs(this.#expected(record))
    const expired = this.#recentExpiries(record, now)
    if (expired === 0) return { stallMs, expireMs: giveUpMs, isSuspect: false }
    const expireMs = EXPIRE_FACTOR * stallMs * 2 ** expired
    const boundedMs = Math.min(Math.max(expireMs, minGiveUpMs, stallMs), giveUpMs)
    return { stallMs, expireMs: boundedMs, isSuspect: true }
  }

  /** How long a query to an endpoint that was not met yet waits before it stalls, ms. */
  get usualTimeoutMs(): number {
    return this.#timeoutMs(this.#expected(UNKNOWN))
  }

  /** An endpoint responded `ms` after the transmission that it responds to. */
  responded(key: string, ms: number): void {
    this.#overall = smooth(this.#overall, ms)
    const index = this.#indexOf(key)
    const roundTrip = this.#smooth(this.#recordAt(index).roundTrip, ms)
    this.#write(index ?? this.#newIndex(key), { ...UNKNOWN, roundTrip })
  }

  /**
   * An endpoint responded to a query that had expired, `ms` after the transmission that it responds
   * to.
   *
   * @param ms - undefined when the clock was set back since, so that nothing was measured
   * @returns whether it was the last of LATE_RESPONSES in a row, so that the expiry still counts
   */
  respondedLate(key: string, ms: number | undefined): boolean {
    if (ms !== undefined) this.#overall = smooth(this.#overall, ms)
    const index = this.#indexOf(key)
    const before = this.#recordAt(index)
    const roundTrip = ms === undefined ? before.roundTrip : this.#smooth(before.roundTrip, ms)
    const isLast = before.late + 1 === LATE_RESPONSES
    const late = isLast ? 0 : before.late + 1
    const expired = isLast ? before.expired : Math.max(before.expired - 1, 0)
    this.#write(index ?? this.#newIndex(key), { ...before, roundTrip, expired, late })
    return isLast
  }

  /** A query to an endpoint expired. */
  expired(key: string, now: number): void {
    const index = this.#indexOf(key)
    const before = this.#recordAt(index)
    const expired = Math.min(this.#recentExpiries(before, now) + 1, MAX_BACKOFF)
    this.#write(index ?? this.#newIndex(key), { ...before, expired, expiredAt: now })
  }

  /** Smoothed round trip to an endpoint, in ms; `undefined` when it never responded. */
  roundTripMs(key: string): number | undefined {
    return this.#recordAt(this.#indexOf(key)).roundTrip?.smoothedRoundTrip
  }

  #expected({ roundTrip: own }: EndpointRecord): RoundTripEstimate | undefined {
    return own ?? this.#spread.typical ?? this.#overall
  }

  /** One response shows nothing of how much an endpoint varies: at most as much as others do. */
  #smooth(known: RoundTripEstimate | undefined, ms: number): RoundTripEstimate {
    const smoothed = smooth(known, ms)
    const { typical } = this.#spread
    if (known !== undefined || typical === undefined) return smoothed
    return { ...smoothed, variation: Math.min(smoothed.variation, typical.variation) }
  }

  /** The expiries in a row, unless the last one is too long ago to count. */
  #recentExpiries({ expired, expiredAt }: EndpointRecord, now: number): number {
    return now < expiredAt + this.#config.suspectMs ? expired : 0
  }

  #timeoutMs(roundTrip: RoundTripEstimate | undefined): number {
    const { firstTimeoutMs, minTimeoutMs, maxTimeoutMs, minMarginMs } = this.#config
    if (roundTrip === undefined) return firstTimeoutMs
    const { smoothedRoundTrip, variation } = roundTrip
    const timeoutMs = smoothedRoundTrip + Math.max(VARIATIONS * variation, minMarginMs)
    return Math.min(Math.max(timeoutMs, minTimeoutMs), maxTimeoutMs)
  }

  #recordAt(index: number | undefined): EndpointRecord {
    if (index === undefined) return UNKNOWN
    const smoothedRoundTrip = this.#smoothedRoundTrips[index]!
    const variation = this.#variations[index]!
    return {
      roundTrip: Number.isNaN(smoothedRoundTrip) ? undefined : { smoothedRoundTrip, variation },
      expired: this.#expired[index]!,
      expiredAt: this.#expiredAt[index]!,
      late: this.#late[index]!,
    }
  }

  #write(index: number, { roundTrip, expired, expiredAt, late }: EndpointRecord): void {
    this.#writeOrder[index] = this.#written++
    const smoothedRoundTrip = roundTrip?.smoothedRoundTrip ?? Number.NaN
    this.#spread.replace(this.#smoothedRoundTrips[index] ?? Number.NaN, smoothedRoundTrip)
    this.#smoothedRoundTrips[index] = smoothedRoundTrip
    this.#variations[index] = roundTrip?.variation ?? Number.NaN
    this.#expired[index] = expired
    this.#expiredAt[index] = expiredAt
    this.#late[index] = late
  }

  #indexOf(key: string): number | undefined {
    const hash = hashOf(key)
    const hashes = this.#hashes
    for (let index = 0; index < hashes.length; index++) {
      if (hashes[index] === hash && this.#keys[index] === key) return index
    }
    return undefined
  }

  /** A free index, or that of the least recently written record, which is dropped. */
  #newIndex(key: string): number {
    const { length } = this.#keys
    const index = length < this.#config.maxEndpoints ? length : this.#leastRecentlyWritten()
    this.#keys[index] = key
    this.#hashes[index] = hashOf(key)
    return index
  }

  // A search, but only for an endpoint without a record. An ordered list would cost at every write.
  #leastRecentlyWritten(): number {
    let oldest = 0
    for (let index = 1; index < this.#writeOrder.length; index++) {
      if (this.#writeOrder[index]! < this.#writeOrder[oldest]!) oldest = index
    }
    return oldest
  }
}

function hashOf(text: string): number {
  let hash = 0
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0
  return hash
}

// How long to wait for an answer: the one place where slowness is defined.
// Fixed time-outs ruin lookups: what is generous for a neighbour is too short for another
// continent. So patience follows what was measured: of this endpoint; failing that, of all
// endpoints; failing that, it is the initial one. Whoever let a query expire is a suspect and is
// given twice the time before the next one expires (RFC 6298 §5.5): a round trip that is always cut
// short is never learnt. It stalls no later for that: others are asked in its place meanwhile.

import { type Endpoint, formatEndpoint } from './endpoint.ts'
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
  /** Longest unheard first. */
  readonly #byEndpoint = new Map<string, Memory>()
  #overall: RoundTrip | undefined

  constructor(config: TransactionConfig) {
    this.#config = config
  }

  /** How long to wait for an answer of `to`. */
  waitsFor(to: Endpoint): Waits {
    const { roundTrip, expired } = this.#byEndpoint.get(formatEndpoint(to)) ?? UNKNOWN
    const { stallMs, expireMs } = this.#plainWaits(roundTrip ?? this.#overall)
    const { maxStallMs, minExpireMs, maxExpireMs } = this.#config
    return {
      stallMs: Math.min(stallMs, maxStallMs),
      expireMs: Math.min(Math.max(expireMs * 2 ** expired, minExpireMs), maxExpireMs),
      isSuspect: expired > 0,
    }
  }

  /**
   * `from` answered after `ms`. After a stall the answer may be one to a second sending, and `ms`
   * is only the most that it can have taken: that teaches of its endpoint, and not of all
   * (RFC 6298 §3).
   */
  answered(from: Endpoint, ms: number, hadStalled: boolean): void {
    const key = formatEndpoint(from)
    if (!hadStalled) this.#overall = smooth(this.#overall, ms)
    const roundTrip = smooth(this.#byEndpoint.get(key)?.roundTrip, ms)
    this.#remember(key, { roundTrip, expired: 0 })
  }

  /** `to` let a query expire. */
  expired(to: Endpoint): void {
    const key = formatEndpoint(to)
    const { roundTrip, expired } = this.#byEndpoint.get(key) ?? UNKNOWN
    this.#remember(key, { roundTrip, expired: Math.min(expired + 1, MAX_BACKOFF) })
  }

  /** Smoothed round trip to `to`, in ms; `undefined` when it never answered. */
  roundTripMs(to: Endpoint): number | undefined {
    return this.#byEndpoint.get(formatEndpoint(to))?.roundTrip?.mean
  }

  #plainWaits(roundTrip: RoundTrip | undefined): Omit<Waits, 'isSuspect'> {
    const { initialStallMs, initialExpireMs, minMarginMs, expireFactor } = this.#config
    if (roundTrip === undefined) return { stallMs: initialStallMs, expireMs: initialExpireMs }
    const stallMs = roundTrip.mean + Math.max(LATE * roundTrip.deviation, minMarginMs)
    return { stallMs, expireMs: expireFactor * stallMs }
  }

  #remember(key: string, memory: Memory): void {
    this.#byEndpoint.delete(key)
    this.#byEndpoint.set(key, memory)
    if (this.#byEndpoint.size <= this.#config.maxEndpoints) return
    for (const oldest of this.#byEndpoint.keys()) {
      this.#byEndpoint.delete(oldest)
      return
    }
  }
}

// The clock of one host. It differs from the world's time by an offset and by a drift, and a sleep
// of the host changes it. Like the clock of the shell of `@dht/node` it is monotonic, and it counts
// a sleep once all undetected sleep adds up to more than a few seconds.

import { argumentError } from '../errors.ts'

export interface HostClockOptions {
  /** What the clock shows when the world begins, ms, whole. Default 0. */
  readonly offsetMs?: number
  /**
   * How much too fast the clock runs, in millionths; negative: too slow. From -100,000 to 100,000.
   * Default 0.
   */
  readonly driftPpm?: number
  /** Whether time asleep counts. Default true, as with the shell of `@dht/node`. */
  readonly countsSleep?: boolean
}

/** Longest sleep that the clock does not detect, ms: that of the shell of `@dht/node`. */
const UNDETECTED_MS = 5_000
const MILLION = 1_000_000

export class HostClock {
  readonly #driftPpm: number
  readonly #countsSleep: boolean
  #offsetMs: number
  /** Time asleep that was not detected so far, ms. */
  #undetectedMs = 0

  constructor({ offsetMs = 0, driftPpm = 0, countsSleep = true }: HostClockOptions = {}) {
    if (!Number.isSafeInteger(offsetMs)) throw argumentError('offsetMs', 'whole ms', offsetMs)
    if (!Number.isInteger(driftPpm) || Math.abs(driftPpm) > MILLION / 10) {
      throw argumentError('driftPpm', 'a whole number from -100000 to 100000', driftPpm)
    }
    this.#offsetMs = offsetMs
    this.#driftPpm = driftPpm
    this.#countsSleep = countsSleep
  }

  /** What the clock shows, ms, whole. @param now - the world's time, ms */
  read(now: number): number {
    const drift = this.#driftPpm === 0 ? 0 : Math.floor((now * this.#driftPpm) / MILLION)
    return now + drift + this.#offsetMs
  }

  /** The world's first whole instant at which the clock shows `at` or later. */
  instantOf(at: number): number {
    const local = Math.ceil(at)
    if (this.#driftPpm === 0) return local - this.#offsetMs
    let instant = Math.floor(((local - this.#offsetMs) * MILLION) / (MILLION + this.#driftPpm)) - 1
    while (this.read(instant) < local) instant++
    return instant
  }

  /** The host was asleep. @param forMs - in the world's time, ms */
  slept(forMs: number): void {
    this.#offsetMs -= forMs
    this.#undetectedMs += forMs
    if (!this.#countsSleep || this.#undetectedMs <= UNDETECTED_MS) return
    this.#offsetMs += this.#undetectedMs
    this.#undetectedMs = 0
  }
}

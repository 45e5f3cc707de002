// The clock of one machine against the world's: an offset, a rate that is a little off, and what a
// sleep does to it. Like the shell's own clock it is monotonic and counts time asleep, once that
// adds up to more than a few seconds.

import { argumentError } from '../errors.ts'

export interface HostClockOptions {
  /** What it shows when the world begins, ms, whole. Default 0. */
  readonly offsetMs?: number
  /** How much too fast it goes, in millionths; negative: too slow. Default 0; up to 100 000. */
  readonly driftPpm?: number
  /** Whether time asleep counts. Default true, as with the production shell. */
  readonly countsSleep?: boolean
}

/** A sleep that the clock does not notice, ms: the same as the production shell's. */
const UNDETECTED_MS = 5_000
const MILLION = 1_000_000

export class HostClock {
  readonly #driftPpm: number
  readonly #countsSleep: boolean
  #offsetMs: number
  /** Time asleep that it has not noticed so far, ms. */
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

  /** What it shows, ms, whole. @param now - the world's instant */
  read(now: number): number {
    const drift = this.#driftPpm === 0 ? 0 : Math.floor((now * this.#driftPpm) / MILLION)
    return now + drift + this.#offsetMs
  }

  /** The world's first whole instant at which it shows `at` or later. */
  instantOf(at: number): number {
    const local = Math.ceil(at)
    if (this.#driftPpm === 0) return local - this.#offsetMs
    let instant = Math.floor(((local - this.#offsetMs) * MILLION) / (MILLION + this.#driftPpm)) - 1
    while (this.read(instant) < local) instant++
    return instant
  }

  /** The machine was asleep. @param forMs - of the world's time */
  slept(forMs: number): void {
    this.#offsetMs -= forMs
    this.#undetectedMs += forMs
    if (!this.#countsSleep || this.#undetectedMs <= UNDETECTED_MS) return
    this.#offsetMs += this.#undetectedMs
    this.#undetectedMs = 0
  }
}

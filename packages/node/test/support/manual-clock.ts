// A clock that advances when the test says so. Alarms fire in the order in which they are due.

import type { Clock } from '../../src/ports/clock.ts'

export class ManualClock implements Clock {
  readonly #alarms = new Map<() => void, number>()
  #now: number

  constructor(now = 0) {
    this.#now = now
  }

  /** Alarms that have neither fired nor been cancelled. */
  get alarms(): number {
    return this.#alarms.size
  }

  /** The instant of the alarm due first. */
  get next(): number | undefined {
    return this.alarms === 0 ? undefined : Math.min(...this.#alarms.values())
  }

  now(): number {
    return this.#now
  }

  alarm(at: number, ring: () => void): () => void {
    const once = (): void => ring()
    this.#alarms.set(once, at)
    return () => void this.#alarms.delete(once)
  }

  /** Lets time pass while the process is too busy for any alarm. */
  block(ms: number): void {
    this.#now += ms
  }

  advance(ms: number): void {
    const until = this.#now + ms
    for (;;) {
      const [first] = [...this.#alarms].sort(([, a], [, b]) => a - b)
      if (first === undefined || first[1] > until) break
      const [ring, at] = first
      this.#now = Math.max(this.#now, at)
      this.#alarms.delete(ring)
      ring()
    }
    this.#now = Math.max(this.#now, until)
  }
}

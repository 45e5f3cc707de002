// The one alarm of a host. It is only ever moved to an earlier instant. If the process needs a
// later instant, the alarm rings early, and the host then sets it again.

import { ScheduledEvent, type Timeline } from '../timeline.ts'

/** Longest time that one timer of the shell of `@dht/node` runs, ms. */
const LONGEST_TIMER_MS = 30_000

export class HostAlarm {
  readonly #timeline: Timeline
  readonly #onRing: () => boolean
  #at = Number.POSITIVE_INFINITY
  #setAt = 0

  /** @param rang - called when the alarm rings; returns whether the process handled a timeout */
  constructor(timeline: Timeline, rang: () => boolean) {
    this.#timeline = timeline
    this.#onRing = rang
  }

  /** Sets the alarm to `at`, but at least 1 ms ahead, unless it rings earlier anyway. */
  set(at: number): void {
    const { now } = this.#timeline
    // A timer never rings within the instant in which it is set.
    const next = Math.max(at, now + 1)
    if (next >= this.#at) return
    this.#at = next
    this.#setAt = now
    this.#timeline.push(new Ring(next, this))
  }

  /**
   * Unsets the alarm. Called when the machine is suspended, because timers stop then.
   *
   * @returns time left until the shell's timer would ring, ms; undefined: the alarm was not set
   */
  stop(): number | undefined {
    const [at, { now }] = [this.#at, this.#timeline]
    this.#at = Number.POSITIVE_INFINITY
    if (at === Number.POSITIVE_INFINITY) return undefined
    return Math.min(at - now, LONGEST_TIMER_MS - ((now - this.#setAt) % LONGEST_TIMER_MS))
  }

  /** @internal Called by the alarm's event, which is stale if the alarm was moved meanwhile. */
  ring(at: number): boolean {
    if (this.#at !== at) return false
    this.#at = Number.POSITIVE_INFINITY
    return this.#onRing()
  }
}

class Ring extends ScheduledEvent {
  readonly #alarm: HostAlarm

  constructor(at: number, alarm: HostAlarm) {
    super(at)
    this.#alarm = alarm
  }

  override run(): boolean {
    return this.#alarm.ring(this.at)
  }
}

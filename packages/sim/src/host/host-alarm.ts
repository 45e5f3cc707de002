// The one alarm of a host. It is only ever moved forward: whoever armed it asks anew, when it
// rings, for when it is wanted next.

import { ScheduledEvent, type Timeline } from '../timeline.ts'

/** Longest that one timer of the production shell runs before it looks at the clock again, ms. */
const LONGEST_TIMER_MS = 30_000

export class HostAlarm {
  readonly #timeline: Timeline
  readonly #onRing: () => boolean
  #at = Number.POSITIVE_INFINITY
  #setAt = 0

  /** @param rang - the alarm rang; returns whether there was reason to */
  constructor(timeline: Timeline, rang: () => boolean) {
    this.#timeline = timeline
    this.#onRing = rang
  }

  /** Has it ring at `at`, or at the next instant if that is past, unless it will ring before. */
  set(at: number): void {
    const { now } = this.#timeline
    // Timers never ring within the instant in which they are set.
    const next = Math.max(at, now + 1)
    if (next >= this.#at) return
    this.#at = next
    this.#setAt = now
    this.#timeline.push(new Ring(next, this))
  }

  /**
   * Unsets it, as a sleep of the machine does: timers stand still then.
   * @returns how long the shell's timer still had to go, ms; undefined: it was not set
   */
  stop(): number | undefined {
    const [at, { now }] = [this.#at, this.#timeline]
    this.#at = Number.POSITIVE_INFINITY
    if (at === Number.POSITIVE_INFINITY) return undefined
    return Math.min(at - now, LONGEST_TIMER_MS - ((now - this.#setAt) % LONGEST_TIMER_MS))
  }

  /** @internal It is `at`: the time for which it is set, or was before it was moved. */
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

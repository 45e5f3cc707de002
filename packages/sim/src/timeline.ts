// The one clock of a world, and what is going to happen on it. Time moves only from one event to
// the next, or when it is told to.

import type { Chance } from './chance.ts'
import { argumentError } from './errors.ts'
import { EventQueue } from './event-queue.ts'
import type { Queued } from './queued.ts'

/** Something that happens at an instant. */
export abstract class ScheduledEvent implements Queued {
  at: number
  order = 0
  next: Queued | undefined = undefined

  /** @param at - instant, ms, whole */
  constructor(at: number) {
    this.at = at
  }

  /** @returns whether anything happened: a stale alarm, say, is no event */
  abstract run(): boolean
}

/** A function's turn. */
class CallbackEvent extends ScheduledEvent {
  readonly #callback: () => void

  constructor(at: number, callback: () => void) {
    super(at)
    this.#callback = callback
  }

  override run(): boolean {
    this.#callback()
    return true
  }
}

export class Timeline {
  readonly #queue: EventQueue<ScheduledEvent>
  #now = 0
  #processed = 0

  constructor(shuffle?: Chance) {
    this.#queue = new EventQueue(shuffle)
  }

  /** This instant, ms since the world began, whole. */
  get now(): number {
    return this.#now
  }

  /** Events that have happened. */
  get processed(): number {
    return this.#processed
  }

  /** Events still to come, those included that turn out to be stale. */
  get pending(): number {
    return this.#queue.size
  }

  get nextAt(): number | undefined {
    return this.#queue.nextAt()
  }

  /** @param event - at this instant or later */
  push(event: ScheduledEvent): void {
    this.#queue.push(event)
  }

  /** Has `callback` done at an instant; one that is past counts as now. @param at - ms, whole */
  at(at: number, callback: () => void): void {
    if (!Number.isSafeInteger(at)) throw argumentError('at', 'a whole number of ms', at)
    this.#queue.push(new CallbackEvent(Math.max(at, this.#now), callback))
  }

  /** Lets the next event happen if it is due by `until`. @returns whether one was */
  step(until: number): boolean {
    const event = this.#queue.take(until)
    if (event === undefined) return false
    this.#now = event.at
    if (event.run()) this.#processed++
    return true
  }

  /** Lets time pass up to `until` when nothing is due before it. */
  skipTo(until: number): void {
    if (until > this.#now) this.#now = until
  }
}

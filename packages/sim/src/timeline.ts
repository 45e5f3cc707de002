// The clock of a world and its future events. Time moves to the next event, or as far as it is told
// to, and never by itself.

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

  /** @returns whether anything happened. A stale alarm, for example, does not count as an event */
  abstract run(): boolean
}

/** An event that calls a function. */
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

  /** The present instant, ms since the world began, whole. */
  get now(): number {
    return this.#now
  }

  /** Number of events that have happened. */
  get processed(): number {
    return this.#processed
  }

  /** Number of events to come, stale ones included. */
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

  /** Calls `callback` at an instant, or now if that instant is past. @param at - ms, whole */
  at(at: number, callback: () => void): void {
    if (!Number.isSafeInteger(at)) throw argumentError('at', 'a whole number of ms', at)
    this.#queue.push(new CallbackEvent(Math.max(at, this.#now), callback))
  }

  /** Processes the next event if it is due by `until`. @returns whether there was one */
  step(until: number): boolean {
    const event = this.#queue.take(until)
    if (event === undefined) return false
    this.#now = event.at
    if (event.run()) this.#processed++
    return true
  }

  /** Moves time to `until`. The caller knows that no event is due before. */
  skipTo(until: number): void {
    if (until > this.#now) this.#now = until
  }
}

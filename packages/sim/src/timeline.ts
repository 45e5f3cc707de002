// The one clock of a world, and what is going to happen on it. Time moves only from one event to
// the next, or when it is told to.

import type { Chance } from './chance.ts'
import { argumentError } from './errors.ts'
import { EventQueue } from './event-queue.ts'
import type { Queued } from './queued.ts'

/** Something that happens at an instant. */
export abstract class Happening implements Queued {
  at: number
  order = 0
  next: Queued | undefined = undefined

  /** @param at - instant, ms, whole */
  constructor(at: number) {
    this.at = at
  }

  /** @returns whether anything happened: a stale alarm, say, is no event */
  abstract happen(): boolean
}

/** A function's turn. */
class Act extends Happening {
  readonly #act: () => void

  constructor(at: number, act: () => void) {
    super(at)
    this.#act = act
  }

  override happen(): boolean {
    this.#act()
    return true
  }
}

export class Timeline {
  readonly #queue: EventQueue<Happening>
  #now = 0
  #happened = 0

  constructor(shuffle?: Chance) {
    this.#queue = new EventQueue(shuffle)
  }

  /** This instant, ms since the world began, whole. */
  get now(): number {
    return this.#now
  }

  /** Events that have happened. */
  get happened(): number {
    return this.#happened
  }

  /** Events still to come, those included that turn out to be stale. */
  get pending(): number {
    return this.#queue.size
  }

  get nextAt(): number | undefined {
    return this.#queue.nextAt()
  }

  /** @param happening - at this instant or later */
  push(happening: Happening): void {
    this.#queue.push(happening)
  }

  /** Has `act` done at an instant; one that is past counts as now. @param at - ms, whole */
  at(at: number, act: () => void): void {
    if (!Number.isSafeInteger(at)) throw argumentError('at', 'a whole number of ms', at)
    this.#queue.push(new Act(Math.max(at, this.#now), act))
  }

  /** Lets the next event happen if it is due by `until`. @returns whether one was */
  step(until: number): boolean {
    const happening = this.#queue.take(until)
    if (happening === undefined) return false
    this.#now = happening.at
    if (happening.happen()) this.#happened++
    return true
  }

  /** Lets time pass up to `until` when nothing is due before it. */
  skipTo(until: number): void {
    if (until > this.#now) this.#now = until
  }
}

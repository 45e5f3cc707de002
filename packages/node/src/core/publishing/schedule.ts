// When something is next due for each announcement. The node reads the earliest after every event,
// so it has to be found without a search.

import { type Deadline, DeadlineHeap } from '@dht/krpc'
import { type Announcement, firstAt } from './announcement.ts'

export class Schedule {
  /** Of those due at one instant the oldest announcement comes first. */
  readonly #due = new DeadlineHeap<Announcement>()
  readonly #deadlines = new Map<Announcement, Deadline<Announcement>>()

  /** The announcement that is due first; undefined when none is due at any time. */
  get first(): Announcement | undefined {
    const deadline = this.#due.first()
    return deadline === undefined || deadline.at === Number.POSITIVE_INFINITY
      ? undefined
      : deadline.item
  }

  /** Call it whenever the time may have changed. A blocked announcement is never due. */
  set(announcement: Announcement, isBlocked: boolean): void {
    const at = isBlocked ? Number.POSITIVE_INFINITY : firstAt(announcement)
    const deadline = this.#deadlines.get(announcement)
    if (deadline === undefined) this.#deadlines.set(announcement, this.#due.add(announcement, at))
    else this.#due.move(deadline, at)
  }

  delete(announcement: Announcement): void {
    const deadline = this.#deadlines.get(announcement)
    if (deadline === undefined) return
    this.#deadlines.delete(announcement)
    this.#due.remove(deadline)
  }
}

// When something is next due for each announcement. The earliest is found without a search, for it
// is asked after every event of the node.

import { type Alarm, DeadlineHeap } from '@dht/krpc'
import { type Announcement, firstAt } from './announcement.ts'

export class Schedule {
  /** Of those due at one instant the oldest announcement comes first. */
  readonly #due = new DeadlineHeap<Announcement>()
  readonly #alarms = new Map<Announcement, Alarm<Announcement>>()

  /** The announcement that is due first; undefined when none is due at any time. */
  get first(): Announcement | undefined {
    const alarm = this.#due.first()
    return alarm === undefined || alarm.at === Number.POSITIVE_INFINITY ? undefined : alarm.item
  }

  /** Takes over when it is due; to be called whenever that may have changed. */
  set(announcement: Announcement, isBlocked: boolean): void {
    const at = isBlocked ? Number.POSITIVE_INFINITY : firstAt(announcement)
    const alarm = this.#alarms.get(announcement)
    if (alarm === undefined) this.#alarms.set(announcement, this.#due.add(announcement, at))
    else this.#due.move(alarm, at)
  }

  delete(announcement: Announcement): void {
    const alarm = this.#alarms.get(announcement)
    if (alarm === undefined) return
    this.#alarms.delete(announcement)
    this.#due.remove(alarm)
  }
}

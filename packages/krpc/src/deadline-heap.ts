// Alarms in order of their time, those of one instant in the order in which they were added: a
// binary heap in which every alarm knows its place, so that one can be taken out or moved without a
// search. The earliest is at hand at once; all else is O(log n). It knows no clock and does not
// know what its alarms are for.

/** Something to be reminded of. Only its heap changes it. */
export interface Alarm<T> {
  readonly item: T
  /** When, in ms. */
  readonly at: number
}

interface Placed<T> extends Alarm<T> {
  at: number
  /** How many were added before it. */
  readonly order: number
  /** Index in the heap. */
  place: number
}

export class DeadlineHeap<T> {
  readonly #alarms: Placed<T>[] = []
  #added = 0

  /** The earliest alarm. */
  first(): Alarm<T> | undefined {
    return this.#alarms[0]
  }

  /** All alarms in the order in which they were added. */
  inOrder(): Alarm<T>[] {
    return this.#alarms.toSorted((a, b) => a.order - b.order)
  }

  add(item: T, at: number): Alarm<T> {
    const alarm = { item, at, order: this.#added++, place: this.#alarms.length }
    this.#alarms.push(alarm)
    this.#rise(alarm)
    return alarm
  }

  /** Gives an alarm of this heap another time. */
  move(alarm: Alarm<T>, at: number): void {
    const placed = alarm as Placed<T>
    placed.at = at
    this.#rise(placed)
    this.#sink(placed)
  }

  /** Takes an alarm of this heap out. */
  remove(alarm: Alarm<T>): void {
    const placed = alarm as Placed<T>
    const last = this.#alarms.pop()!
    if (last !== placed) {
      this.#put(last, placed.place)
      this.#rise(last)
      this.#sink(last)
    }
  }

  #rise(alarm: Placed<T>): void {
    while (alarm.place > 0) {
      const parent = this.#alarms[(alarm.place - 1) >> 1]!
      if (!isSooner(alarm, parent)) return
      this.#swap(parent, alarm)
    }
  }

  #sink(alarm: Placed<T>): void {
    for (;;) {
      const left = this.#alarms[2 * alarm.place + 1]
      const right = this.#alarms[2 * alarm.place + 2]
      const child = right !== undefined && isSooner(right, left!) ? right : left
      if (child === undefined || !isSooner(child, alarm)) return
      this.#swap(alarm, child)
    }
  }

  #swap(upper: Placed<T>, lower: Placed<T>): void {
    const { place } = upper
    this.#put(upper, lower.place)
    this.#put(lower, place)
  }

  #put(alarm: Placed<T>, place: number): void {
    this.#alarms[place] = alarm
    alarm.place = place
  }
}

function isSooner<T>(a: Placed<T>, b: Placed<T>): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}

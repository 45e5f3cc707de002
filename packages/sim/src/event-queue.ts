// What is going to happen, by instant. Instants are whole milliseconds and most are near, so the
// near ones lie in a ring with a slot for each millisecond: putting in and taking out cost the same
// however many there are. The far ones wait in a heap and move into the ring as its window comes
// near. What was put in first comes out first among equal instants, unless a stream of chance is
// given to draw among them.

import type { Chance } from './chance.ts'
import { FarEvents } from './far-events.ts'
import type { Queued } from './queued.ts'

/** Milliseconds in the ring: ours. Journeys of datagrams and late answers nearly always fit. */
const SLOTS = 4_096
const MASK = SLOTS - 1

export class EventQueue<E extends Queued> {
  /** The last event of each slot; its `next` is the slot's first. */
  readonly #last: (E | undefined)[] = new Array<E | undefined>(SLOTS).fill(undefined)
  /** A bit for each slot that holds anything. */
  readonly #taken = new Int32Array(SLOTS / 32)
  readonly #far = new FarEvents<E>()
  readonly #shuffle: Chance | undefined
  /** Where the ring's window begins: the instant of the event last taken. */
  #start = 0
  #near = 0
  #orders = 0

  /** @param shuffle - draws the order of events of one instant; default: as they were put in */
  constructor(shuffle?: Chance) {
    this.#shuffle = shuffle
  }

  get size(): number {
    return this.#near + this.#far.size
  }

  /** @param event - at an instant no earlier than that of the event last taken */
  push(event: E): void {
    event.order = this.#orders++
    if (event.at - this.#start < SLOTS) this.#insert(event)
    else this.#far.push(event)
  }

  /** The next instant at which something happens. */
  nextAt(): number | undefined {
    return this.#near > 0 ? this.#nearestAt() : this.#far.nextAt()
  }

  /** Takes the next event out if it is due by `until`. */
  take(until: number): E | undefined {
    const at = this.nextAt()
    if (at === undefined || at > until) return undefined
    if (at !== this.#start) this.#moveTo(at)
    return this.#remove(at & MASK)
  }

  /** Moves the window. Far events come in before any new one can, so that order is kept. */
  #moveTo(at: number): void {
    this.#start = at
    for (;;) {
      const nextAt = this.#far.nextAt()
      if (nextAt === undefined || nextAt - at >= SLOTS) return
      this.#insert(this.#far.pop() as E)
    }
  }

  #insert(event: E): void {
    const slot = event.at & MASK
    const last = this.#last[slot]
    if (last === undefined) {
      event.next = event
      this.#taken[slot >>> 5] = (this.#taken[slot >>> 5] as number) | (1 << (slot & 31))
    } else {
      event.next = last.next
      last.next = event
    }
    this.#last[slot] = event
    this.#near++
  }

  #remove(slot: number): E {
    const last = this.#last[slot] as E
    const before = this.#shuffle === undefined ? last : drawn(last, this.#shuffle)
    const event = before.next as E
    if (event === before) {
      this.#last[slot] = undefined
      this.#taken[slot >>> 5] = (this.#taken[slot >>> 5] as number) & ~(1 << (slot & 31))
    } else {
      before.next = event.next
      if (event === last) this.#last[slot] = before
    }
    event.next = undefined
    this.#near--
    return event
  }

  /** Searches the bits from the window's start on, around the ring; there is one. */
  #nearestAt(): number {
    const from = this.#start & MASK
    let word = from >>> 5
    let bits = (this.#taken[word] as number) & (-1 << (from & 31))
    while (bits === 0) {
      word = (word + 1) & (SLOTS / 32 - 1)
      bits = this.#taken[word] as number
    }
    const slot = (word << 5) | (31 - Math.clz32(bits & -bits))
    return this.#start + ((slot - from) & MASK)
  }
}

/** The event before one drawn from a slot. */
function drawn<E extends Queued>(last: E, chance: Chance): E {
  let count = 1
  for (let event = last.next as E; event !== last; event = event.next as E) count++
  let before = last
  for (let left = chance.below(count); left > 0; left--) before = before.next as E
  return before
}

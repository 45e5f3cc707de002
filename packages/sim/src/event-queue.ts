// The queue of future events, ordered by instant. Instants are whole milliseconds, and most events
// are less than 4.1 s ahead. Those are in a ring with one slot for each millisecond, where
// inserting and removing costs the same for any number of events. Later events wait in a heap and
// move to the ring when their time comes near. Events of one instant come out in the order of
// insertion, or in random order if a random stream is given.

import type { Chance } from './chance.ts'
import { FarEvents } from './far-events.ts'
import type { Queued } from './queued.ts'

/** Milliseconds in the ring. Our choice: nearly all packets and timeouts are within it. */
const SLOTS = 4_096
const MASK = SLOTS - 1

export class EventQueue<E extends Queued> {
  /** The last event of each slot; its `next` is the first event of the slot. */
  readonly #last: (E | undefined)[] = new Array<E | undefined>(SLOTS).fill(undefined)
  /** One bit for each slot that is not empty. */
  readonly #taken = new Int32Array(SLOTS / 32)
  readonly #far = new FarEvents<E>()
  readonly #shuffle: Chance | undefined
  /** The first instant of the ring: that of the event that was taken last. */
  #start = 0
  #near = 0
  #orders = 0

  /**
   * @param shuffle - random stream for the order of events of one instant. Default: insertion order
   */
  constructor(shuffle?: Chance) {
    this.#shuffle = shuffle
  }

  get size(): number {
    return this.#near + this.#far.size
  }

  /** @param event - its instant is not before that of the event that was taken last */
  push(event: E): void {
    event.order = this.#orders++
    if (event.at - this.#start < SLOTS) this.#insert(event)
    else this.#far.push(event)
  }

  /** The instant of the next event. */
  nextAt(): number | undefined {
    return this.#near > 0 ? this.#nearestAt() : this.#far.nextAt()
  }

  /** Removes and returns the next event if its instant is `until` or earlier. */
  take(until: number): E | undefined {
    const at = this.nextAt()
    if (at === undefined || at > until) return undefined
    if (at !== this.#start) this.#moveTo(at)
    return this.#remove(at & MASK)
  }

  /**
   * Moves the start of the ring. Later events are inserted before any new one, so the order stays.
   */
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

  /** Searches the bits from the start of the ring on. At least one bit is set. */
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

/** Draws an event of a slot. @returns the event before it */
function drawn<E extends Queued>(last: E, chance: Chance): E {
  let count = 1
  for (let event = last.next as E; event !== last; event = event.next as E) count++
  let before = last
  for (let left = chance.below(count); left > 0; left--) before = before.next as E
  return before
}

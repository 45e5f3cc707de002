// Bounds the bytes that unproven sources together get back for each byte that they send. In any
// minute with more than 600 of their queries it is less than one and a half bytes. A minute with
// fewer queries may have more, but only as much as 601 of the shortest queries would allow: what is
// sent early in a minute must fit however many queries follow.

/** Length of a slot, ms. Minutes are counted in whole slots. */
const SLOT_MS = 1_000
/** Slots in a minute. */
const SLOTS = 60
/** Queries in a minute up to which there is no bound on the ratio. */
const FEW = 600
/**
 * Bytes of replies beyond the bytes of the queries, for each byte of the queries: ours. Less than
 * one half, because a minute that begins inside a slot may have the replies of one more second.
 */
const EXCESS = 0.45
/** Bytes of the shortest valid query: an id, a method and a transaction id. */
export const MIN_QUERY_BYTES = 52

/** Queries after which the exact sum is computed again: ours, so that it costs little. */
const SUM_EVERY = 32

export class MinuteBytes {
  /** Of each slot of the current minute: queries, their bytes, and the bytes sent back. */
  readonly #queries = new Float64Array(SLOTS)
  readonly #received = new Float64Array(SLOTS)
  readonly #sent = new Float64Array(SLOTS)
  /** The current slot, counted from instant 0. */
  #slot = Number.NEGATIVE_INFINITY
  /** What may be sent back now, or somewhat less. */
  #allowed = 0
  /** Queries until the exact sum is computed again. */
  #untilSum = 0

  /** A query of `size` bytes came. */
  received(size: number, now: number): void {
    const at = this.#turn(now)
    this.#queries[at]!++
    this.#received[at]! += size
    // Exact up to the 600th query of the minute, and less than what is allowed after it.
    this.#allowed += size + EXCESS * (size - MIN_QUERY_BYTES)
    this.#untilSum--
  }

  /** `size` bytes were sent back. */
  sent(size: number, now: number): void {
    this.#sent[this.#turn(now)]! += size
    this.#allowed -= size
  }

  /** Most bytes that may be sent back now, whether or not further queries come. */
  allowed(now: number): number {
    const at = this.#turn(now)
    if (this.#untilSum <= 0) {
      this.#untilSum = SUM_EVERY
      this.#allowed = this.#sum(at)
    }
    return Math.max(0, this.#allowed)
  }

  /** @param last - the current slot */
  #sum(last: number): number {
    let at = last
    let queries = 0
    let received = 0
    let sent = 0
    let least = Number.POSITIVE_INFINITY
    // Each minute that may still go on: the one that begins with this slot, with the one before, …
    for (let i = 0; i < SLOTS; i++) {
      queries += this.#queries[at]!
      received += this.#received[at]!
      sent += this.#sent[at]!
      const missing = queries > FEW ? 0 : (FEW + 1 - queries) * MIN_QUERY_BYTES
      least = Math.min(least, EXCESS * (received + missing) + received - sent)
      at = at === 0 ? SLOTS - 1 : at - 1
    }
    return least
  }

  /** Empties the slots that were left behind, and all after the clock was set back. */
  #turn(now: number): number {
    const slot = Math.floor(now / SLOT_MS)
    if (slot !== this.#slot) {
      const isNext = slot > this.#slot && slot - this.#slot < SLOTS
      const first = isNext ? this.#slot + 1 : slot - SLOTS + 1
      for (let each = first; each <= slot; each++) this.#empty(indexOf(each))
      this.#slot = slot
      this.#untilSum = 0
    }
    return indexOf(slot)
  }

  #empty(at: number): void {
    this.#queries[at] = 0
    this.#received[at] = 0
    this.#sent[at] = 0
  }
}

function indexOf(slot: number): number {
  return ((slot % SLOTS) + SLOTS) % SLOTS
}

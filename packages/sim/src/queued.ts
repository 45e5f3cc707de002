// What the event queue stores in an event.

/** An event can be in one queue only. */
export interface Queued {
  /** Instant, ms, whole. */
  at: number
  /** Set by the queue: the number of the insertion. */
  order: number
  /** Set by the queue: the next event of the same slot. */
  next: Queued | undefined
}

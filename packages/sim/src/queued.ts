// What the event queue keeps on an event.

/** An event is in one queue at most. */
export interface Queued {
  /** Instant, ms, whole. */
  at: number
  /** The queue's own: counts what was put in. */
  order: number
  /** The queue's own: the next of the same instant. */
  next: Queued | undefined
}

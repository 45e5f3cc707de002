// What the driver needs of time. The core gets only the number.

export interface Clock {
  /** This instant, ms, monotonic: it never goes back, and a time asleep counts. */
  now(): number
  /**
   * Calls `ring` once, at `at` or soon after.
   * @returns cancels the alarm; harmless when it has rung
   */
  alarm(at: number, ring: () => void): () => void
}

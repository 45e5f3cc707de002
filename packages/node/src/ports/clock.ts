// The clock that the driver of a node needs. The core only gets the time as a number.

export interface Clock {
  /** The current time, ms. It never goes back, and includes the time that the machine slept. */
  now(): number
  /**
   * Calls `ring` once, at the time `at` or soon after.
   *
   * @returns cancels the alarm; harmless when it has rung
   */
  alarm(at: number, ring: () => void): () => void
}

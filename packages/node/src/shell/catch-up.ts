// After a busy spell of the process, answers wait in the sockets while the alarm of their queries
// rings. A socket hands over only so many datagrams in each turn of the event loop, so one turn is
// not enough to hear all that has arrived. This decides for how long a late alarm waits for that.

/**
 * An alarm later than this was held up by a busy process, ms: ours, several times what timers are
 * late by otherwise.
 */
const BUSY_MS = 10

/**
 * Longest that an alarm waits, ms: ours; a full receive buffer is read in a fraction of it. It
 * never waits for longer than it was late: what arrives in some span is read in less, or nothing
 * helps.
 */
export const LONGEST_CATCH_UP_MS = 2_000

export class CatchUp {
  #until: number | undefined
  #heard = 0

  /**
   * Whether an alarm that rings now has to wait for another turn of the event loop: it rings late,
   * and the last turn brought datagrams, or there was none since it first rang.
   *
   * @param dueAt - when it should have rung, ms
   * @param heard - datagrams that have arrived so far
   */
  mustWait(dueAt: number, heard: number, now: number): boolean {
    const isFirst = this.#until === undefined
    this.#until ??= now + Math.min(now - dueAt, LONGEST_CATCH_UP_MS)
    const isBusy = isFirst ? now - dueAt > BUSY_MS : heard > this.#heard && now < this.#until
    this.#heard = heard
    if (!isBusy) this.#until = undefined
    return isBusy
  }
}

// Decides how long a late alarm waits for datagrams that have arrived already. While the process
// was busy, responses wait in the sockets, and the alarm of their queries would take them for
// missing. A socket hands over a limited number of datagrams per turn of the event loop, so several
// turns may be needed to read them all.

/**
 * An alarm that is later than this was delayed by a busy process, ms: ours, several times the usual
 * delay of timers.
 */
const BUSY_MS = 10

/**
 * Longest that an alarm waits, ms: ours; a full receive buffer is read in a fraction of it. An
 * alarm never waits for longer than it was late: what arrived in that time is read in less.
 */
export const LONGEST_CATCH_UP_MS = 2_000

export class CatchUp {
  #until: number | undefined
  #heard = 0

  /**
   * Whether an alarm that rings now has to wait for another turn of the event loop: it is late, and
   * the last turn brought datagrams, or there has been no turn since it first rang.
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

// What a lookup has cost so far, in questions. Time is not in it: the lookup has no clock.
//
// At every moment `asked = answered + failed + open`, where the stalled are open too.

export interface Tally {
  /** Questions put. */
  readonly asked: number
  /** Questions answered by the very id that was asked, late answers included. */
  readonly answered: number
  /** Questions that stalled at some time, whatever became of them. */
  readonly stalled: number
  /** Questions that came to nothing: no answer, or one in another id's name. */
  readonly failed: number
  /**
   * Longest chain of answers that led to a present result; 1: all were starting contacts, 0: there
   * is none.
   */
  readonly hops: number
}

// What a lookup has cost so far, in questions. Time is not in it: the lookup has no clock.
//
// At every moment `asked = answered + failed + pending`, where pending are the questions still open,
// stalled ones among them.

export interface Tally {
  /** Questions put. */
  readonly asked: number
  /** Questions answered by the very id that was asked, late answers included. */
  readonly answered: number
  /** Questions that stalled at some time, whatever became of them. */
  readonly stalled: number
  /** Questions that came to nothing: no answer, or one in another id's name. */
  readonly failed: number
  /** Longest chain of answers that led to one of the present results; 1 = all were seeds, 0 = none. */
  readonly hops: number
}

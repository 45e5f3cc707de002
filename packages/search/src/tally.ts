// What a lookup has cost so far, counted in queries. It contains no time, because a lookup has no
// clock. At any moment `queried = responded + failed + open`, where stalled queries are open too.

export interface Tally {
  /** Queries sent. */
  readonly queried: number
  /** Queries to which the queried id responded, late responses included. */
  readonly responded: number
  /** Queries that stalled at some time, whatever became of them later. */
  readonly stalled: number
  /** Queries that failed: no response, or one from another id. */
  readonly failed: number
  /**
   * Longest chain of responses that led to one of the results; 1: all results were starting
   * contacts, 0: there are no results.
   */
  readonly hops: number
}

/** What several lookups cost together; hops are those of the deepest. */
export function sumTallies(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (sum, t) => ({
      queried: sum.queried + t.queried,
      responded: sum.responded + t.responded,
      stalled: sum.stalled + t.stalled,
      failed: sum.failed + t.failed,
      hops: Math.max(sum.hops, t.hops),
    }),
    { queried: 0, responded: 0, stalled: 0, failed: 0, hops: 0 },
  )
}

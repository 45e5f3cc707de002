// How many round trips were how long, since the start.

/** Counts by length. */
export interface RoundTripHistogram {
  /** Upper bounds of the classes, ms, ascending; a bound belongs to its class. */
  readonly bounds: readonly number[]
  /** One more than the bounds: the last one counts what is above all of them. */
  readonly counts: readonly number[]
}

/** Ours: three classes for each power of ten, from a LAN to the time at which a query expires. */
const BOUNDS: readonly number[] = Object.freeze([
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000,
])

export class RoundTripCounts {
  readonly #counts: number[] = [...BOUNDS, 0].fill(0)

  add(ms: number): void {
    let at = 0
    while (at < BOUNDS.length && ms > (BOUNDS[at] as number)) at++
    this.#counts[at] = (this.#counts[at] as number) + 1
  }

  /** A copy. */
  get histogram(): RoundTripHistogram {
    return { bounds: BOUNDS, counts: [...this.#counts] }
  }
}

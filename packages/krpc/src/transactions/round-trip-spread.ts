// How long responses take in general: the median of the round trips to all endpoints, and their
// median deviation from it. Each endpoint counts once. Unlike a mean, both stay near those of the
// majority, however slow or quick the other endpoints are.

import type { RoundTripEstimate } from './round-trip.ts'

/** Fewer endpoints than this say little about the others: ours. */
const LEAST_ENDPOINTS = 5

export class RoundTripSpread {
  /** One for each endpoint, ms, shortest first. */
  readonly #sorted: number[] = []

  /** @param before - NaN: the endpoint had none; `after` - NaN: it has none any more */
  replace(before: number, after: number): void {
    if (!Number.isNaN(before)) this.#sorted.splice(this.#indexOf(before), 1)
    if (!Number.isNaN(after)) this.#sorted.splice(this.#indexOf(after), 0, after)
  }

  /** Median and median deviation, the lower of two; undefined: too few endpoints are known. */
  get typical(): RoundTripEstimate | undefined {
    const sorted = this.#sorted
    if (sorted.length < LEAST_ENDPOINTS) return undefined
    const middle = (sorted.length - 1) >> 1
    const smoothedRoundTrip = sorted[middle]!
    return { smoothedRoundTrip, variation: this.#deviation(middle) }
  }

  /** Takes the values nearest to the median one after the other, until half of them are taken. */
  #deviation(middle: number): number {
    const sorted = this.#sorted
    const median = sorted[middle]!
    let [low, high, deviation] = [middle - 1, middle + 1, 0]
    for (let taken = 0; taken < middle; taken++) {
      const below = low < 0 ? Number.POSITIVE_INFINITY : median - sorted[low]!
      const above = sorted[high]! - median
      deviation = Math.min(below, above)
      if (below <= above) low--
      else high++
    }
    return deviation
  }

  /** Where a value is, or where it belongs. */
  #indexOf(ms: number): number {
    let [from, to] = [0, this.#sorted.length]
    while (from < to) {
      const middle = (from + to) >> 1
      if (this.#sorted[middle]! < ms) from = middle + 1
      else to = middle
    }
    return from
  }
}

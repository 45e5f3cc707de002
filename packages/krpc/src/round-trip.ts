// How long answers take: a smoothed mean and a smoothed deviation, as TCP keeps them.

/** Smoothed round trip, in ms. */
export interface RoundTrip {
  readonly mean: number
  readonly deviation: number
}

/** Weight of a new measurement in the mean and in the deviation, RFC 6298 §2. */
const MEAN_WEIGHT = 1 / 8
const DEVIATION_WEIGHT = 1 / 4

/** The round trip after one more measurement of `ms`. */
export function smooth(known: RoundTrip | undefined, ms: number): RoundTrip {
  if (known === undefined) return { mean: ms, deviation: ms / 2 }
  const { mean, deviation } = known
  return {
    mean: mean + MEAN_WEIGHT * (ms - mean),
    deviation: deviation + DEVIATION_WEIGHT * (Math.abs(ms - mean) - deviation),
  }
}

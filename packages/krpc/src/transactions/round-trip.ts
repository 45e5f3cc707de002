// The round trip estimate of RFC 6298: a smoothed mean and a variation.

/** Smoothed round trip and its variation, in ms: SRTT and RTTVAR of RFC 6298. */
export interface RoundTripEstimate {
  readonly smoothedRoundTrip: number
  readonly variation: number
}

/** Weight of a new measurement in the smoothed round trip, RFC 6298 §2. */
const ALPHA = 1 / 8
/** Weight of a new measurement in the variation, RFC 6298 §2. */
const BETA = 1 / 4

/** The estimate after one more round trip of `ms`. */
export function smooth(known: RoundTripEstimate | undefined, ms: number): RoundTripEstimate {
  if (known === undefined) return { smoothedRoundTrip: ms, variation: ms / 2 }
  const { smoothedRoundTrip, variation } = known
  return {
    smoothedRoundTrip: smoothedRoundTrip + ALPHA * (ms - smoothedRoundTrip),
    variation: variation + BETA * (Math.abs(ms - smoothedRoundTrip) - variation),
  }
}

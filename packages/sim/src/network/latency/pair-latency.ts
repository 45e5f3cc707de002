// Log-normal round trips: fixed for each pair of hosts, or drawn for each datagram. Which round
// trip two hosts have is told from their places alone, so that a latency stays a plain function.

import type { Latency } from './latency.ts'
import { pairFraction } from './place-hash.ts'
import { MAX_ROUND_TRIP_MS, roundTripMs } from './round-trips.ts'

/** Share of a round trip by which one datagram may differ from the next, either way: ours. */
const JITTER = 0.1

/**
 * Model 1: two hosts have one round trip for ever, log-normal over all pairs and the same in both
 * directions; each datagram takes half of it, give or take 10 %.
 *
 * Hosts at the very same place are one host to it.
 */
export function pairLatency(): Latency {
  return (from, to, unit) => {
    const ms = roundTripMs(pairFraction(from, to)) * (1 - JITTER + 2 * JITTER * unit)
    return Math.min(ms, MAX_ROUND_TRIP_MS) / 2
  }
}

/** Model 2: each datagram takes half of a round trip drawn for it alone, whoever sends it. */
export function datagramLatency(): Latency {
  return (_from, _to, unit) => roundTripMs(unit) / 2
}

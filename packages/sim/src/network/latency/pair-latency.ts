// Log-normal round trips: a fixed one for each pair of hosts, or a new one for each packet. The
// round trip of a pair is computed from the two places, so a latency stays a plain function.

import type { Latency } from './latency.ts'
import { pairFraction } from './place-hash.ts'
import { MAX_ROUND_TRIP_MS, roundTripMs } from './round-trips.ts'

/** How much one packet may differ from the pair's round trip, as a share, both ways. Our choice. */
const JITTER = 0.1

/**
 * One round trip for each pair of hosts, the same in both directions, log-normal over all pairs.
 * Each packet takes half of it, with up to 10 % more or less. Hosts at exactly the same place count
 * as one host.
 */
export function pairLatency(): Latency {
  return (from, to, unit) => {
    const ms = roundTripMs(pairFraction(from, to)) * (1 - JITTER + 2 * JITTER * unit)
    return Math.min(ms, MAX_ROUND_TRIP_MS) / 2
  }
}

/** One round trip for each packet, drawn for it only. The packet takes half of it. */
export function datagramLatency(): Latency {
  return (_from, _to, unit) => roundTripMs(unit) / 2
}

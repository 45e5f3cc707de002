// The median round trip of a latency, measured on pairs of places drawn from a fixed seed: the unit
// in which durations of different networks can be compared.

import { Chance } from '../../chance.ts'
import type { Latency, Place } from './latency.ts'

/** Pairs measured: ours; the median of log-normal round trips is known to about 3 % then. */
const PAIRS = 2_001

/** @returns ms, above 0 */
export function medianRoundTripMs(latency: Latency): number {
  const chance = Chance.of('round trips')
  const somewhere = (): Place => ({ x: chance.unit(), y: chance.unit() })
  const measured = Array.from({ length: PAIRS }, () => {
    const [a, b] = [somewhere(), somewhere()]
    return latency(a, b, chance.unit()) + latency(b, a, chance.unit())
  })
  return Math.max(1, measured.sort((a, b) => a - b)[(PAIRS - 1) / 2] as number)
}

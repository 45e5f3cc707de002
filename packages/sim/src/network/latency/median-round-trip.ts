// The median round trip of a latency, measured on pairs of places that are drawn from a fixed seed.
// Reports use it as the unit of time, so that different networks can be compared.

import { Chance } from '../../chance.ts'
import type { Latency, Place } from './latency.ts'

/** Number of pairs. Our choice: the median of log-normal round trips is then known to about 3 %. */
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

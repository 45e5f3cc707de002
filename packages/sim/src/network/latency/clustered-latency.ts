// Most hosts close together and a few far off: the world in which an average of round trips says
// least of any one of them.

import { argumentError } from '../../errors.ts'
import type { Latency, Place } from './latency.ts'
import { CORNER_X, CORNER_Y, IS_CLUSTERED, placeFraction } from './place-hash.ts'

/**
 * Most hosts stand close together, the others anywhere: places are moved before `latency` sees
 * them.
 *
 * @param latency - of the places as moved, for instance {@link planeLatency}
 * @param cluster - `share` of the hosts, 0 to 1, by default 0.85, moved into the corner at (0, 0),
 *   by default 0.1 of the plane long and wide: ours
 */
export function clusteredLatency(
  latency: Latency,
  cluster: { readonly share?: number; readonly side?: number } = {},
): Latency {
  const { share = 0.85, side = 0.1 } = cluster
  if (!(share >= 0 && share <= 1)) throw argumentError('share', 'a share from 0 to 1', share)
  if (!(side >= 0 && side <= 1)) throw argumentError('side', 'a length from 0 to 1', side)
  const moved = (place: Place): Place => {
    if (placeFraction(place, IS_CLUSTERED) >= share) return place
    return { x: side * placeFraction(place, CORNER_X), y: side * placeFraction(place, CORNER_Y) }
  }
  return (from, to, unit) => latency(moved(from), moved(to), unit)
}

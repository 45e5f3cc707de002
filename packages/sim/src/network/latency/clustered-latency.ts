// A latency with most hosts close together and a few far away, so that the mean round trip says
// little about single hosts.

import { argumentError } from '../../errors.ts'
import type { Latency, Place } from './latency.ts'
import { CORNER_X, CORNER_Y, IS_CLUSTERED, placeFraction } from './place-hash.ts'

/**
 * Moves most hosts into one corner of the plane, before `latency` gets their places.
 *
 * @param latency - of the moved places, for example {@link planeLatency}
 * @param cluster - `share` of the hosts that are moved, 0 to 1, default 0.85; `side` of the corner
 *   at (0, 0), as a share of the plane's side, default 0.1. Our choices.
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

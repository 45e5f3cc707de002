// Hosts whose datagrams are late whoever they are for. Told from their places, so that it is always
// the same hosts.

import { argumentError } from '../../errors.ts'
import type { Latency } from './latency.ts'
import { IS_SLOW, placeFraction } from './place-hash.ts'

/**
 * Some hosts are slow, as behind a filled buffer or on a busy machine: whatever they send leaves
 * later. Which ones is told from their places.
 *
 * @param latency - of all hosts
 * @param slow - `share` of the hosts, 0 to 1, by default 0.02; `byMs`, by default 1,500 ms: ours
 */
export function withSlowHosts(
  latency: Latency,
  slow: { readonly share?: number; readonly byMs?: number } = {},
): Latency {
  const { share = 0.02, byMs = 1_500 } = slow
  if (!(share >= 0 && share <= 1)) throw argumentError('share', 'a share from 0 to 1', share)
  if (!(byMs >= 0 && Number.isFinite(byMs))) {
    throw argumentError('byMs', 'a span of at least 0 ms', byMs)
  }
  return (from, to, unit) => {
    const ms = latency(from, to, unit)
    return placeFraction(from, IS_SLOW) < share ? ms + byMs : ms
  }
}

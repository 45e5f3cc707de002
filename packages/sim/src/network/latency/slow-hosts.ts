// A latency with some slow hosts, whose packets all arrive late. Which hosts are slow is computed
// from their places, so it is always the same hosts.

import { argumentError } from '../../errors.ts'
import type { Latency } from './latency.ts'
import { IS_SLOW, placeFraction } from './place-hash.ts'

/**
 * Makes some hosts slow, as behind a full buffer or on a busy machine: everything they send takes
 * longer.
 *
 * @param latency - of all hosts
 * @param slow - `share` of the hosts, 0 to 1, default 0.02; `byMs`, the additional delay, default
 *   1,500 ms. Our choices.
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

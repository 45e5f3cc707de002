// The latencies that an option can name. Scenarios measure networks with `pairs`, `datagrams` and
// `clustered`, whose round trips are unequal. `uniform` has nearly equal round trips, for
// comparison.

import { argumentError } from '../../errors.ts'
import { clusteredLatency } from './clustered-latency.ts'
import { type Latency, planeLatency, uniformLatency } from './latency.ts'
import { datagramLatency, pairLatency } from './pair-latency.ts'
import { withSlowHosts } from './slow-hosts.ts'

export type LatencyName = 'pairs' | 'datagrams' | 'clustered' | 'uniform'

/**
 * - `pairs`: a fixed round trip for each pair of hosts, log-normal with a median of 80 ms and a
 *   95th percentile of 400 ms, at most 3 s. The delay of each packet varies by up to 10 %. Two
 *   percent of the hosts are slow: each packet that they send takes 1.5 s longer.
 * - `datagrams`: a new round trip for each packet, with the same distribution. The same hosts are
 *   slow.
 * - `clustered`: a plane with 85 % of the hosts in one corner. A round trip inside the corner takes
 *   10 to 50 ms, any other mostly 100 to 300 ms.
 * - `uniform`: 10 to 40 ms one way, all equally likely.
 */
export const LATENCIES: Readonly<Record<LatencyName, Latency>> = Object.freeze({
  pairs: withSlowHosts(pairLatency()),
  datagrams: withSlowHosts(datagramLatency()),
  clustered: clusteredLatency(planeLatency({ floorMs: 5, acrossMs: 150, jitterMs: 5 })),
  uniform: uniformLatency(10, 40),
})

/** The latency of a network whose options name none. */
export const DEFAULT_LATENCY: LatencyName = 'pairs'

/**
 * Checks the name of a latency.
 *
 * @throws {SimError} `ERR_DHT_SIM_ARGUMENT` for a name that {@link LATENCIES} doesn't have
 */
export function latencyNamed(name: string): LatencyName {
  if (Object.hasOwn(LATENCIES, name)) return name as LatencyName
  throw argumentError('latency', `one of ${Object.keys(LATENCIES).join(', ')}`, name)
}

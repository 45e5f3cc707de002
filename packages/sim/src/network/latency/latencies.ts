// The latencies by name: those of unequal round trips that worlds are measured on, and one of
// nearly equal ones to compare with.

import { argumentError } from '../../errors.ts'
import { clusteredLatency } from './clustered-latency.ts'
import { type Latency, planeLatency, uniformLatency } from './latency.ts'
import { datagramLatency, pairLatency } from './pair-latency.ts'
import { withSlowHosts } from './slow-hosts.ts'

export type LatencyName = 'pairs' | 'datagrams' | 'clustered' | 'uniform'

/**
 * - `pairs`: round trips fixed for each pair of hosts, log-normal with a median of 80 ms and a 95th
 *   percentile of 400 ms, at most 3 s, give or take 10 % for each datagram; what 2 % of the hosts
 *   send takes 1.5 s longer.
 * - `datagrams`: the same distribution, drawn anew for each datagram, and the same slow hosts.
 * - `clustered`: a plane with 85 % of the hosts in one corner. Round trips there are 10 to 50 ms,
 *   to and between the others mostly 100 to 300 ms.
 * - `uniform`: 10 to 40 ms one way, each as likely.
 */
export const LATENCIES: Readonly<Record<LatencyName, Latency>> = Object.freeze({
  pairs: withSlowHosts(pairLatency()),
  datagrams: withSlowHosts(datagramLatency()),
  clustered: clusteredLatency(planeLatency({ floorMs: 5, acrossMs: 150, jitterMs: 5 })),
  uniform: uniformLatency(10, 40),
})

/** What a network has when nothing is said of it. */
export const DEFAULT_LATENCY: LatencyName = 'pairs'

/** @throws {SimError} `ERR_DHT_SIM_ARGUMENT` for a name that {@link LATENCIES} doesn't have */
export function latencyNamed(name: string): LatencyName {
  if (Object.hasOwn(LATENCIES, name)) return name as LatencyName
  throw argumentError('latency', `one of ${Object.keys(LATENCIES).join(', ')}`, name)
}

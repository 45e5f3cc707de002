// What the network of a script does to packets, as plain data.

import { LATENCIES, type LatencyName } from './network/latency/latencies.ts'
import { type Latency, uniformLatency } from './network/latency/latency.ts'
import type { LinkOptions } from './network/network-options.ts'

/** What the network does, as plain data. */
export interface Faults {
  /** Latency by name. Default: unchanged; at first that of `NETWORK_DEFAULTS`. */
  readonly latency?: LatencyName
  /** In place of `latency`: a uniform delay from `leastMs` to `mostMs`, one way. */
  readonly leastMs?: number
  readonly mostMs?: number
  readonly loss?: number
  readonly duplication?: number
  readonly corruption?: number
  readonly mtu?: number
}

export function linkOptions(faults: Faults): LinkOptions {
  const { loss, duplication, corruption, mtu } = faults
  const latency = latencyOf(faults)
  return {
    ...(latency !== undefined && { latency }),
    ...(loss !== undefined && { loss }),
    ...(duplication !== undefined && { duplication }),
    ...(corruption !== undefined && { corruption }),
    ...(mtu !== undefined && { mtu }),
  }
}

function latencyOf({ latency, leastMs, mostMs }: Faults): Latency | undefined {
  if (leastMs === undefined && mostMs === undefined) return latency && LATENCIES[latency]
  const least = leastMs ?? 10
  return uniformLatency(least, Math.max(least, mostMs ?? 40))
}

/** The names of all faults. */
export const FAULTS: readonly (keyof Faults)[] = [
  'loss',
  'duplication',
  'corruption',
  'mtu',
  'leastMs',
  'mostMs',
  'latency',
] as const satisfies readonly (keyof Faults)[]

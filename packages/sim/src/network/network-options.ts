// What the network does to packets, as options: delay, loss, duplication, corruption and size
// limit. They are checked as a whole on every change.

import { argumentError, checkNames } from '../errors.ts'
import { DEFAULT_LATENCY, LATENCIES } from './latency/latencies.ts'
import type { Latency } from './latency/latency.ts'

/** What happens to packets on a link. Shares are 0 to 1. */
export interface LinkOptions {
  /**
   * Delay of a packet. Default: `LATENCIES.pairs`, round trips as unequal as those of the Internet,
   * with a median of 80 ms.
   */
  readonly latency?: Latency
  /** Share of packets that never arrive. Default 0. */
  readonly loss?: number
  /** Share of packets that arrive twice, each copy after a delay of its own. Default 0. */
  readonly duplication?: number
  /** Share of packets that arrive with one to four changed bytes. Default 0. */
  readonly corruption?: number
  /**
   * Maximum size of a packet, bytes of UDP payload. Default 1472: Ethernet's 1500 less the headers
   * of IPv4 and UDP.
   */
  readonly mtu?: number
}

export type LinkConfig = Readonly<Required<LinkOptions>>

/** Defaults of {@link LinkOptions}. */
export const NETWORK_DEFAULTS: LinkConfig = Object.freeze({
  latency: LATENCIES[DEFAULT_LATENCY],
  loss: 0,
  duplication: 0,
  corruption: 0,
  mtu: 1_472,
})

/** What a network does to packets beside delaying them, for people; empty: nothing. */
export function faultsText({ loss, duplication, corruption, mtu }: LinkConfig): string {
  const shares = [
    [loss, 'lost'],
    [duplication, 'doubled'],
    [corruption, 'corrupted'],
  ] as const
  const parts = shares
    .filter(([share]) => share > 0)
    .map(([share, what]) => `${Number((100 * share).toPrecision(3))} % of packets ${what}`)
  if (mtu < NETWORK_DEFAULTS.mtu) parts.push(`packets of ${mtu} bytes at most`)
  return parts.join(', ')
}

/** @throws {SimError} `ERR_DHT_SIM_ARGUMENT` for an unknown name or a value out of range */
export function resolveLinkOptions(
  options: LinkOptions,
  base: LinkConfig = NETWORK_DEFAULTS,
): LinkConfig {
  checkNames(options, Object.keys(NETWORK_DEFAULTS))
  const given = Object.fromEntries(Object.entries(options).filter(([, v]) => v !== undefined))
  const config: LinkConfig = Object.freeze({ ...base, ...given })
  for (const name of ['loss', 'duplication', 'corruption'] as const) {
    const share = config[name]
    const isShare = typeof share === 'number' && share >= 0 && share <= 1
    if (!isShare) throw argumentError(name, 'a share from 0 to 1', share)
  }
  const { latency, mtu } = config
  if (typeof latency !== 'function') throw argumentError('latency', 'a function', latency)
  if (!Number.isInteger(mtu) || mtu < 1) throw argumentError('mtu', 'a whole number above 0', mtu)
  return config
}

// Addresses that mean this machine: where it reaches what listens on every address, since that
// address itself leads nowhere, and its loopback.

import type { Endpoint } from '@dht/krpc'

/** By the address that stands for all of them. */
const LOOPBACKS: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

/** The same endpoint, or the loopback's for one that is bound to every address. */
export function endpointOnThisMachine(bound: Endpoint): Endpoint {
  const address = LOOPBACKS[bound.address]
  return address === undefined ? bound : { ...bound, address }
}

/** Whether an endpoint is on this machine and nowhere else. */
export function isLoopback({ address }: Pick<Endpoint, 'address'>): boolean {
  return address.startsWith('127.') || address === '::1'
}

// Addresses that mean this machine: loopback, and the wildcard address that stands for all of its
// addresses. A wildcard address is no destination, so programs on this machine use loopback
// instead.

import type { Endpoint } from '@dht/krpc'

/** The loopback address of each wildcard address. */
const LOOPBACKS: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

/**
 * The endpoint at which programs on this machine reach a socket that is bound to `bound`: the same,
 * or loopback for a wildcard address.
 */
export function endpointOnThisMachine(bound: Endpoint): Endpoint {
  const address = LOOPBACKS[bound.address]
  return address === undefined ? bound : { ...bound, address }
}

/** Whether only programs on this machine can reach the endpoint. */
export function isLoopback({ address }: Pick<Endpoint, 'address'>): boolean {
  return address.startsWith('127.') || address === '::1'
}

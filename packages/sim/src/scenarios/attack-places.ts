// Where the identities of one attack are: each in a subnet of its own, all in one subnet, or all at
// one address with many ports.

import { type Endpoint, endpoint } from '@dht/krpc'
import { attackEndpoints } from '../adversaries/attack-addresses.ts'

export type Places = 'many subnets' | 'one subnet' | 'one address'

/** Most addresses of one IPv4 /24. */
const IN_SUBNET = 250
const FIRST_PORT = 20_000

/** One endpoint for each identity. */
export function endpointsAt(places: Places, identities: number): Endpoint[] {
  const addresses = { 'many subnets': identities, 'one subnet': IN_SUBNET, 'one address': 1 }[
    places
  ]
  const subnets = places === 'many subnets' ? identities : 1
  return withPorts(attackEndpoints({ addresses, subnets }), identities)
}

/** So many endpoints of these addresses, with as many ports of each as are needed. */
export function withPorts(addresses: readonly Endpoint[], count: number): Endpoint[] {
  return Array.from({ length: count }, (_, i) => {
    const { address } = addresses[i % addresses.length] as Endpoint
    return endpoint(address, FIRST_PORT + Math.floor(i / addresses.length))
  })
}

// Which endpoints share limits of number. Usually those of one host do: of an IPv4 address, or of
// an IPv6 /64. On loopback and in the trusted subnets, where many nodes share an address, each
// endpoint has limits of its own.

import { type Endpoint, formatEndpoint } from '@dht/krpc'
import { sourceKeyOf } from './host-key.ts'
import { isInSubnet, parseSubnet, type Subnet } from './subnets.ts'
import { isLoopback } from './this-machine.ts'

export class SharedAddresses {
  readonly #trusted: readonly Subnet[]

  /** @param trustedSubnets - as text that was checked */
  constructor(trustedSubnets: readonly string[]) {
    this.#trusted = trustedSubnets.map((text) => parseSubnet(text) as Subnet)
  }

  /** Endpoints with equal keys share limits. */
  keyOf(endpoint: Endpoint): string {
    const isShared = isLoopback(endpoint) || isInSubnet(endpoint.address, this.#trusted)
    return isShared ? formatEndpoint(endpoint) : sourceKeyOf(endpoint)
  }
}

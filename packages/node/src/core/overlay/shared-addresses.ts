// At which addresses there may be many nodes, so that these have no limits of number in common.
// There are two rules, because there are two purposes:
//
// - What a node sends can hurt the machine that gets it. So of one address, all endpoints share a
//   budget, but for those on this machine and in the trusted subnets.
// - Whom a node admits to its table and its lookups can hurt only itself. Local addresses have no
//   limits there either: all machines of a site are in a few subnets, several may share an address,
//   and a liar who names local addresses can name any number of them.

import { isLocalAddress } from '@dht/id'
import { type Contact, type Endpoint, endpointKey } from '@dht/krpc'
import { sourceKeyOf } from './host-key.ts'
import { isInSubnet, parseSubnet, type Subnet } from './subnets.ts'
import { isLoopback } from './this-machine.ts'

export class SharedAddresses {
  readonly #trusted: readonly Subnet[]

  /** @param trustedSubnets - as text that was checked */
  constructor(trustedSubnets: readonly string[]) {
    this.#trusted = trustedSubnets.map((text) => parseSubnet(text) as Subnet)
  }

  /** Endpoints with equal keys share the budgets of what is sent to them. */
  keyOf(endpoint: Endpoint): string {
    const isOwn = isLoopback(endpoint) || this.#isTrusted(endpoint)
    return isOwn ? endpointKey(endpoint) : sourceKeyOf(endpoint)
  }

  /**
   * Whether nodes at the address of this contact have no limits of number in tables and lookups.
   */
  isUnlimited({ addressBytes, endpoint }: Contact): boolean {
    return isLocalAddress(addressBytes) || this.#isTrusted(endpoint)
  }

  #isTrusted({ address }: Endpoint): boolean {
    return isInSubnet(address, this.#trusted)
  }
}

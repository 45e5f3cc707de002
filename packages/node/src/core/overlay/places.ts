// How many places one host, and one site, may take in a lookup. Other ports and other addresses of
// a network cost an attacker nothing.

import { type Contact, isRoutable } from '@dht/krpc'
import type { RegionLookupOptions } from '@dht/search'
import type { CoreConfig } from '../config/core-options.ts'
import { siteOf, sourceKeyOf } from './host-key.ts'
import { isInSubnet, parseSubnet, type Subnet } from './subnets.ts'

/** Where a network does not allow only one node per address: ours, fewer than half of k = 8. */
const NODES_PER_ADDRESS = 3

export type Places = Required<
  Pick<
    RegionLookupOptions<Contact>,
    'endpointOf' | 'addressOf' | 'maxPerAddress' | 'siteOf' | 'maxPerSite'
  >
>

/**
 * The places of a lookup. Nodes at an address that is not routable, such as loopback, and nodes of
 * a trusted subnet are told apart by their endpoints.
 */
export function placesOf({ network, trustedSubnets }: CoreConfig): Places {
  const trusted = trustedSubnets.map((text) => parseSubnet(text) as Subnet)
  const isShared = ({ endpoint }: Contact): boolean =>
    !isRoutable(endpoint) || isInSubnet(endpoint.address, trusted)
  const endpointOf = (contact: Contact): string => contact.endpointKey
  return {
    endpointOf,
    addressOf: (contact) => {
      return isShared(contact) ? contact.endpointKey : sourceKeyOf(contact.endpoint)
    },
    maxPerAddress: network.oneNodePerAddress ? 1 : NODES_PER_ADDRESS,
    siteOf: (contact) => (isShared(contact) ? contact.endpointKey : siteOf(contact.endpoint)),
    maxPerSite: NODES_PER_ADDRESS,
  }
}

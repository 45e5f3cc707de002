// How many nodes of one host, and of one subnet (IPv4 /24, IPv6 /48), a lookup queries. Other ports
// of a host and other addresses of a subnet cost an attacker nothing.

import type { Contact, Network } from '@dht/krpc'
import type { RegionLookupOptions } from '@dht/search'
import { sourceKeyOf, subnetKeyOf } from './host-key.ts'
import type { SharedAddresses } from './shared-addresses.ts'

/** Where a network allows several nodes per address: ours, fewer than half of k = 8. */
const NODES_PER_ADDRESS = 3
/** Nodes of one subnet that a sweep queries: ours, so that those of other subnets are reached. */
const NODES_PER_SUBNET = 3

export type LookupLimits = Required<
  Pick<
    RegionLookupOptions<Contact>,
    'endpointOf' | 'addressOf' | 'maxPerAddress' | 'subnetOf' | 'maxPerSubnet'
  >
>

/**
 * The limits of a lookup. Nodes at a local address, such as loopback, and nodes of a trusted subnet
 * are told apart by their endpoints.
 */
export function lookupLimitsOf(network: Network, addresses: SharedAddresses): LookupLimits {
  const isUnlimited = (contact: Contact): boolean => addresses.isUnlimited(contact)
  const endpointOf = (contact: Contact): string => contact.endpointKey
  return {
    endpointOf,
    addressOf: (contact) => {
      return isUnlimited(contact) ? contact.endpointKey : sourceKeyOf(contact.endpoint)
    },
    maxPerAddress: network.oneNodePerAddress ? 1 : NODES_PER_ADDRESS,
    subnetOf: (contact) =>
      isUnlimited(contact) ? contact.endpointKey : subnetKeyOf(contact.endpoint),
    maxPerSubnet: NODES_PER_SUBNET,
  }
}

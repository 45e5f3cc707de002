// Who counts as one: an IPv4 address, or the IPv6 /64 that one host is usually given. Ports and the
// rest of an IPv6 address cost nothing, so nothing may be had for them.

import {
  type Contact,
  type Endpoint,
  endpointKey,
  isRoutable,
  type Network,
  subnetOf,
} from '@dht/krpc'

/** The source of a datagram, as a key. */
export function sourceKeyOf(endpoint: Endpoint): string {
  return endpoint.family === 4 ? endpoint.address : subnetOf(endpoint)
}

/**
 * Who counts as one node in a lookup. Where an address takes one place, one host with many ports
 * can't surround a target (libtorrent's search-IP restriction).
 * Addresses that many nodes of one machine share, such as loopback, are told apart by port.
 */
export function hostKeyOf(endpoint: Endpoint, network: Network): string {
  const isOneVoice = network.onePlacePerAddress && isRoutable(endpoint)
  return isOneVoice ? sourceKeyOf(endpoint) : endpointKey(endpoint)
}

/** The same of a contact, whose endpoint has its key at hand. */
export function hostKeyOfContact(contact: Contact, network: Network): string {
  return network.onePlacePerAddress ? hostKeyOf(contact.endpoint, network) : contact.endpointKey
}

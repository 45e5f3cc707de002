// Which endpoints count as one host: those of one IPv4 address, or of the IPv6 /64 that one host
// usually has. Other ports and other addresses of a /64 cost an attacker nothing, so they give no
// additional share of anything.

import { isLocalAddress } from '@dht/id'
import {
  addressBytes,
  type Contact,
  type Endpoint,
  endpointKey,
  type Network,
  subnetOf,
} from '@dht/krpc'

/** Hexadecimal digits of 48 bits. */
const SUBNET_DIGITS = 12

/** The host that an endpoint belongs to, as a key. */
export function sourceKeyOf(endpoint: Endpoint): string {
  return endpoint.family === 4 ? endpoint.address : subnetOf(endpoint)
}

/**
 * The subnet that an endpoint belongs to: an IPv4 /24, or an IPv6 /48, the most that one customer
 * of a provider usually has. The voters on our address are counted by subnets.
 */
export function subnetKeyOf(endpoint: Endpoint): string {
  const subnet = subnetOf(endpoint)
  return endpoint.family === 4 ? subnet : subnet.slice(0, SUBNET_DIGITS)
}

/** {@link sourceKeyOf} for contacts. Fast, because it parses no text; the keys are others. */
export function sourceKeyOfContact(contact: Contact): number | string {
  return contact.addressKey(contact.family === 4 ? 4 : 8)
}

/** {@link subnetKeyOf} for contacts. Fast, because it parses no text; the keys are others. */
export function subnetKeyOfContact(contact: Contact): number | string {
  return contact.addressKey(contact.family === 4 ? 3 : 6)
}

/** The host and the subnet of a sender that stores something; a local address has no subnet. */
export function hostOf(endpoint: Endpoint): {
  readonly source: string
  readonly subnet: string | undefined
} {
  const subnet = isLocal(endpoint) ? undefined : subnetKeyOf(endpoint)
  return { source: sourceKeyOf(endpoint), subnet }
}

/** Whether the address of an endpoint is local, as private ones and loopback are. */
export function isLocal({ address }: Pick<Endpoint, 'address'>): boolean {
  const bytes = addressBytes(address)
  return bytes !== undefined && isLocalAddress(bytes)
}

/**
 * Endpoints with equal keys count as one node in a lookup. Where a network allows one node per
 * address, a host with many ports cannot surround a target (libtorrent's search-IP restriction).
 * Nodes at a local address, such as loopback, are told apart by port.
 */
export function hostKeyOf(endpoint: Endpoint, network: Network): string {
  const isOneHost = network.oneNodePerAddress && !isLocal(endpoint)
  return isOneHost ? sourceKeyOf(endpoint) : endpointKey(endpoint)
}

/** The same for a contact, which has computed the key of its endpoint already. */
export function hostKeyOfContact(contact: Contact, network: Network): string {
  return network.oneNodePerAddress ? hostKeyOf(contact.endpoint, network) : contact.endpointKey
}

// What an address says about who may stand behind it: can it be sent to at all, and which network
// does it belong to? Both answers look at the canonical text and nothing else.

import type { Endpoint } from './endpoint.ts'
import { addressBytes } from './ip-address.ts'

/**
 * Whether an endpoint can be that of a remote node.
 *
 * Not routable are: IPv4 0/8 (this network), 127/8 (loopback), 224/3 (multicast and reserved);
 * IPv6 ::/96 (unspecified, loopback, IPv4-compatible), fe80::/10 (link-local, needs a zone),
 * ff00::/8 (multicast); port 0. Private ranges are routable: a site may run its own network.
 *
 * @see RFC 6890; RFC 4291
 */
export function isRoutable(endpoint: Endpoint): boolean {
  if (endpoint.port === 0) return false
  const bytes = addressBytes(endpoint.address)
  if (bytes === undefined) return false
  const first = bytes[0]!
  if (bytes.length === 4) return isRoutableV4(first)
  if (first === 0xff || (first === 0xfe && (bytes[1]! & 0xc0) === 0x80)) return false
  return bytes.subarray(0, 12).some((byte) => byte !== 0)
}

/** The same of an IPv4 address. @param first - its first byte */
export function isRoutableV4(first: number): boolean {
  return first !== 0 && first !== 127 && first < 224
}

/**
 * The network an endpoint belongs to, as a map key: its /24 for IPv4, its /64 for IPv6.
 *
 * One customer usually holds a whole IPv6 /64, so addresses inside it cost nothing.
 */
export function subnetOf(endpoint: Endpoint): string {
  const { address, family } = endpoint
  if (family === 4) return address.slice(0, address.lastIndexOf('.'))
  const bytes = addressBytes(address) ?? new Uint8Array(0)
  return [...bytes.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

// What an address says about who may stand behind it: can one node be there, can a remote one, and
// which network does it belong to? All answers look at the canonical text and nothing else.

import type { Endpoint } from './endpoint.ts'
import { addressBytes } from './ip-address.ts'

/**
 * Whether a datagram to an endpoint can reach one node, on this machine or elsewhere.
 *
 * These are refused: port 0; IPv4 0/8 (this network), 224/4 (multicast), 240/4 (reserved, with the
 * broadcast address); IPv6 ::/96 but for ::1 (unspecified, IPv4-compatible), ff00::/8 (multicast).
 * The broadcast address of a subnet looks like that of a host and is not refused.
 *
 * @param endpoint - with its address in canonical text
 * @see RFC 6890; RFC 4291
 */
export function isUnicast({ address, port, family }: Endpoint): boolean {
  if (port === 0) return false
  // The text is enough, and this is asked for each datagram that arrives.
  if (family === 4) return isUnicastV4(firstByte(address))
  if (address.startsWith('ff') && address.indexOf(':') === 4) return false
  return !address.startsWith('::') || isUnicastV6(addressBytes(address))
}

/** The same of an IPv4 address. @param first - its first byte */
export function isUnicastV4(first: number): boolean {
  return first !== 0 && first < 224
}

/** The same of an IPv6 address that begins with zeros. */
function isUnicastV6(bytes: Uint8Array | undefined): boolean {
  if (bytes === undefined) return false
  const isLow = bytes.subarray(0, 12).every((byte) => byte === 0)
  return !isLow || bytes.subarray(12).every((byte, at) => byte === (at === 3 ? 1 : 0))
}

/** The number that a text begins with, up to a dot; NaN: there is none. */
function firstByte(address: string): number {
  let first = 0
  for (let at = 0; at < address.length; at++) {
    const code = address.charCodeAt(at)
    if (code === 46) return first
    first = 10 * first + code - 48
  }
  return Number.NaN
}

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
  return first !== 127 && isUnicastV4(first)
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

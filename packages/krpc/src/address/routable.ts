// What an address says about the node behind it: whether one node can have it, whether a remote
// node can have it, and to which subnet it belongs. Only the canonical text is used.

import type { Endpoint } from './endpoint.ts'
import { addressBytes } from './ip-address.ts'

/**
 * Whether a datagram to an endpoint can reach one node, on this machine or elsewhere.
 *
 * These are refused: port 0; IPv4 0/8 (this network), 224/4 (multicast), 240/4 (reserved, with the
 * broadcast address); IPv6 ::/96 but for ::1 (unspecified, IPv4-compatible), ff00::/8 (multicast).
 * The broadcast address of a subnet cannot be told from that of a host, so it is not refused.
 *
 * @param endpoint - with its address in canonical text
 * @see RFC 6890; RFC 4291
 */
export function isUnicast({ address, port, family }: Endpoint): boolean {
  if (port === 0) return false
  // This runs for each datagram that arrives, so it avoids parsing the address.
  if (family === 4) return isUnicastV4(firstByte(address))
  if (address.startsWith('ff') && address.indexOf(':') === 4) return false
  return !address.startsWith('::') || isUnicastV6(addressBytes(address))
}

/** {@link isUnicast} for an IPv4 address. @param first - its first byte */
function isUnicastV4(first: number): boolean {
  return first !== 0 && first < 224
}

/** {@link isUnicast} for an IPv6 address that begins with zeros. */
function isUnicastV6(bytes: Uint8Array | undefined): boolean {
  if (bytes === undefined) return false
  const isLow = bytes.subarray(0, 12).every((byte) => byte === 0)
  return !isLow || bytes.subarray(12).every((byte, at) => byte === (at === 3 ? 1 : 0))
}

/** The number before the first dot; NaN when there is no dot. */
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
 * Whether a remote node can have this endpoint.
 *
 * Not routable are: IPv4 0/8 (this network), 127/8 (loopback), 224/3 (multicast and reserved);
 * IPv6 ::/96 (unspecified, loopback, IPv4-compatible), fe80::/10 (link-local, needs a zone),
 * ff00::/8 (multicast); port 0. Private ranges are routable: a site may run its own network.
 *
 * @param endpoint - with its address in canonical text
 * @see RFC 6890; RFC 4291
 */
export function isRoutable({ address, port, family }: Endpoint): boolean {
  if (port === 0) return false
  if (family === 4) return isRoutableV4(firstByte(address))
  const bytes = addressBytes(address)
  if (bytes === undefined) return false
  const first = bytes[0]!
  if (first === 0xff || (first === 0xfe && (bytes[1]! & 0xc0) === 0x80)) return false
  return bytes.subarray(0, 12).some((byte) => byte !== 0)
}

/** {@link isRoutable} for an IPv4 address. @param first - its first byte */
function isRoutableV4(first: number): boolean {
  return first !== 127 && isUnicastV4(first)
}

/**
 * The subnet of an endpoint, as a key: its /24 for IPv4, its /64 for IPv6. One customer usually has
 * a whole IPv6 /64 and can use all addresses in it.
 */
export function subnetOf(endpoint: Endpoint): string {
  const { address, family } = endpoint
  if (family === 4) return address.slice(0, address.lastIndexOf('.'))
  const bytes = addressBytes(address) ?? new Uint8Array(0)
  return [...bytes.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

// The compact form of an endpoint: its address and its port, big endian, 6 or 18 bytes. Peers in
// `values` have this form, the endpoint in `ip` has it, and every compact contact ends with it
// (contact.ts).

import { showValue } from '@dht/id'
import { EndpointError } from '../errors.ts'
import { type Endpoint, isPort } from './endpoint.ts'
import { addressText, addressWithTail, textOfV4 } from './ip-address.ts'

const PORT_BYTES = 2
/** Bytes of a compact IPv4 endpoint, BEP 5. */
export const COMPACT_V4 = 6
/** Bytes of a compact IPv6 endpoint, BEP 32. */
export const COMPACT_V6 = 18

/**
 * The compact form of an endpoint: address ‖ port, big endian.
 *
 * @returns 6 fresh bytes for IPv4, 18 for IPv6
 * @throws {EndpointError} when the address or the port is invalid
 * @see BEP 5, "Contact Encoding"; BEP 32
 */
export function compactEndpoint(endpoint: Endpoint): Uint8Array {
  const hasAddress = typeof endpoint?.address === 'string'
  const bytes = hasAddress ? addressWithTail(endpoint.address, PORT_BYTES) : undefined
  if (bytes === undefined || !isPort(endpoint.port)) {
    throw new EndpointError({
      what: 'endpoint',
      expected: 'an IP address and a port of 1 to 65535',
      got: showValue(endpoint),
    })
  }
  const portAt = bytes.length - PORT_BYTES
  bytes[portAt] = endpoint.port >> 8
  bytes[portAt + 1] = endpoint.port & 0xff
  return bytes
}

/**
 * Reads a compact endpoint. An IPv4 address mapped into IPv6 becomes an IPv4 endpoint.
 *
 * @param bytes - address ‖ port, big endian
 * @returns `undefined` when the length is neither 6 nor 18, or the port is 0
 */
export function endpointFromCompact(bytes: Uint8Array): Endpoint | undefined {
  if (bytes.length !== COMPACT_V4 && bytes.length !== COMPACT_V6) return undefined
  return endpointAt(bytes, 0, bytes.length)
}

/** Reads the compact endpoint in [start, end), 6 or 18 bytes. `undefined` when the port is 0. */
export function endpointAt(bytes: Uint8Array, start: number, end: number): Endpoint | undefined {
  const portAt = end - PORT_BYTES
  const port = (bytes[portAt]! << 8) | bytes[portAt + 1]!
  if (port === 0) return undefined
  if (end - start === COMPACT_V4) return { address: textOfV4(bytes, start), port, family: 4 }
  const address = addressText(bytes.subarray(start, portAt))
  return { address, port, family: address.includes(':') ? 6 : 4 }
}

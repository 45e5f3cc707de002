// An endpoint is an IP address and a UDP port. Endpoints are canonical: two are the same exactly
// when their texts are, and the text `1.2.3.4:5` or `[::1]:5` can be the key in a map. Nothing here
// resolves a name.

import { showValue } from '@dht/id'
import { EndpointError } from '../errors.ts'
import { addressBytes, addressText } from './ip-address.ts'

/** The address family: IPv4 or IPv6. */
export type Family = 4 | 6

/** An IP address, as canonical text (RFC 5952 for IPv6, mapped IPv4 unmapped), and a port. */
export interface Endpoint {
  readonly address: string
  /** UDP port, 1 to 65535. */
  readonly port: number
  readonly family: Family
}

const MAX_PORT = 65_535

/** Whether `port` is a whole number of 1 to 65535. */
export function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= MAX_PORT
}

/**
 * Makes an endpoint from an IP address and a port.
 *
 * @param address - IPv4 or IPv6 as text, in any spelling of RFC 4291, without a zone
 * @param port    - 1 to 65535
 * @throws {EndpointError} when the address is no IP address or the port is out of range
 */
export function endpoint(address: string, port: number): Endpoint {
  const bytes = typeof address === 'string' ? addressBytes(address) : undefined
  if (bytes === undefined) {
    throw new EndpointError({
      what: 'address',
      expected: 'an IPv4 or IPv6 address without a zone',
      got: showValue(address),
    })
  }
  if (!isPort(port)) {
    throw new EndpointError({ what: 'port', expected: `1 to ${MAX_PORT}`, got: showValue(port) })
  }
  return { address: addressText(bytes), port, family: bytes.length === 4 ? 4 : 6 }
}

/**
 * Reads the text form of an endpoint.
 *
 * @param text - `1.2.3.4:5` or `[::1]:5`; the port in decimal without leading zeros
 * @throws {EndpointError} when the text has another form
 */
export function parseEndpoint(text: string): Endpoint {
  const isText = typeof text === 'string'
  const match = isText ? /^(?:\[([^[\]]+)\]|([^:[\]]+)):([1-9]\d{0,4})$/.exec(text) : undefined
  const [, v6, v4, port] = match ?? []
  const address = v6 ?? v4
  if (address === undefined || (v6 !== undefined && !v6.includes(':'))) {
    throw new EndpointError({
      what: 'endpoint',
      expected: '"1.2.3.4:5" or "[::1]:5"',
      got: showValue(text),
    })
  }
  return endpoint(address, Number(port))
}

/** The text form of an endpoint, `1.2.3.4:5` or `[::1]:5`; also usable as a key. */
export function formatEndpoint(endpoint: Endpoint): string {
  const { address, port, family } = endpoint
  return family === 4 ? `${address}:${port}` : `[${address}]:${port}`
}

/** Whether `a` and `b` are the same endpoint. */
export function sameEndpoint(a: Endpoint, b: Endpoint): boolean {
  return a.port === b.port && a.address === b.address
}

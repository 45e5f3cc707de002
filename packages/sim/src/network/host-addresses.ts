// Generated addresses of hosts. Each host is alone in its IPv4 /24 and its IPv6 /64, so that no
// limit per subnet applies by accident.

import { type Endpoint, endpoint } from '@dht/krpc'
import { argumentError } from '../errors.ts'

/** First octets that are neither reserved nor private (RFC 6890): 11 to 99. */
const FIRST_OCTET = 11
const OCTETS = 89

/** Maximum number of hosts in one world. Our choice. */
export const MAX_HOSTS = 1_048_576

/** The public endpoint of a host. @param number - 0 up to 2^20 exclusive */
export function publicEndpoint(number: number, family: 4 | 6, port: number): Endpoint {
  if (number >= MAX_HOSTS) throw argumentError('hosts', `at most ${MAX_HOSTS}`, number)
  const [high, low] = [number >> 16, number & 0xffff]
  if (family === 6) return endpoint(`2a00:${(high + 1).toString(16)}:${low.toString(16)}::1`, port)
  return endpoint(`${FIRST_OCTET + (high % OCTETS)}.${low >> 8}.${low & 255}.1`, port)
}

/** The endpoint of a host behind an address translation, in the /16 that homes use. */
export function innerEndpoint(number: number, port: number): Endpoint {
  return endpoint(`192.168.${(number >> 8) & 255}.${number & 255}`, port)
}

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

/** First octet of addresses in chosen subnets, which no generated address has. */
const CHOSEN_OCTET = 120

/** Number of /24s and of addresses in each that `subnetEndpoint` offers. */
export const CHOSEN_SUBNETS = 65_536
export const CHOSEN_ADDRESSES = 254

/** An address of a chosen subnet. */
export interface SubnetPlace {
  /** Number of the IPv4 /24, 0 up to 65,536 exclusive. */
  readonly subnet: number
  /** Number of the address in it, 0 up to 254 exclusive. */
  readonly address: number
}

/** An endpoint in a chosen subnet, for hosts that share subnets or an address. */
export function subnetEndpoint({ subnet, address }: SubnetPlace, port: number): Endpoint {
  if (!(subnet >= 0 && subnet < CHOSEN_SUBNETS)) {
    throw argumentError('subnet', `0 to ${CHOSEN_SUBNETS - 1}`, subnet)
  }
  if (!(address >= 0 && address < CHOSEN_ADDRESSES)) {
    throw argumentError('address', `0 to ${CHOSEN_ADDRESSES - 1}`, address)
  }
  return endpoint(`${CHOSEN_OCTET}.${subnet >> 8}.${subnet & 255}.${address + 1}`, port)
}

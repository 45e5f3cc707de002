// Defines the options of the UDP transport and their defaults, and checks the options that a user
// gives. It opens no socket.

import { expectedNames, showValue } from '@dht/id'
import type { Family } from '../address/endpoint.ts'
import { addressBytes } from '../address/ip-address.ts'
import { OptionsError } from '../errors.ts'

/** Where to listen. */
export interface UdpOptions {
  /** IPv4 (default) or IPv6. An IPv6 socket receives no IPv4 datagrams. */
  readonly family?: Family
  /** Local IP address to bind, as text. Default: all local addresses of the family. */
  readonly address?: string
  /** Local port, 0 to 65535. Default 0: the system chooses. */
  readonly port?: number
  /** Size of the kernel's receive buffer, bytes. The system may grant less. Deno ignores it. */
  readonly receiveBufferBytes?: number
}

/** {@link UdpOptions} with a value for each option. */
export type UdpConfig = Readonly<Required<UdpOptions>>

/** Default values. The default of `address` is not here, because it depends on the family. */
export const UDP_DEFAULTS: Readonly<Omit<UdpConfig, 'address'>> = Object.freeze({
  family: 4,
  port: 0,
  // The usual default of a system holds about 256 datagrams, which one burst fills. With this size,
  // a socket lost no datagram at 98,000 per second (measured).
  receiveBufferBytes: 4 * 1024 * 1024,
})

const ANY_ADDRESS = { 4: '0.0.0.0', 6: '::' } as const
const OPTION_NAMES = ['family', 'address', 'port', 'receiveBufferBytes']

/**
 * Checks options and adds the defaults of those that were not given.
 *
 * @throws {OptionsError} when an option is unknown or out of range
 */
export function resolveUdpOptions(options: UdpOptions): UdpConfig {
  if (typeof options !== 'object' || options === null) refuse('options', 'an object', options)
  const unknown = Object.keys(options).find((name) => !OPTION_NAMES.includes(name))
  if (unknown !== undefined) refuse('option', expectedNames(unknown, OPTION_NAMES), unknown)
  const { family = UDP_DEFAULTS.family, port = UDP_DEFAULTS.port } = options
  const { receiveBufferBytes = UDP_DEFAULTS.receiveBufferBytes } = options
  if (family !== 4 && family !== 6) refuse('family', '4 or 6', family)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) refuse('port', '0 to 65535', port)
  if (!Number.isInteger(receiveBufferBytes) || receiveBufferBytes < 1) {
    refuse('receiveBufferBytes', 'a positive whole number', receiveBufferBytes)
  }
  const { address = ANY_ADDRESS[family] } = options
  if (typeof address !== 'string' || addressBytes(address)?.length !== (family === 4 ? 4 : 16)) {
    refuse('address', `an IPv${family} address`, address)
  }
  return Object.freeze({ family, address, port, receiveBufferBytes })
}

function refuse(what: string, expected: string, got: unknown): never {
  throw new OptionsError({ what, expected, got: showValue(got) })
}

// The options of the UDP transport: defaults with their sources, and the one place where they are
// checked.

import { expectedNames, showValue } from '@dht/id'
import type { Family } from '../address/endpoint.ts'
import { addressBytes } from '../address/ip-address.ts'
import { OptionsError } from '../errors.ts'

/** Where to listen. */
export interface UdpOptions {
  /** IPv4 (default) or IPv6. An IPv6 socket takes no IPv4 traffic. */
  readonly family?: Family
  /** Local address to bind, as text. Default: every address of the family. */
  readonly address?: string
  /** Local port, 0 to 65535. Default 0: the system chooses. */
  readonly port?: number
  /** Kernel receive buffer to ask for, in bytes. The system may grant less. Not used on Deno. */
  readonly receiveBufferBytes?: number
}

/** {@link UdpOptions}, complete. */
export type UdpConfig = Readonly<Required<UdpOptions>>

/** The values that hold unless an option says otherwise. */
export const UDP_DEFAULTS: Readonly<Omit<UdpConfig, 'address'>> = Object.freeze({
  family: 4,
  port: 0,
  // The usual default holds about 256 datagrams, one burst. This lost none of 98,000 per second.
  receiveBufferBytes: 4 * 1024 * 1024,
})

const EVERY_ADDRESS = { 4: '0.0.0.0', 6: '::' } as const
const NAMES = ['family', 'address', 'port', 'receiveBufferBytes']

/**
 * Completes options with their defaults.
 *
 * @throws {OptionsError} when an option is unknown or out of range
 */
export function resolveUdpOptions(options: UdpOptions): UdpConfig {
  if (typeof options !== 'object' || options === null) refuse('options', 'an object', options)
  const unknown = Object.keys(options).find((name) => !NAMES.includes(name))
  if (unknown !== undefined) refuse('option', expectedNames(unknown, NAMES), unknown)
  const { family = UDP_DEFAULTS.family, port = UDP_DEFAULTS.port } = options
  const { receiveBufferBytes = UDP_DEFAULTS.receiveBufferBytes } = options
  if (family !== 4 && family !== 6) refuse('family', '4 or 6', family)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) refuse('port', '0 to 65535', port)
  if (!Number.isInteger(receiveBufferBytes) || receiveBufferBytes < 1) {
    refuse('receiveBufferBytes', 'a positive whole number', receiveBufferBytes)
  }
  const { address = EVERY_ADDRESS[family] } = options
  if (typeof address !== 'string' || addressBytes(address)?.length !== (family === 4 ? 4 : 16)) {
    refuse('address', `an IPv${family} address`, address)
  }
  return Object.freeze({ family, address, port, receiveBufferBytes })
}

function refuse(what: string, expected: string, got: unknown): never {
  throw new OptionsError({ what, expected, got: showValue(got) })
}

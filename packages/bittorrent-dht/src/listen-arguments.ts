// The arguments of `listen`, which are those of a socket's `bind`, and what becomes of them.

import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { NodeOptions } from '@dht/node'
import { argumentError } from './errors.ts'

/** An address as a socket tells it. */
export interface SocketAddress {
  readonly address: string
  readonly family: 'IPv4' | 'IPv6'
  readonly port: number
}

/** Where to listen. */
export interface ListenPlace {
  /** 0: the system chooses. */
  readonly port: number
  /** Absent: all addresses. */
  readonly address?: string | undefined
}

export type ListenArgument = number | string | ListenPlace | (() => void) | null | undefined

export const ANYWHERE: ListenPlace = Object.freeze({ port: 0 })

/**
 * `[port], [address], [onListening]`, or an object in place of the first two.
 *
 * @throws {DhtClientError} `ERR_DHT_CLIENT_ARGUMENT`
 */
export function toListenArguments(given: readonly ListenArgument[]): {
  readonly place: ListenPlace
  readonly onListening: (() => void) | undefined
} {
  const last = given.at(-1)
  const onListening = typeof last === 'function' ? last : undefined
  const [first, second] = onListening === undefined ? given : given.slice(0, -1)
  const place =
    typeof first === 'object' && first !== null ? first : { port: first, address: second }
  return { place: { port: toPort(place.port), address: toAddress(place.address) }, onListening }
}

function toPort(port: unknown): number {
  const number = Number(port ?? 0)
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number
  throw argumentError('port', 'a whole number from 0 to 65535', port)
}

function toAddress(address: unknown): string | undefined {
  if (address === undefined || address === null || address === '') return undefined
  if (typeof address === 'string') return address
  throw argumentError('address', 'an address or a name', address)
}

/**
 * A node listens on both address families, unless one address is given or `ipv6` is false.
 *
 * @throws the error of the system for a name that can't be looked up
 */
export async function bindOptions(
  { port, address }: ListenPlace,
  ipv6: boolean,
): Promise<Pick<NodeOptions, 'port' | 'ipv4' | 'ipv6'>> {
  if (address === undefined) return ipv6 ? { port } : { port, ipv6: false }
  const known = isIP(address) === 0 ? (await lookup(address)).address : address
  return isIP(known) === 6 ? { port, ipv4: false, ipv6: known } : { port, ipv4: known, ipv6: false }
}

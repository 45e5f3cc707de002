// The form of a peer: an address of 4 or 16 bytes, then a port of 2 bytes, as in BEP 5 and BEP 32.
// The store counts peers by their sources, the hosts that their addresses belong to; a token has
// proved the address. Of the other bytes it only knows where they stand.

import { isBytes, isLocalAddress } from '@dht/id'
import { StoreArgumentError } from './errors.ts'
import type { ShareKey } from './peer-shares.ts'

/** 0: a peer of 6 bytes (IPv4); 1: of 18 bytes (IPv6); 2 and 3: seeds of these sizes. */
export type PeerKind = 0 | 1 | 2 | 3

export const PEER_KINDS: readonly PeerKind[] = [0, 1, 2, 3]

/** Bytes of a peer of each kind. */
export const PEER_BYTES: readonly [6, 18, 6, 18] = [6, 18, 6, 18]

/** Bytes that a peer may have. */
const SIZES: readonly number[] = [6, 18]

/** Bytes of the port, at the end of a peer. */
export const PORT_BYTES = 2

/** Bytes that all addresses of an IPv6 /64 share, which one host usually has. */
const PREFIX_BYTES = 8

/** Bytes of an address of each family. */
const IPV4_BYTES = 4
const IPV6_BYTES = 16

/** Bytes of an address of each kind. */
const ADDRESS_BYTES: readonly number[] = SIZES.map((bytes) => bytes - PORT_BYTES)

/**
 * How many leading bytes of an address, or of a peer, make its source: the whole IPv4 address, or
 * the IPv6 /64. Other addresses of a /64 cost an attacker nothing.
 */
export function sourceBytes({ length }: Uint8Array): number {
  return length < IPV6_BYTES ? IPV4_BYTES : PREFIX_BYTES
}

/** Bytes that all addresses of a subnet share: an IPv4 /24, an IPv6 /48. */
const SUBNET_BYTES = { ipv4: 3, ipv6: 6 } as const

/**
 * How many leading bytes of an address, or of a peer, make its subnet, which one owner usually has.
 * Undefined for a local address: the machines of one site share its subnets.
 */
export function subnetBytes(bytes: Uint8Array): number | undefined {
  const isIpv4 = bytes.length < IPV6_BYTES
  if (isLocalAddress(bytes.subarray(0, isIpv4 ? IPV4_BYTES : IPV6_BYTES))) return undefined
  return isIpv4 ? SUBNET_BYTES.ipv4 : SUBNET_BYTES.ipv6
}

/** Most bytes of a prefix that still make a number without loss, with one more in front. */
const EXACT_BYTES = 6

/**
 * Which share of a target's places a peer at this address, or this peer, counts to. Local addresses
 * have no subnet, so there each source is one.
 */
export function shareKeyOf(bytes: Uint8Array): ShareKey {
  const sourceEnd = sourceBytes(bytes)
  const subnetEnd = subnetBytes(bytes) ?? sourceEnd
  // The length stands in front, so subnets of the two families are never equal.
  let subnet = subnetEnd
  for (let at = Math.max(0, subnetEnd - EXACT_BYTES); at < subnetEnd; at += 1) {
    subnet = subnet * 256 + (bytes[at] as number)
  }
  let source = 0
  for (let at = subnetEnd; at < sourceEnd; at += 1) source = source * 256 + (bytes[at] as number)
  return { subnet, source }
}

/** @throws {StoreArgumentError} when `size` is not 6 or 18 */
export function kindOf(size: number, isSeed = false): PeerKind {
  if (size === PEER_BYTES[0]) return isSeed ? 2 : 0
  if (size === PEER_BYTES[1]) return isSeed ? 3 : 1
  throw new StoreArgumentError('size', SIZES.join(' or '), size)
}

/** @throws {StoreArgumentError} when it is not 6 or 18 bytes */
export function kindOfPeer(peer: Uint8Array, isSeed: boolean): PeerKind {
  if (isBytes(peer) && SIZES.includes(peer.length)) return kindOf(peer.length, isSeed)
  throw new StoreArgumentError('peer', `${SIZES.join(' or ')} bytes`, peer)
}

export function isSeedKind(kind: PeerKind): boolean {
  return kind >= 2
}

/** @throws {StoreArgumentError} when `count` is not a number */
export function requireCount(count: number): void {
  if (typeof count === 'number' && !Number.isNaN(count)) return
  throw new StoreArgumentError('count', 'a number', count)
}

/** @throws {StoreArgumentError} when it is not 4 or 16 bytes */
export function requireAddress(address: Uint8Array): void {
  if (isBytes(address) && ADDRESS_BYTES.includes(address.length)) return
  throw new StoreArgumentError('address', `${ADDRESS_BYTES.join(' or ')} bytes`, address)
}

/** @throws {StoreArgumentError} when `port` is not a whole number from 0 to 65535 */
export function requireSourcePort(port: number): void {
  if (Number.isInteger(port) && port >= 0 && port <= 0xffff) return
  throw new StoreArgumentError('sourcePort', '0 to 65535', port)
}

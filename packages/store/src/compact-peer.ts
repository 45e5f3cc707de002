// The form of a peer: an address of 4 or 16 bytes, then a port of 2 bytes, as in BEP 5 and BEP 32.
// The store counts peers by their addresses, which a token has proved. It doesn't interpret the
// bytes; of the port it only knows where it stands.

import { isBytes } from '@dht/id'
import { StoreArgumentError } from './errors.ts'

/** 0: a peer of 6 bytes (IPv4); 1: of 18 bytes (IPv6). */
export type PeerKind = 0 | 1

/** Bytes of a peer of each kind. */
export const PEER_BYTES: readonly [6, 18] = [6, 18]

/** Bytes of the port, at the end of a peer. */
export const PORT_BYTES = 2

/** Bytes of an address of each kind. */
const ADDRESS_BYTES: readonly number[] = PEER_BYTES.map((bytes) => bytes - PORT_BYTES)

/** @throws {StoreArgumentError} when `size` is not 6 or 18 */
export function kindOf(size: number): PeerKind {
  if (size === PEER_BYTES[0]) return 0
  if (size === PEER_BYTES[1]) return 1
  throw new StoreArgumentError('size', PEER_BYTES.join(' or '), size)
}

/** @throws {StoreArgumentError} when it is not 6 or 18 bytes */
export function kindOfPeer(peer: Uint8Array): PeerKind {
  if (isBytes(peer) && PEER_BYTES.some((size) => size === peer.length)) return kindOf(peer.length)
  throw new StoreArgumentError('peer', `${PEER_BYTES.join(' or ')} bytes`, peer)
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

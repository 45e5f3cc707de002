// Mutable items that point to a torrent (BEP 46), so that the author can replace the torrent: the
// value is a dictionary with the info hash under `ih`, and a magnet URI names the key and the salt.

import { type Id, idFromBytes } from '@dht/id'
import { type BencodeValue, encodeValue } from '@dht/krpc'
import { argumentError } from '../errors.ts'
import { magnetParameters } from './magnet.ts'

/** An Ed25519 public key among the sources of a magnet URI. */
const SOURCE = /^urn:btpk:([\da-f]{64})$/i

/** The value of an item that points to the torrent, bencoded. */
export function pointerTo(infohash: Id): Uint8Array {
  return encodeValue(new Map([['ih', infohash]]))
}

/** @returns undefined when the value points to no torrent; other entries of it are ignored */
export function infohashIn(value: BencodeValue | undefined, width: number): Id | undefined {
  const ih = value instanceof Map ? value.get('ih') : undefined
  return ih instanceof Uint8Array && ih.length === width ? idFromBytes(ih) : undefined
}

/**
 * The key and the salt in `magnet:?xs=urn:btpk:<64 hex digits>&s=<hex>`, as hex.
 *
 * @throws {DhtNodeError} when there is no key in it
 */
export function toPointerKey(magnet: string): {
  readonly publicKey: string
  readonly salt: string
} {
  const query = magnetParameters('key', magnet)
  const keys = query.getAll('xs').map((source) => SOURCE.exec(source)?.[1])
  const publicKey = keys.find((key) => key !== undefined)
  if (publicKey !== undefined) return { publicKey, salt: query.get('s') ?? '' }
  throw argumentError('key', 'a magnet URI with xs=urn:btpk:', magnet)
}

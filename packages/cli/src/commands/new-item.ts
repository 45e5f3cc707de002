// Makes an item to put (BEP 44). A mutable one is signed here, so that its secret key stays in this
// process whichever node puts it.

import { Buffer } from 'node:buffer'
import { type Id, idFromHex } from '@dht/id'
import { encodeValue, signedBytes } from '@dht/krpc'
import { nobleCrypto } from '@dht/node/core'
import { CommandFailure, EXIT } from '../exit.ts'
import type { SignedItem } from '../requests/request.ts'

/** Longest value, bytes (BEP 44: 1,000 when encoded). */
const MAX_VALUE = 996

/** Longest salt, bytes (BEP 44). */
const MAX_SALT = 64

/** An info hash, alone or in a magnet URI. */
const INFOHASH = /(?:^|urn:btih:)([\da-f]{40})(?:$|&)/i

/**
 * The value as bencoded bytes, in hex. One that points to a torrent is a dictionary (BEP 46).
 *
 * @throws {CommandFailure} when it is too long, or for an info hash that is not in hex
 */
export function encodeItem(
  item: { readonly value: Uint8Array } | { readonly infohash: string },
): string {
  if ('infohash' in item) {
    return hexOf(encodeValue(new Map([['ih', readInfohash(item.infohash)]])))
  }
  if (item.value.length <= MAX_VALUE) return hexOf(encodeValue(item.value))
  const text = `an item has ${MAX_VALUE} bytes at most, and this one ${item.value.length}`
  throw new CommandFailure(text, EXIT.usage)
}

function readInfohash(text: string): Id {
  const [, hex] = INFOHASH.exec(text) ?? []
  if (hex !== undefined) return idFromHex(hex)
  throw new CommandFailure('--infohash: expected 40 hex digits or a magnet URI', EXIT.usage)
}

export interface MutableItem {
  /** Its value as bencoded bytes, in hex. */
  readonly encoded: string
  readonly secretKey: Uint8Array
  /** In hex. */
  readonly salt: string
  readonly seq: bigint
}

/** @throws {CommandFailure} when the salt is too long */
export function signItem({ encoded, secretKey, salt, seq }: MutableItem): SignedItem {
  const saltBytes = Buffer.from(salt, 'hex')
  if (saltBytes.length > MAX_SALT) {
    throw new CommandFailure(`a salt has ${MAX_SALT} bytes at most`, EXIT.usage)
  }
  const bytes = signedBytes({ salt: saltBytes, seq, v: Buffer.from(encoded, 'hex') })
  const signature = hexOf(nobleCrypto.sign(secretKey, bytes))
  return { encoded, signed: { publicKey: publicKeyOf(secretKey), salt, seq, signature } }
}

/** In hex. */
export function publicKeyOf(secretKey: Uint8Array): string {
  return hexOf(nobleCrypto.publicKeyOf(secretKey))
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

// Checks the arguments of `put` and `get` (BEP 44) before anything happens (API-1), and turns them
// into what the core takes. A mutable item is signed here.

import { type Id, isBytes } from '@dht/id'
import {
  decodeValue,
  encodeValue,
  ITEM_VALUE_LIMITS,
  MAX_ITEM_SALT,
  MAX_ITEM_VALUE,
  signedBytes,
} from '@dht/krpc'
import type { StoredItem } from '@dht/store'
import { isVerified, mutableTarget } from '../core/items/item.ts'
import type { ItemCrypto } from '../core/items/item-crypto.ts'
import type { NewItem } from '../core/operations/user-put.ts'
import { argumentError, describedError, unknownName } from '../errors.ts'
import { type CallOptions, checkedCall, type IdLike, isObject, toId } from './arguments.ts'
import { toInfohash } from './infohash.ts'
import { isMagnet } from './magnet.ts'
import { pointerTo, toPointerKey } from './torrent-pointer.ts'

/** Bytes, or as many bytes in hex. */
export type BytesLike = Uint8Array | string

/** What to put: one of `value`, `encoded` and `infohash`, and what a mutable item has besides. */
export interface ItemToPut {
  /** The bytes of the value, which is then a byte string; at most 996. */
  readonly value?: Uint8Array
  /** The value as its bencoded bytes, where it is no byte string; at most 1000. */
  readonly encoded?: BytesLike
  /** A torrent that a mutable item points to (BEP 46), in every form that `announce` accepts. */
  readonly infohash?: IdLike
  /** The Ed25519 secret key (seed) of a mutable item, 32 bytes. Absent: the item is immutable. */
  readonly secretKey?: BytesLike
  /** In place of `secretKey`: the public key of an item that is signed already, 32 bytes. */
  readonly publicKey?: BytesLike
  /** With `publicKey`: the Ed25519 signature of the item, 64 bytes. */
  readonly signature?: BytesLike
  /**
   * The version of a mutable item, 1 to 2^63 - 1; a higher one replaces a lower one. One that is
   * signed already may have 0.
   */
  readonly seq?: bigint
  /** Tells the mutable items of one key apart; at most 64 bytes. */
  readonly salt?: BytesLike
}

/** Options of `put`. */
export interface PutOptions extends CallOptions {
  /** Replaces only this version of a mutable item; other versions are left as they are. */
  readonly cas?: bigint
  /** False: the item is put once, and neither `delete` nor another put ends it. Default true. */
  readonly renew?: boolean
  /**
   * Whether this node stores the item itself, too, and responds with it: true: from now on; false:
   * not at all. Default: once another node has accepted it, if it is renewed.
   */
  readonly keep?: boolean
}

/**
 * Where an item belongs: its id, the key and salt of a mutable item, or a magnet URI that has these
 * (BEP 46): `magnet:?xs=urn:btpk:<key>&s=<salt>`, both in hex.
 */
export type ItemKey = IdLike | { readonly publicKey: BytesLike; readonly salt?: BytesLike }

/** Options of `get`. */
export interface GetOptions extends CallOptions {
  /** The salt of a mutable item that is named by its id: no message returns it. */
  readonly salt?: BytesLike
}

/** What the network says of items and their ids. */
export interface ItemNetwork {
  readonly crypto: ItemCrypto
  /** Bytes of an id. */
  readonly idLength: number
}

const MAX_SEQ = 2n ** 63n - 1n
const ITEM_PARTS = [
  'value',
  'encoded',
  'infohash',
  'secretKey',
  'publicKey',
  'signature',
  'seq',
  'salt',
] as const satisfies readonly (keyof ItemToPut)[]
const PUT_OPTIONS = ['cas', 'renew', 'keep', 'signal']
const HEX = /^(?:[\da-f]{2})*$/i

/** @throws {DhtNodeError} naming the part that can't be used */
export function toNewItem(
  item: ItemToPut,
  options: PutOptions,
  { crypto, idLength }: ItemNetwork,
): NewItem {
  if (!isObject(item)) throw argumentError('item', 'an object', item)
  checkNames(item, ITEM_PARTS)
  const { cas, renew = true, keep } = checkedCall(options, PUT_OPTIONS)
  if (cas !== undefined) checkSequence('cas', cas, 0n)
  for (const [name, flag] of Object.entries({ renew, keep: keep ?? false })) {
    if (typeof flag !== 'boolean') throw argumentError(name, 'a boolean', flag)
  }
  return { item: toItem(toValue(item, idLength), item, crypto), cas, keep: keepOf(keep, renew) }
}

function keepOf(keep: boolean | undefined, renew: boolean): NewItem['keep'] {
  if (keep === undefined) return renew ? 'when-accepted' : undefined
  return keep ? 'at-once' : undefined
}

/** @throws {IdLengthError | IdFormatError | DhtNodeError} */
export function toItemKey(
  key: ItemKey,
  options: GetOptions,
  { crypto, idLength }: ItemNetwork,
): { readonly target: Id; readonly salt: Uint8Array } {
  const { salt } = checkedCall(options, ['salt', 'signal'])
  const named = isMagnet(key) ? toPointerKey(key) : key
  if (!isObject(named) || isBytes(named)) {
    return { target: toId(named, idLength), salt: toSalt(salt) }
  }
  if (salt !== undefined) throw argumentError('salt', 'none: the key has its own', 'one')
  checkNames(named, ['publicKey', 'salt'])
  const own = { k: toBytes('publicKey', named.publicKey, [32, 32]), salt: toSalt(named.salt) }
  return { target: mutableTarget(own, crypto), salt: own.salt }
}

function toItem(v: Uint8Array, item: ItemToPut, crypto: ItemCrypto): StoredItem {
  if (item.publicKey !== undefined || item.signature !== undefined) return signed(v, item, crypto)
  return item.secretKey === undefined ? immutable(v, item) : sign(v, item, crypto)
}

function immutable(v: Uint8Array, { infohash, seq, salt }: ItemToPut): StoredItem {
  if (infohash !== undefined) throw argumentError('infohash', 'none without a key', infohash)
  if (seq !== undefined) throw argumentError('seq', 'none without a key', seq)
  if (salt !== undefined) throw argumentError('salt', 'none without a key', salt)
  return { v }
}

function sign(v: Uint8Array, item: ItemToPut, crypto: ItemCrypto): StoredItem {
  const secretKey = toBytes('secretKey', item.secretKey, [32, 32])
  const salt = toSalt(item.salt)
  const seq = checkSequence('seq', item.seq, 1n)
  const sig = crypto.sign(secretKey, signedBytes({ salt, seq, v }))
  return { v, signed: { k: crypto.publicKeyOf(secretKey), salt, seq, sig } }
}

function signed(v: Uint8Array, item: ItemToPut, crypto: ItemCrypto): StoredItem {
  if (item.secretKey !== undefined) {
    throw argumentError('secretKey', 'none beside publicKey and signature', typeof item.secretKey)
  }
  const k = toBytes('publicKey', item.publicKey, [32, 32])
  const sig = toBytes('signature', item.signature, [64, 64])
  const part = { k, salt: toSalt(item.salt), seq: checkSequence('seq', item.seq, 0n), sig }
  if (isVerified(v, part, crypto)) return { v, signed: part }
  throw argumentError('signature', 'the signature of this item', item.signature)
}

function toValue({ value, encoded, infohash }: ItemToPut, idLength: number): Uint8Array {
  const given = [value, encoded, infohash].filter((each) => each !== undefined)
  if (given.length !== 1) {
    throw argumentError('item', 'one of value, encoded and infohash', `${given.length} of them`)
  }
  if (infohash !== undefined) return pointerTo(toInfohash(infohash, idLength))
  if (encoded === undefined) {
    return encodeValue(toValueBytes(value))
  }
  const bytes = toBytes('encoded', encoded, [1, MAX_ITEM_VALUE])
  if (decodeValue(bytes, ITEM_VALUE_LIMITS).kind === 'value') return bytes
  const { maxDepth, maxItems } = ITEM_VALUE_LIMITS
  const what = `a canonical bencoded value, ${maxDepth} levels and ${maxItems} parts at most`
  throw argumentError('encoded', what, encoded)
}

/** Text is refused: it would be unclear whether it is hex. */
function toValueBytes(value: unknown): Uint8Array {
  const max = MAX_ITEM_VALUE - '996:'.length
  if (isBytes(value) && value.length <= max) return new Uint8Array(value)
  throw describedError('value', `0 to ${max} bytes`, sizeOf(value))
}

function toSalt(salt: BytesLike = new Uint8Array(0)): Uint8Array {
  return toBytes('salt', salt, [0, MAX_ITEM_SALT])
}

/** @returns a copy */
function toBytes(name: string, given: unknown, [min, max]: readonly [number, number]): Uint8Array {
  // The length first: text may be megabytes long, and come from a web page.
  const isHex = typeof given === 'string' && given.length <= 2 * max && HEX.test(given)
  const bytes = isHex ? fromHex(given) : given
  if (isBytes(bytes) && bytes.length >= min && bytes.length <= max) return new Uint8Array(bytes)
  const size = min === max ? `${min}` : `${min} to ${max}`
  // Not the value itself: it may be a secret key.
  throw describedError(name, `${size} bytes or their hex`, sizeOf(given))
}

function sizeOf(given: unknown): string {
  return isBytes(given) ? `${given.length} bytes` : `a ${typeof given}`
}

function fromHex(text: string): Uint8Array {
  return text === '' ? new Uint8Array(0) : Uint8Array.from(text.match(/../g) ?? [], byteOf)
}

function byteOf(pair: string): number {
  return Number.parseInt(pair, 16)
}

/** @param min - 1 for new items: a node that asks for something newer than 0 is not told of 0 */
function checkSequence(name: string, value: unknown, min: bigint): bigint {
  if (typeof value === 'bigint' && value >= min && value <= MAX_SEQ) return value
  throw argumentError(name, `a bigint from ${min} to 2^63 - 1`, value)
}

function checkNames(given: object, known: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !known.includes(name))
  if (unknown !== undefined) throw unknownName(unknown, known)
}

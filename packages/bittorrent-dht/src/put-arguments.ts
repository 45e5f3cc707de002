// The argument of `put`, checked and turned into an item that is signed already.

import { encodeValue, MAX_ITEM_SALT, MAX_ITEM_VALUE, signedBytes } from '@dht/krpc'
import type { nodeCrypto } from '@dht/node'
import { toBencodeValue } from './bencode-values.ts'
import { viewOf } from './bytes.ts'
import { argumentError } from './errors.ts'

/** What to put: an immutable value, or with `k` a version of a mutable one (BEP 44). */
export interface PutOptions {
  /** The value: bytes, a text, or what else bencode has; at most 1000 bytes when bencoded. */
  readonly v: unknown
  /** Ed25519 public key, 32 bytes. */
  readonly k?: Uint8Array | undefined
  /** With `k`: returns the signature, 64 bytes, of the bytes that it is given. */
  readonly sign?: ((bytes: Buffer) => Uint8Array) | undefined
  /** With `k`, in place of `sign`: the signature. */
  readonly sig?: Uint8Array | undefined
  /** With `k`: the version, a whole number from 0 on. */
  readonly seq?: number | bigint | undefined
  /** With `k`: at most 64 bytes. */
  readonly salt?: Uint8Array | string | undefined
  /** With `k`: the version that may be replaced. */
  readonly cas?: number | bigint | undefined
}

/** An item to put. */
export interface ItemParts {
  /** Of the value, or of key and salt. */
  readonly key: Buffer
  readonly encoded: Uint8Array
  readonly mutable: MutableParts | undefined
}

export interface MutableParts {
  readonly publicKey: Buffer
  readonly salt: Buffer
  readonly seq: bigint
  readonly cas: bigint | undefined
  readonly signature: Uint8Array
}

/** @throws {DhtClientError} `ERR_DHT_CLIENT_ARGUMENT`; and what `sign` throws */
export function toItemParts(
  given: PutOptions | Uint8Array | string,
  sha1: (typeof nodeCrypto)['sha1'],
): ItemParts {
  const options = typeof given === 'string' || ArrayBuffer.isView(given) ? { v: given } : given
  if (typeof options !== 'object' || options === null)
    throw argumentError('opts', 'an object', given)
  const { v, k } = options as PutOptions
  if (v === undefined) throw argumentError('opts.v', 'a value', v)
  const encoded = encodeBounded(v)
  if (k === undefined || k === null) {
    return { key: Buffer.from(sha1(encoded)), encoded, mutable: undefined }
  }
  const mutable = toMutableParts(options as PutOptions, encoded)
  const key = sha1(Buffer.concat([mutable.publicKey, mutable.salt]))
  return { key: Buffer.from(key), encoded, mutable }
}

function encodeBounded(v: unknown): Uint8Array {
  const value = toBencodeValue(v)
  try {
    return encodeValue(value, { maxBytes: MAX_ITEM_VALUE })
  } catch {
    throw argumentError('opts.v', `at most ${MAX_ITEM_VALUE} bytes when bencoded`, v)
  }
}

function toMutableParts(options: PutOptions, v: Uint8Array): MutableParts {
  const publicKey = viewOf(options.k)
  if (publicKey?.length !== 32) throw argumentError('opts.k', '32 bytes', options.k)
  const salt = toSalt(options.salt)
  if (options.seq === undefined) throw argumentError('opts.seq', 'a whole number', options.seq)
  const seq = toVersion('opts.seq', options.seq)
  const cas = options.cas === undefined ? undefined : toVersion('opts.cas', options.cas)
  return { publicKey, salt, seq, cas, signature: signatureOf(options, { salt, seq, v }) }
}

function signatureOf(
  { sign, sig }: PutOptions,
  parts: { readonly salt: Buffer; readonly seq: bigint; readonly v: Uint8Array },
): Uint8Array {
  if (typeof sign === 'function') return sign(Buffer.from(signedBytes(parts)))
  const given = viewOf(sig)
  if (given !== undefined) return given
  throw argumentError('opts.sign', 'a function, or a signature as opts.sig', sign)
}

/** @returns none for undefined */
export function toSalt(salt: unknown): Buffer {
  if (salt === undefined || salt === null) return Buffer.alloc(0)
  const bytes = typeof salt === 'string' ? Buffer.from(salt) : viewOf(salt)
  if (bytes !== undefined && bytes.length <= MAX_ITEM_SALT) return bytes
  throw argumentError('opts.salt', `at most ${MAX_ITEM_SALT} bytes`, salt)
}

function toVersion(name: string, value: unknown): bigint {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value)
  throw argumentError(name, 'a whole number', value)
}

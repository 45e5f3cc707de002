// What `get` gives: an item in the form in which `put` takes it again.

import { decodeValue, signedBytes } from '@dht/krpc'
import type { GetResult, Item } from '@dht/node'
import { fromBencodeValue, toNumber } from './bencode-values.ts'
import { fromHex } from './bytes.ts'

/** Whether an Ed25519 signature is valid, as `verify` of npm's ed25519-supercop. */
export type Verify = (signature: Buffer, message: Buffer, publicKey: Buffer) => boolean

export interface GetOptions {
  /** Of a mutable item whose key was hashed with a salt. */
  readonly salt?: Uint8Array | string | undefined
  /** Called with what was found, besides the check that is made in any case. */
  readonly verify?: Verify | undefined
  /** Ignored: what is stored here is verified, and of a mutable item the newest version wins. */
  readonly cache?: boolean | undefined
}

export interface GotValue {
  /** The value: a buffer, or of other values what they are in JavaScript. */
  readonly v: unknown
  /** Id of a node that returned it, or of this node. */
  readonly id: Buffer
  /** Of a mutable item, as what follows. */
  readonly k?: Buffer
  readonly sig?: Buffer
  /** A number, or a bigint beyond 2^53. */
  readonly seq?: number | bigint
  readonly salt?: Buffer
}

/** @param own - the id of this node, in hex */
export function toGotValue({ item, holders }: GetResult, own: string): GotValue | null {
  if (item === undefined) return null
  const id = fromHex(holders[0]?.id ?? own)
  return { v: contentOf(item), id, ...signedPart(item) }
}

/** Whether `verify`, if there is one, accepts the item. */
export function passes(item: Item | undefined, verify: Verify | undefined): boolean {
  if (verify === undefined || item?.signed === undefined) return true
  const { publicKey, salt, seq, signature } = item.signed
  const message = signedBytes({ salt: fromHex(salt), seq, v: fromHex(item.encoded) })
  return verify(fromHex(signature), Buffer.from(message), fromHex(publicKey))
}

function contentOf({ value, encoded }: Item): unknown {
  if (value !== undefined) return fromHex(value)
  const decoded = decodeValue(fromHex(encoded))
  return decoded.kind === 'value' ? fromBencodeValue(decoded.value) : fromHex(encoded)
}

function signedPart({ signed }: Item): Partial<GotValue> {
  if (signed === undefined) return {}
  const { publicKey, salt, seq, signature } = signed
  return {
    k: fromHex(publicKey),
    sig: fromHex(signature),
    seq: toNumber(seq),
    ...(salt !== '' && { salt: fromHex(salt) }),
  }
}

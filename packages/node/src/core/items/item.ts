// The items of BEP 44: where an item belongs, and whether its signature is valid. The parts come
// from messages of other nodes or from the user.

import { type Id, idView } from '@dht/id'
import { signedBytes } from '@dht/krpc'
import type { SignedPart, StoredItem } from '@dht/store'
import type { ItemCrypto } from './item-crypto.ts'

/** An item in a message: `k`, `sig` and `seq` are there together or not at all. */
export interface ItemParts {
  readonly v: Uint8Array
  readonly k?: Uint8Array | undefined
  readonly sig?: Uint8Array | undefined
  readonly seq?: bigint | undefined
}

export const NO_SALT: Uint8Array = new Uint8Array(0)

/** @param salt - of a mutable item; messages that return an item do not have it */
export function itemOf({ v, k, sig, seq }: ItemParts, salt: Uint8Array): StoredItem {
  if (k === undefined || sig === undefined || seq === undefined) return { v }
  return { v, signed: { k, salt, seq, sig } }
}

/** The hash of the value, or of key and salt. BEP 44. */
export function targetOf({ v, signed }: StoredItem, crypto: ItemCrypto): Id {
  return idView(crypto.sha1(signed === undefined ? v : keyAndSalt(signed)))
}

/** The target of the mutable items of a key and a salt. */
export function mutableTarget(key: Pick<SignedPart, 'k' | 'salt'>, crypto: ItemCrypto): Id {
  return idView(crypto.sha1(keyAndSalt(key)))
}

/** Whether the signature of a mutable item is valid. Costs up to 2 ms. */
export function isVerified(v: Uint8Array, signed: SignedPart, crypto: ItemCrypto): boolean {
  const { k, salt, seq, sig } = signed
  return crypto.verify(k, signedBytes({ salt, seq, v }), sig)
}

function keyAndSalt({ k, salt }: Pick<SignedPart, 'k' | 'salt'>): Uint8Array {
  const bytes = new Uint8Array(k.length + salt.length)
  bytes.set(k)
  bytes.set(salt, k.length)
  return bytes
}

// The items that scripts put and get (BEP 44), as plain data: a key, and a sequence number for a
// mutable item. Equal numbers give equal items.

import { type Id, idView } from '@dht/id'
import { encodeValue, signedBytes } from '@dht/krpc'
import { ItemGoal, type NewItem, nobleCrypto } from '@dht/node/core'
import type { Request } from './host/core-process.ts'

export type ItemAction =
  /** `seq` 0: an immutable item; else that version of a mutable one. */
  | { readonly kind: 'put'; readonly host: number; readonly key: number; readonly seq: number }
  | {
      readonly kind: 'get'
      readonly host: number
      readonly key: number
      readonly isMutable: boolean
    }

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (each) => each.charCodeAt(0))

const SALT = ascii('salt')
const NO_SALT = new Uint8Array(0)

type Item = NewItem['item']

/** The item of a key. @param seq - 0: the immutable one */
export function scriptItem(key: number, seq: number): Item {
  const text = seq === 0 ? `item ${key}` : `item ${key}, version ${seq}`
  const v = encodeValue(ascii(text))
  if (seq === 0) return { v }
  const salt = saltOf(key)
  const parts = { salt, seq: BigInt(seq), v }
  const sig = nobleCrypto.sign(secretKeyOf(key), signedBytes(parts))
  return { v, signed: { k: publicKeyOf(key), salt, seq: parts.seq, sig } }
}

/** Where the item of a key is stored. */
export function itemTarget(key: number, isMutable: boolean): Id {
  return isMutable
    ? idView(nobleCrypto.sha1(Uint8Array.from([...publicKeyOf(key), ...saltOf(key)])))
    : idView(nobleCrypto.sha1(scriptItem(key, 0).v))
}

/** The lookup of an item: its goal has the item when the lookup has ended. */
export function itemGoal(key: number, isMutable: boolean): ItemGoal {
  const salt = isMutable ? saltOf(key) : undefined
  return new ItemGoal({ target: itemTarget(key, isMutable), salt, crypto: nobleCrypto })
}

export function itemRequest(action: ItemAction): Request {
  return action.kind === 'put'
    ? { kind: 'put', put: { item: scriptItem(action.key, action.seq) } }
    : { kind: 'lookup-goal', goal: itemGoal(action.key, action.isMutable) }
}

/** Every second mutable item has a salt. */
const saltOf = (key: number): Uint8Array => (key % 2 === 1 ? SALT : NO_SALT)

const secretKeyOf = (key: number): Uint8Array => new Uint8Array(32).fill(1 + (key & 127))

function publicKeyOf(key: number): Uint8Array {
  return nobleCrypto.publicKeyOf(secretKeyOf(key))
}

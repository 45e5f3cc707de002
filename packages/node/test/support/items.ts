// An author of items, honest or not, and the queries that put them at the node under test.

import type { Id } from '@dht/id'
import { type Contact, type Message, type PutQuery, signedBytes } from '@dht/krpc'
import type { StoredItem } from '@dht/store'
import { nodeCrypto } from '../../src/adapters/node-crypto.ts'
import { mutableTarget, targetOf } from '../../src/core/items/item.ts'
import type { Bench } from './bench.ts'

/** The arguments of a put. */
export interface ItemPut extends Partial<Pick<PutQuery, 'claimedTarget' | 'cas' | 'token'>> {
  readonly target: Id
  readonly v: Uint8Array
  readonly k?: Uint8Array
  readonly sig?: Uint8Array
  readonly seq?: bigint
  readonly salt?: Uint8Array
}

/** What is wrong with a put, in the order of the checks, and the code of the error. */
export const ITEM_FAULTS = {
  'no signature': 203,
  'not canonical': 203,
  'long value': 205,
  'long salt': 207,
  'wrong token': 203,
  'negative seq': 203,
  'other cas': 301,
  'low seq': 302,
  'wrong signature': 206,
} as const

export type Fault = keyof typeof ITEM_FAULTS

interface Draft {
  readonly v: Uint8Array
  readonly seq: bigint
  readonly salt?: string
}

/** The same as the store has it. */
export function stored({ v, k, sig, seq, salt }: ItemPut): StoredItem {
  if (k === undefined || sig === undefined || seq === undefined) return { v }
  return { v, signed: { k, sig, seq, salt: salt ?? new Uint8Array(0) } }
}

export class Author {
  readonly #secretKey: Uint8Array
  readonly publicKey: Uint8Array

  constructor(number: number) {
    this.#secretKey = new Uint8Array(32).fill(number)
    this.publicKey = nodeCrypto.publicKeyOf(this.#secretKey)
  }

  immutable(v: Uint8Array): ItemPut {
    return { target: targetOf({ v }, nodeCrypto), v }
  }

  mutable({ v, seq, salt = '' }: Draft): ItemPut {
    return this.#signed({ v, seq, salt: new TextEncoder().encode(salt) })
  }

  faulty({ v, seq, salt = '' }: Draft, faults: readonly Fault[]): ItemPut {
    const has = (fault: Fault) => faults.includes(fault)
    const long = Uint8Array.from('1000:'.padEnd(1005, 'x'), (c) => c.charCodeAt(0))
    const text = new TextEncoder().encode(salt)
    const notCanonical = Uint8Array.from('i01e', (c) => c.charCodeAt(0))
    const rightLength = has('long value') ? long : v
    const notNegative = has('low seq') ? 4n : seq
    const right = this.#signed({
      v: has('not canonical') ? notCanonical : rightLength,
      seq: has('negative seq') ? -1n : notNegative,
      salt: has('long salt') ? new Uint8Array(65) : text,
    })
    return {
      ...right,
      ...(has('wrong signature') && { sig: new Uint8Array(64).fill(1) }),
      ...(has('no signature') && { sig: undefined as never }),
      ...(has('wrong token') && { token: new Uint8Array(8) }),
      ...(has('other cas') && { cas: 3n }),
    }
  }

  #signed(parts: { readonly v: Uint8Array; readonly seq: bigint; readonly salt: Uint8Array }) {
    const sig = nodeCrypto.sign(this.#secretKey, signedBytes(parts))
    const k = this.publicKey
    const target = mutableTarget({ k, salt: parts.salt }, nodeCrypto)
    return { target, ...parts, k, sig }
  }
}

/** The token that the node gives for the target of an item. */
export function tokenAt(bench: Bench, { target }: ItemPut, who: Contact): Uint8Array | undefined {
  const reply = bench.queryFrom(who, { method: 'get', target, readOnly: true })
  return reply?.kind === 'response' ? reply.token : undefined
}

/** `who` asks for a token and puts the item; the arguments may be wrong in every way. */
export function putAt(
  bench: Bench,
  { target, ...put }: ItemPut,
  who: Contact = bench.newContact(),
): Message | undefined {
  const token = put.token ?? tokenAt(bench, { target, v: put.v }, who) ?? new Uint8Array(8)
  const [reply] = bench.receive(putBytes({ ...put, token }, who), who.endpoint)
  bench.datagrams = bench.datagrams.filter((each) => each !== reply)
  return reply?.message
}

/** The encoder refuses wrong arguments, so the query is written by hand. */
function putBytes(put: Omit<ItemPut, 'target'>, { id }: Contact): Uint8Array {
  const text = (bytes: Uint8Array) => String.fromCharCode(...bytes)
  const string = (bytes: Uint8Array) => `${bytes.length}:${text(bytes)}`
  const written = [
    put.cas === undefined ? '' : `3:casi${put.cas}e`,
    `2:id${string(id)}`,
    put.k === undefined ? '' : `1:k${string(put.k)}`,
    put.salt === undefined ? '' : `4:salt${string(put.salt)}`,
    put.seq === undefined ? '' : `3:seqi${put.seq}e`,
    put.sig === undefined ? '' : `3:sig${string(put.sig)}`,
    put.claimedTarget === undefined ? '' : `6:target${string(put.claimedTarget)}`,
    `5:token${string(put.token as Uint8Array)}`,
    `1:v${text(put.v)}`,
  ]
  const query = `d1:ad${written.join('')}e1:q3:put2:roi1e1:t4:abcd1:y1:qe`
  return Uint8Array.from(query, (character) => character.charCodeAt(0))
}

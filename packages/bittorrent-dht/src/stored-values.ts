// What `toJSON` gives: the contacts to start from again, and the items that this node stores.

import type { Item } from '@dht/node'
import { toNumber } from './bencode-values.ts'
import type { KnownNode } from './node-list.ts'

/** An item that is stored here; all bytes in hex. */
export interface StoredValue {
  /** The bytes of the value; of a value that is no byte string its bencoded bytes. */
  readonly v: string
  /** The id of this node. */
  readonly id: string
  /** A number; beyond 2^53 its decimal digits, because JSON has no such numbers. */
  readonly seq?: number | string
  readonly sig?: string
  readonly k?: string
}

export interface DhtJson {
  readonly nodes: readonly { readonly host: string; readonly port: number }[]
  /** By key, in hex. */
  readonly values: Readonly<Record<string, StoredValue>>
}

/** @param own - the id of this node, in hex */
export function toJson(nodes: readonly KnownNode[], items: readonly Item[], own: string): DhtJson {
  return {
    nodes: nodes.map(({ host, port }) => ({ host, port })),
    values: Object.fromEntries(items.map((item) => [item.id, toStoredValue(item, own)])),
  }
}

function toStoredValue({ value, encoded, signed }: Item, id: string): StoredValue {
  const v = value ?? encoded
  if (signed === undefined) return { v, id }
  const seq = toNumber(signed.seq)
  const written = typeof seq === 'bigint' ? `${seq}` : seq
  return { v, id, seq: written, sig: signed.signature, k: signed.publicKey }
}

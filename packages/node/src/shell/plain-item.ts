// Items as plain data.

import type { Id } from '@dht/id'
import { decodeValue } from '@dht/krpc'
import type { StoredItem } from '@dht/store'
import type { PutReport as CorePutReport, LookupResult } from '../core/operations/outcome.ts'
import { type Plain, toPlain } from './plain.ts'
import { infohashIn } from './torrent-pointer.ts'

/** An item (BEP 44). All of its parts are valid: the bytes are those that have the id. */
export interface Item {
  readonly id: string
  /** The bytes of the value, in hex; absent when the value is no byte string. */
  readonly value?: string
  /** The value as its bencoded bytes, in hex. */
  readonly encoded: string
  /** The torrent that a mutable item points to (BEP 46), in hex; absent when it points to none. */
  readonly infohash?: string
  /** What a mutable item has besides; absent: the item is immutable. */
  readonly signed?: {
    /** Ed25519 public key, in hex. */
    readonly publicKey: string
    /** In hex; empty for none. */
    readonly salt: string
    /** A bigint, which `JSON.stringify` does not write. */
    readonly seq: bigint
    /** In hex. */
    readonly signature: string
  }
}

/** What `get` found, and what it cost. */
export interface GetResult extends Omit<Plain<LookupResult>, 'endpoints'> {
  /** Of a mutable item the newest version; absent when nothing was found. */
  readonly item?: Item
}

/** What became of writing an item to the nodes nearest to its id. `target` is its id. */
export interface PutReport extends Plain<CorePutReport> {}

export function toPlainItem(target: Id, { v, signed }: StoredItem): Item {
  const decoded = decodeValue(v)
  const value = decoded.kind === 'value' ? decoded.value : undefined
  return toPlain({
    id: target,
    ...(value instanceof Uint8Array && { value }),
    encoded: v,
    ...(signed && {
      infohash: infohashIn(value, target.length),
      signed: { publicKey: signed.k, salt: signed.salt, seq: signed.seq, signature: signed.sig },
    }),
  }) as unknown as Item
}

export function toGetResult(result: LookupResult, item: Item | undefined): GetResult {
  const { endpoints: _endpoints, ...rest } = result
  return { ...toPlain(rest), ...(item && { item }) }
}

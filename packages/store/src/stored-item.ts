// What goes into the item store and what comes out of it: the items of BEP 44. The store interprets
// no bytes: its caller has computed the target and verified the signature.

import type { Id } from '@dht/id'

/** An item. Its bytes must not be changed. */
export interface StoredItem {
  /** The value as its bencoded bytes. */
  readonly v: Uint8Array
  /** What a mutable item has besides; absent: the item is immutable. */
  readonly signed?: SignedPart | undefined
}

/** The part that a mutable item has and an immutable one has not. */
export interface SignedPart {
  /** Public key. */
  readonly k: Uint8Array
  /** Empty for none. */
  readonly salt: Uint8Array
  readonly seq: bigint
  /** Signature. */
  readonly sig: Uint8Array
}

/** An item to be stored. */
export interface ItemPut {
  /** The hash of the value, or of key and salt. */
  readonly target: Id
  readonly item: StoredItem
  /** The host that sent it, as a key. A token has proved its address. */
  readonly source: string
  /** The subnet of that host, as a key; absent: the host has none, and no share limits it. */
  readonly subnet?: string | undefined
  /** Only an item with this sequence number may be replaced; absent: any. */
  readonly cas?: bigint | undefined
}

/** A question whether there is room for an item. */
export interface ItemRoomQuery {
  readonly target: Id
  /** The host that wants to store it, as a key. */
  readonly source: string
  /** The subnet of that host, as a key; absent: none. */
  readonly subnet?: string | undefined
  /** Bytes of its value and salt; default 1, for any item. */
  readonly bytes?: number
}

/** How long a stored item is. */
export interface ItemSize {
  readonly target: Uint8Array
  /** Bytes of its value and salt. */
  readonly bytes: number
  /** Of a mutable item. */
  readonly seq: bigint | undefined
}

/** The option whose bound was reached. */
export type ItemBound = 'maxItems' | 'maxItemBytes' | 'subnetShare' | 'maxItemsPerSource'

/** The result of `put`. */
export type ItemPutOutcome =
  | { readonly kind: 'added' }
  /** An item with a lower sequence number was stored at this target. */
  | { readonly kind: 'replaced' }
  /** The same item was stored already; it is kept for another lifetime. */
  | { readonly kind: 'renewed' }
  /** `cas` is not the sequence number of the stored item. */
  | { readonly kind: 'conflict'; readonly reason: 'cas' }
  /** The stored item is newer, or has the same sequence number and another value. */
  | { readonly kind: 'conflict'; readonly reason: 'seq' }
  | { readonly kind: 'refused'; readonly reason: ItemBound }

/** The whole content of a store, as plain data. */
export interface ItemStoreSnapshot {
  /** The latest instant the store was told. */
  readonly at: number
  /** Live items, the one put longest ago first. */
  readonly items: readonly {
    readonly target: Uint8Array
    readonly item: StoredItem
    /** The host that put it last. */
    readonly source: string
    readonly stampedAt: number
  }[]
}

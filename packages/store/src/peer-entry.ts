// What goes into the peer store and what comes out of it.
//
// An entry is a peer that a publisher holds at a target. A publisher is opaque text. A peer is 6 or
// 18 bytes: an address, which is the source that is held to account, and a port; that the port is
// the last two is all that the store knows of them.

import type { Id } from '@dht/id'

/** Who may hold at most one peer at which target. */
export interface PeerOwner {
  /** The id under which the peer is entered; all targets held at one time have one width. */
  readonly target: Id
  /** Who enters it, at most 128 characters; in a DHT, the endpoint or the address of a node. */
  readonly publisher: string
}

export interface PeerEntry extends PeerOwner {
  /** Compact address and port, 6 or 18 bytes; copied. A token has proved the address. */
  readonly peer: Uint8Array
}

/** Somebody who asks what could be put. */
export interface RoomQuery extends PeerOwner {
  /** The address of the peer to be, 4 or 16 bytes. */
  readonly address: Uint8Array
}

export interface PeerQuery {
  readonly target: Id
  /** Most peers to return. */
  readonly count: number
  /** Bytes of the wanted peers, 6 or 18; others are left out. */
  readonly size: number
}

/** The bound, by the name of its option, that left no room. */
export type RefusalReason =
  | 'maxPeers'
  | 'maxKeys'
  | 'maxPeersPerKey'
  | 'maxPeersPerSource'
  | 'maxPeersPerSourceAndKey'

/** What became of a `put`. */
export type PutOutcome =
  | { readonly kind: 'added' }
  /** The publisher had this very peer at this target: only its stamp is new. */
  | { readonly kind: 'renewed' }
  /** The publisher had another peer at this target. */
  | { readonly kind: 'replaced'; readonly previous: Uint8Array }
  | { readonly kind: 'refused'; readonly reason: RefusalReason }

/** Everything the store holds, as plain data. */
export interface PeerStoreSnapshot {
  /** The latest instant the store was told. */
  readonly at: number
  /** Live entries, oldest stamp first; among equal stamps the one put first. */
  readonly entries: readonly {
    readonly target: Uint8Array
    readonly peer: Uint8Array
    /** What is kept of the publisher: 8 hex digits, equal for equal publishers of one store. */
    readonly publisher: string
    /** The source: all bytes of the peer but the port. */
    readonly address: Uint8Array
    readonly stampedAt: number
  }[]
}

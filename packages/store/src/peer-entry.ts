// What goes into the peer store and what comes out of it.
//
// An entry is a peer that a source holds at a target. Peers are opaque bytes of 6 or 18, which is
// all that the store knows of families; a source is opaque text.

import type { Id } from '@dht/id'

/** Who may hold at most one peer at which target. */
export interface PeerOwner {
  /** The id under which the peer is entered; all targets held at one time have one width. */
  readonly target: Id
  /** Who is accountable, at most 128 characters; in a DHT, the address a token proved. */
  readonly source: string
}

export interface PeerEntry extends PeerOwner {
  /** Compact address and port, 6 or 18 bytes; copied. */
  readonly peer: Uint8Array
}

export interface PeerQuery {
  readonly target: Id
  /** Most peers to return. */
  readonly count: number
  /** Bytes of the wanted peers, 6 or 18; others are left out. */
  readonly size: number
}

/** The bound, by the name of its option, that left no room. */
export type RefusalReason = 'maxPeers' | 'maxKeys' | 'maxPeersPerKey' | 'maxPeersPerSource'

/** What became of a `put`. */
export type PutOutcome =
  | { readonly kind: 'added' }
  /** The source had this very peer at this target: only its stamp is new. */
  | { readonly kind: 'renewed' }
  /** The source had another peer at this target. */
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
    /** Equal for equal sources of one store and different otherwise; the text is not kept. */
    readonly source: string
    readonly stampedAt: number
  }[]
}

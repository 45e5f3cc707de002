// What goes into the peer store and what comes out of it.
// A peer is 6 or 18 bytes: an address, which is the source that quotas count, and a port, the last
// two bytes. The store also remembers the UDP port from which a peer was last put at a target, and
// when another port last put it, because a sender may not withdraw what others put as well.

import type { Id } from '@dht/id'

export interface StoredPeer {
  /** The id under which the peer is stored. All targets held at one time have the same width. */
  readonly target: Id
  /** Compact address and port, 6 or 18 bytes; copied. A token has proved the address. */
  readonly peer: Uint8Array
  /** UDP port of the sender, 0 to 65535. Its address is the peer's. */
  readonly sourcePort: number
  /** Whether the peer has all of the content (BEP 33); default false. */
  readonly seed?: boolean
}

/** A question whether there is room for a peer. */
export interface RoomQuery {
  readonly target: Id
  /** The address of that peer, 4 or 16 bytes. */
  readonly address: Uint8Array
}

/** A sender that withdraws what it stored. */
export interface Withdrawal {
  readonly target: Id
  /** The sender's address, 4 or 16 bytes. A token has proved it. */
  readonly address: Uint8Array
  /** The sender's UDP port. A token has proved it. */
  readonly sourcePort: number
}

export interface PeerQuery {
  readonly target: Id
  /** Most peers to return. */
  readonly count: number
  /** Bytes of the wanted peers, 6 or 18; others are left out. */
  readonly size: number
  /** Leaves seeds out; default false. */
  readonly withoutSeeds?: boolean
}

/** The live peers of one target and one size, as copies, in no particular order. */
export interface PeersByRole {
  readonly seeds: readonly Uint8Array[]
  readonly downloaders: readonly Uint8Array[]
}

/** How many live peers a target has. */
export interface TargetSize {
  readonly target: Uint8Array
  readonly peers: number
}

/** The option whose bound was reached. */
export type RefusalReason =
  | 'maxPeers'
  | 'maxKeys'
  | 'subnetShare'
  | 'maxPeersPerKey'
  | 'maxPeersPerSource'
  | 'maxPeersPerSourceAndKey'

/** The result of `put`. */
export type PutOutcome =
  | { readonly kind: 'added' }
  /** The peer was already stored at this target; it is kept for another lifetime. */
  | { readonly kind: 'renewed' }
  | { readonly kind: 'refused'; readonly reason: RefusalReason }

/** The whole content of a store, as plain data. */
export interface PeerStoreSnapshot {
  /** The latest instant the store was told. */
  readonly at: number
  /** Live peers, the one renewed longest ago first; among equals the one put first. */
  readonly peers: readonly {
    readonly target: Uint8Array
    readonly peer: Uint8Array
    /** Whether it was a seed when it was last put. */
    readonly seed: boolean
    /** UDP port of the sender that last put the peer. */
    readonly sourcePort: number
    /** The bytes of the peer without the port. */
    readonly address: Uint8Array
    readonly stampedAt: number
    /** When another sender last put it; -Infinity: none did. */
    readonly othersAt: number
  }[]
}

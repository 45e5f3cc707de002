// What goes into the peer store and what comes out of it.
//
// An entry is a peer at a target. A peer is 6 or 18 bytes: an address, which is the source that is
// held to account, and a port, the last two bytes. An entry also remembers the UDP port that it was
// last put from, and when another one last put it: nobody withdraws what others put as well.

import type { Id } from '@dht/id'

export interface StoredPeer {
  /** The id under which the peer is entered; all targets held at one time have one width. */
  readonly target: Id
  /** Compact address and port, 6 or 18 bytes; copied. A token has proved the address. */
  readonly peer: Uint8Array
  /** UDP port of the sender, 0 to 65535. Its address is the peer's. */
  readonly sourcePort: number
}

/** Which new peers are asked about. */
export interface RoomQuery {
  readonly target: Id
  /** The address of the peer to be, 4 or 16 bytes. */
  readonly address: Uint8Array
}

/** A sender that takes back what it stored. */
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
  /** The peer was held at this target already: only its stamp is new. */
  | { readonly kind: 'renewed' }
  | { readonly kind: 'refused'; readonly reason: RefusalReason }

/** Everything the store holds, as plain data. */
export interface PeerStoreSnapshot {
  /** The latest instant the store was told. */
  readonly at: number
  /** Live entries, oldest stamp first; among equal stamps the one put first. */
  readonly entries: readonly {
    readonly target: Uint8Array
    readonly peer: Uint8Array
    /** UDP port of the sender that last put the entry. */
    readonly sourcePort: number
    /** The source: all bytes of the peer but the port. */
    readonly address: Uint8Array
    readonly stampedAt: number
    /** When any other sender last put it; -Infinity: none did. */
    readonly othersAt: number
  }[]
}

// What a node has for the methods that respond to queries: contacts, stored peers and items, write
// tokens.

import type { Id } from '@dht/id'
import type { AddressFilter, Endpoint, Family, FindNodeResults, Want } from '@dht/krpc'
import type { ItemStore, PeerStore } from '@dht/store'
import type { NodeEvent } from '../event.ts'
import type { ItemCrypto } from '../items/item-crypto.ts'
import type { Sample } from './target-sample.ts'

/** The part of a query that says which contacts are wanted. */
export interface ContactsWanted {
  /** The querier, which is not told of itself. */
  readonly id: Id
  readonly target: Id
  readonly want?: Want | undefined
}

export interface RespondingNode {
  /** Most peers in one reply over IPv4 and over IPv6. */
  readonly peersPerReply: Readonly<Record<Family, number>>
  /** The peers that other nodes have announced here. */
  readonly store: PeerStore
  /** The items that other nodes have put here. */
  readonly items: ItemStore
  readonly crypto: ItemCrypto
  /**
   * The k nearest contacts of the families in `want`; without `want`, of the family over which the
   * query came (BEP 32).
   */
  contactsNear(query: ContactsWanted, from: Endpoint): FindNodeResults
  /** The sample of the stored targets, the same until its interval is over (BEP 51). */
  sample(now: number): Sample
  /** The peer that this node publishes under the target itself, for this asker. */
  ownPeer(target: Id, asker: Endpoint, now: number): OwnPeer | undefined
  /** A token with which that node may write to the target here. */
  issueToken(target: Id, to: Endpoint, now: number): Uint8Array
  /** Whether the token of a write is valid. */
  acceptsToken(write: TokenOfWrite, from: Endpoint, now: number): boolean
  /** Whether a signature that this node sent may be checked now, which counts as done. */
  mayCheckSignature(from: Endpoint, now: number): boolean
  /** An empty filter of addresses (BEP 33). */
  newFilter(): AddressFilter
  /** Reports an event while the node is watched. */
  trace(event: NodeEvent): void
}

/** What a node publishes itself. */
export interface OwnPeer {
  /** In compact form. */
  readonly peer: Uint8Array
  /** Whether it has all of the content (BEP 33). */
  readonly seed: boolean
}

export interface TokenOfWrite {
  readonly target: Id
  readonly token: Uint8Array
}

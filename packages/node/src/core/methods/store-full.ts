// What a full store means for a node that wants to announce a peer. If the whole store or one
// identity is full, the node gets no token and uses the next nearest nodes instead. If the limit of
// its own address is reached, it gets an error that names the limit, so that it can tell its user.

import type { RefusalReason } from '@dht/store'

/** Each at most 64 characters of printable ASCII, the most that an error message holds. */
const TEXTS: Readonly<Record<RefusalReason, string>> = {
  maxPeers: 'No room: the store is full (maxPeers)',
  maxKeys: 'No room: too many identities stored (maxKeys)',
  subnetShare: 'No room: too many peers in your subnet (subnetShare)',
  maxPeersPerKey: 'No room: too many peers of this identity (maxPeersPerKey)',
  maxPeersPerSource: 'No room: too many peers at your address (maxPeersPerSource)',
  maxPeersPerSourceAndKey: 'No room: your address in this identity (maxPeersPerSourceAndKey)',
}

/** The text of the error message, with the name of the option. */
export function storeFullText(reason: RefusalReason): string {
  return TEXTS[reason]
}

/** Whether the limit is one of a single address. */
export function isBoundOfAddress(reason: RefusalReason): boolean {
  return reason === 'maxPeersPerSource' || reason === 'maxPeersPerSourceAndKey'
}

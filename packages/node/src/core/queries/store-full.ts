// What a full store means for a node that wants to write to it. A bound of the whole store or of an
// identity is answered by giving no token: the next nearest nodes may have room. A bound of one
// address is answered by an error that names it, so that the publisher can tell its user.

import type { RefusalReason } from '@dht/store'

/** At most 64 characters of printable ASCII each, as an error message holds. */
const TEXTS: Readonly<Record<RefusalReason, string>> = {
  maxPeers: 'No room: the store is full (maxPeers)',
  maxKeys: 'No room: too many identities stored (maxKeys)',
  maxPeersPerKey: 'No room: too many peers of this identity (maxPeersPerKey)',
  maxPeersPerSource: 'No room: too many peers at your address (maxPeersPerSource)',
  maxPeersPerSourceAndKey: 'No room: your address in this identity (maxPeersPerSourceAndKey)',
}

/** The bound in plain words, with the name of its option. */
export function storeFullText(reason: RefusalReason): string {
  return TEXTS[reason]
}

/** Whether the bound is one of the asker's address rather than of all. */
export function isBoundOfAddress(reason: RefusalReason): boolean {
  return reason === 'maxPeersPerSource' || reason === 'maxPeersPerSourceAndKey'
}

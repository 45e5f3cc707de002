// Responds to get_peers: the contacts nearest to the target, a sample of the peers stored under it,
// and a write token. BEP 5, BEP 32.

import type { Id } from '@dht/id'
import {
  addressBytes,
  type Endpoint,
  type GetPeersQuery,
  type GetPeersResults,
  getPeers,
} from '@dht/krpc'
import type { NodeMethod } from './node-method.ts'
import type { RespondingNode } from './responding-node.ts'
import { isBoundOfAddress } from './store-full.ts'

const COMPACT_PEER_BYTES = { 4: 6, 6: 18 } as const

export const respondToGetPeers: NodeMethod<GetPeersQuery, GetPeersResults> = {
  method: getPeers,
  respond(query, from, node, now) {
    const { target } = query
    const { nodes, nodes6 } = node.contactsNear(query, from)
    const values = peersOf(target, from, node, now)
    const token = mayWrite(target, from, node, now) ? node.issueToken(target, from, now) : undefined
    return { nodes, nodes6, token, values: values.length > 0 ? values : undefined }
  },
}

/** The peer that the node publishes itself comes first. */
function peersOf(target: Id, from: Endpoint, node: RespondingNode, now: number): Uint8Array[] {
  const count = node.peersPerReply[from.family]
  const own = node.ownPeer(target, from, now)
  const size = COMPACT_PEER_BYTES[from.family]
  const stored = node.store.sample({ target, count, size }, now)
  if (own === undefined) return stored
  return [own, ...stored.filter((peer) => !sameBytes(peer, own))].slice(0, count)
}

/** An asker whose own limit is reached gets a token, so that its write is told the reason. */
function mayWrite(target: Id, from: Endpoint, { store }: RespondingNode, now: number): boolean {
  const address = addressBytes(from.address) as Uint8Array
  const reason = store.boundReached({ target, address }, now)
  return reason === undefined || isBoundOfAddress(reason)
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}

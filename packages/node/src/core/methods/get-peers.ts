// Responds to get_peers: the contacts nearest to the target, a sample of the peers stored under it,
// and a write token. In Mainline also about how many peers there are. BEP 5, BEP 32, BEP 33.

import type { Id } from '@dht/id'
import {
  addressBytes,
  type Endpoint,
  type GetPeersQuery,
  type GetPeersResults,
  getPeers,
  type MainlineGetPeersQuery,
  type MainlineGetPeersResults,
  mainlineGetPeers,
} from '@dht/krpc'
import { sameBytes } from '../same-bytes.ts'
import type { NodeMethod } from './node-method.ts'
import { COMPACT_PEER_BYTES, peerFilters } from './peer-filters.ts'
import type { RespondingNode } from './responding-node.ts'
import { isBoundOfAddress } from './store-full.ts'

export const respondToGetPeers: NodeMethod<GetPeersQuery, GetPeersResults> = {
  method: getPeers,
  respond: whatIsKnown,
}

export const respondToMainlineGetPeers: NodeMethod<MainlineGetPeersQuery, MainlineGetPeersResults> =
  {
    method: mainlineGetPeers,
    respond(query, from, node, now) {
      const results = whatIsKnown(query, from, node, now)
      if (!query.scrape) return results
      return { ...results, ...peerFilters(query.target, from, node, now) }
    },
  }

function whatIsKnown(
  query: MainlineGetPeersQuery,
  from: Endpoint,
  node: RespondingNode,
  now: number,
): GetPeersResults {
  const { target } = query
  const { nodes, nodes6 } = node.contactsNear(query, from)
  const values = peersOf(query, from, node, now)
  const token = mayWrite(target, from, node, now) ? node.issueToken(target, from, now) : undefined
  return { nodes, nodes6, token, values: values.length > 0 ? values : undefined }
}

/** The peer that the node publishes itself comes first. */
function peersOf(
  { target, noseed: withoutSeeds = false }: MainlineGetPeersQuery,
  from: Endpoint,
  node: RespondingNode,
  now: number,
): Uint8Array[] {
  const count = node.peersPerReply[from.family]
  const own = node.ownPeer(target, from, now)
  const size = COMPACT_PEER_BYTES[from.family]
  const stored = node.store.sample({ target, count, size, withoutSeeds }, now)
  if (own === undefined) return stored
  const others = stored.filter((peer) => !sameBytes(peer, own.peer))
  return own.seed && withoutSeeds ? others : [own.peer, ...others].slice(0, count)
}

/** A querier over its own limit gets a token, so that its write is refused with the reason. */
function mayWrite(target: Id, from: Endpoint, { store }: RespondingNode, now: number): boolean {
  const address = addressBytes(from.address) as Uint8Array
  const reason = store.boundReached({ target, address }, now)
  return reason === undefined || isBoundOfAddress(reason)
}

// The filters of a response to get_peers that asks how many peers there are. BEP 33.

import type { Id } from '@dht/id'
import type { AddressFilter, Endpoint, MainlineGetPeersResults } from '@dht/krpc'
import type { RespondingNode } from './responding-node.ts'

/** Bytes of a peer of each family. */
export const COMPACT_PEER_BYTES = { 4: 6, 6: 18 } as const

const PORT_BYTES = 2

type Filters = Pick<MainlineGetPeersResults, 'seedFilter' | 'peerFilter'>

/**
 * The addresses of the peers of the querier's family, the one that this node publishes itself
 * included. An address counts once: one that has a seed counts as a seed. There are no filters
 * where there are no peers, because a filter is large.
 */
export function peerFilters(
  target: Id,
  from: Endpoint,
  node: RespondingNode,
  now: number,
): Filters {
  const size = COMPACT_PEER_BYTES[from.family]
  const { seeds, downloaders } = node.store.peersByRole({ target, size }, now)
  const own = node.ownPeer(target, from, now)
  const ofOwn = own === undefined ? [] : [own.peer]
  const allSeeds = own?.seed ? [...ofOwn, ...seeds] : seeds
  const others = own?.seed ? downloaders : [...ofOwn, ...downloaders]
  if (allSeeds.length + others.length === 0) return {}
  const filterOf = (peers: readonly Uint8Array[]) => bytesOfFilter(node.newFilter(), peers)
  return { seedFilter: filterOf(allSeeds), peerFilter: filterOf(without(others, allSeeds)) }
}

/** The peers whose address has no seed. */
function without(others: readonly Uint8Array[], seeds: readonly Uint8Array[]): typeof others {
  if (seeds.length === 0) return others
  const addresses = new Set(seeds.map(addressKey))
  return others.filter((peer) => !addresses.has(addressKey(peer)))
}

function bytesOfFilter(filter: AddressFilter, peers: readonly Uint8Array[]): Uint8Array {
  for (const peer of peers) filter.add(peer.subarray(0, -PORT_BYTES))
  return filter.bytes
}

function addressKey(peer: Uint8Array): string {
  return String.fromCharCode(...peer.subarray(0, -PORT_BYTES))
}

// The goal of a lookup that wants to know how many peers there are: get_peers with `scrape`, and
// the filters of the nearest responders joined. Nodes on the way don't count, and no filter that is
// nearly full: else one liar would make up any number. BEP 33.

import { compareDistance, type Id } from '@dht/id'
import type { mainlineGetPeers } from '@dht/krpc'
import { AddressFilter, addressBytes, type Contact, type Response } from '@dht/krpc'
import { reportedEndpoints } from '../../overlay/closer-nodes.ts'
import type { LookupGoal } from '../lookup-goal.ts'
import { SCRAPE_PADDING } from '../padding.ts'

type GetPeers = typeof mainlineGetPeers

/** Nearest responders of each family that count: the k of Mainline. */
const NEAREST = 8

/** Addresses that a filter may hold at most: ours, many more than a node stores of one torrent. */
const MAX_ESTIMATE = 6_000

/** What one node returned. */
interface Count {
  readonly responder: Contact
  readonly seedFilter: Uint8Array | undefined
  readonly peerFilter: Uint8Array | undefined
  /** Addresses, from a node that returned peers and no filters. */
  readonly named: readonly Uint8Array[]
}

export class ScrapeGoal implements LookupGoal<GetPeers> {
  readonly target: Id
  readonly query: LookupGoal<GetPeers>['query']
  readonly progress = 'open'
  /** Of the nearest responders of each family, nearest first. */
  readonly #counts: Record<4 | 6, Count[]> = { 4: [], 6: [] }

  constructor(target: Id) {
    this.target = target
    this.query = { method: 'get_peers', target, scrape: true, pad: SCRAPE_PADDING }
  }

  /** About how many seeds there are; 0 when none is known. */
  get seeds(): number {
    return sizeOf(this.#joined('seedFilter'))
  }

  /** About how many other peers there are; 0 when none is known. */
  get peers(): number {
    const seeds = this.#joined('seedFilter')
    const peers = this.#joined('peerFilter')
    for (const { named } of this.#all) {
      for (const each of named) if (!seeds.has(each)) peers.add(each)
    }
    return sizeOf(peers)
  }

  fold(response: Response<GetPeers>, responder: Contact): void {
    const counts = this.#counts[responder.family]
    counts.push(countOf(response, responder))
    counts.sort((a, b) => compareDistance(a.responder.id, b.responder.id, this.target))
    if (counts.length > NEAREST) counts.pop()
  }

  get #all(): readonly Count[] {
    return [...this.#counts[4], ...this.#counts[6]]
  }

  #joined(name: 'seedFilter' | 'peerFilter'): AddressFilter {
    const filter = new AddressFilter()
    for (const count of this.#all) {
      const bytes = count[name]
      if (bytes !== undefined) filter.join(bytes)
    }
    return filter
  }
}

function countOf(response: Response<GetPeers>, responder: Contact): Count {
  const { seedFilter, peerFilter } = response
  const hasFilters = seedFilter !== undefined || peerFilter !== undefined
  const named = hasFilters
    ? []
    : reportedEndpoints(response, responder).map(
        ({ address }) => addressBytes(address) as Uint8Array,
      )
  return { responder, seedFilter: usable(seedFilter), peerFilter: usable(peerFilter), named }
}

/** A copy of a filter that says something, else undefined. */
function usable(bytes: Uint8Array | undefined): Uint8Array | undefined {
  if (bytes === undefined) return undefined
  const filter = new AddressFilter()
  filter.join(bytes)
  return filter.estimate > MAX_ESTIMATE ? undefined : filter.bytes
}

function sizeOf(filter: AddressFilter): number {
  return filter.isEmpty ? 0 : Math.round(filter.estimate)
}

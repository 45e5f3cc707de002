// The goal of a lookup that wants to know how many peers there are: get_peers with `scrape`, and
// the filters of all responders joined. BEP 33.

import type { Id } from '@dht/id'
import type { mainlineGetPeers } from '@dht/krpc'
import { AddressFilter, addressBytes, type Contact, type Response } from '@dht/krpc'
import { reportedEndpoints } from '../../overlay/closer-nodes.ts'
import type { LookupGoal } from '../lookup-goal.ts'

type GetPeers = typeof mainlineGetPeers

export class ScrapeGoal implements LookupGoal<GetPeers> {
  readonly target: Id
  readonly query: LookupGoal<GetPeers>['query']
  readonly progress = 'open'
  readonly #seeds = new AddressFilter()
  readonly #peers = new AddressFilter()
  /** Addresses from nodes that returned peers and no filters. */
  readonly #named: Uint8Array[] = []

  constructor(target: Id) {
    this.target = target
    this.query = { method: 'get_peers', target, scrape: true }
  }

  /** About how many seeds there are; 0 when none is known. */
  get seeds(): number {
    return sizeOf(this.#seeds)
  }

  /** About how many other peers there are; 0 when none is known. */
  get peers(): number {
    const peers = new AddressFilter()
    peers.join(this.#peers.bytes)
    for (const each of this.#named) if (!this.#seeds.has(each)) peers.add(each)
    return sizeOf(peers)
  }

  fold(response: Response<GetPeers>, responder: Contact): void {
    const { seedFilter, peerFilter } = response
    if (seedFilter !== undefined) this.#seeds.join(seedFilter)
    if (peerFilter !== undefined) this.#peers.join(peerFilter)
    if (seedFilter !== undefined || peerFilter !== undefined) return
    for (const { address } of reportedEndpoints(response, responder)) {
      this.#named.push(addressBytes(address) as Uint8Array)
    }
  }
}

function sizeOf(filter: AddressFilter): number {
  return filter.isEmpty ? 0 : Math.round(filter.estimate)
}

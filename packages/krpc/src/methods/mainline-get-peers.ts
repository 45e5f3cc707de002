// get_peers of Mainline, which can also ask how many peers there are. BEP 5, BEP 32, BEP 33.

import { fixedBytesField } from '../fields/bytes.ts'
import { flagField } from '../fields/flag.ts'
import { FILTER_BYTES } from '../scrape/filter-bits.ts'
import { type GetPeersQuery, type GetPeersResults, getPeersDefinition } from './get-peers.ts'
import { defineMethod, type Method } from './method.ts'

/** Asks for the peers announced under `target`, or about how many they are. */
export interface MainlineGetPeersQuery extends GetPeersQuery {
  /** Whether seeds are not wanted, because the querier is one itself. */
  readonly noseed?: boolean | undefined
  /** Whether the filters are wanted. */
  readonly scrape?: boolean | undefined
}

/** Filters only where the query asked for them and the responder has peers; see `AddressFilter`. */
export interface MainlineGetPeersResults extends GetPeersResults {
  /** `BFsd` on the wire: the addresses of the seeds, 256 bytes. */
  readonly seedFilter?: Uint8Array | undefined
  /** `BFpe` on the wire: the addresses of the other peers, 256 bytes. */
  readonly peerFilter?: Uint8Array | undefined
}

export const mainlineGetPeers: Method<MainlineGetPeersQuery, MainlineGetPeersResults> =
  defineMethod<MainlineGetPeersQuery, MainlineGetPeersResults>({
    ...getPeersDefinition,
    arguments: {
      ...getPeersDefinition.arguments,
      noseed: flagField('noseed'),
      scrape: flagField('scrape'),
    },
    results: {
      ...getPeersDefinition.results,
      seedFilter: fixedBytesField('BFsd', FILTER_BYTES),
      peerFilter: fixedBytesField('BFpe', FILTER_BYTES),
    },
  })

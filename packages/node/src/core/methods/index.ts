// The methods that a node responds to unless it is given others: a new one is a new file and a line
// here.

import type { Network } from '@dht/krpc'
import { argumentError } from '../../errors.ts'
import { respondToAnnouncePeer, respondToMainlineAnnouncePeer } from './announce-peer.ts'
import { respondToFindNode } from './find-node.ts'
import { respondToGet } from './get.ts'
import { respondToGetPeers, respondToMainlineGetPeers } from './get-peers.ts'
import type { NodeMethod } from './node-method.ts'
import { respondToPing } from './ping.ts'
import { respondToPut } from './put.ts'
import { respondToSampleInfohashes } from './sample-infohashes.ts'
import { respondToWithdrawPeer } from './withdraw-peer.ts'

const BUILT_IN: readonly NodeMethod[] = [
  respondToPing,
  respondToFindNode,
  respondToGetPeers,
  respondToAnnouncePeer,
  respondToMainlineGetPeers,
  respondToMainlineAnnouncePeer,
  respondToWithdrawPeer,
  respondToGet,
  respondToPut,
  respondToSampleInfohashes,
]

/**
 * The methods of a network, as a node has them by default.
 *
 * @throws {DhtNodeError} `ERR_DHT_NODE_ARGUMENT` when this package has no response to one of them
 */
export function builtInMethods({ methods }: Pick<Network, 'methods'>): readonly NodeMethod[] {
  return methods.all.map((method) => {
    const found = BUILT_IN.find((each) => each.method === method)
    if (found !== undefined) return found
    throw argumentError('network.methods', 'built-in methods', method.name)
  })
}

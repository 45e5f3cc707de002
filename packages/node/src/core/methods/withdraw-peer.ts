// Responds to withdraw_peer: removes the sender from the peers of the target if its token is valid.
// The response is the same whether or not a peer was stored: withdrawing twice is no error.

import { addressBytes, type WithdrawPeerQuery, withdrawPeer } from '@dht/krpc'
import { BAD_TOKEN } from './bad-token.ts'
import { NO_RESULTS } from './no-results.ts'
import type { NodeMethod } from './node-method.ts'

export const respondToWithdrawPeer: NodeMethod<WithdrawPeerQuery, object> = {
  method: withdrawPeer,
  respond(query, from, node, now) {
    if (!node.acceptsToken(query, from, now)) return BAD_TOKEN
    const address = addressBytes(from.address) as Uint8Array
    node.store.withdraw({ target: query.target, address, sourcePort: from.port }, now)
    return NO_RESULTS
  },
}

// Responds to announce_peer: stores the sender as a peer of the target if its token is valid.

import { type AnnouncePeerQuery, announcePeer, compactEndpoint, ErrorCode } from '@dht/krpc'
import { BAD_TOKEN } from './bad-token.ts'
import { NO_RESULTS } from './no-results.ts'
import { type NodeMethod, refuse } from './node-method.ts'
import { storeFullText } from './store-full.ts'

export const respondToAnnouncePeer: NodeMethod<AnnouncePeerQuery, object> = {
  method: announcePeer,
  respond(query, from, node, now) {
    if (!node.acceptsToken(query, from, now)) return BAD_TOKEN
    const { target } = query
    const port = query.impliedPort ? from.port : query.port
    const peer = compactEndpoint({ ...from, port })
    const stored = node.store.put({ target, peer, sourcePort: from.port }, now)
    if (stored.kind === 'refused') return refuse(ErrorCode.server, storeFullText(stored.reason))
    if (stored.kind === 'added') node.trace({ kind: 'stored', target })
    return NO_RESULTS
  },
}

// Responds to announce_peer: stores the sender as a peer of the target if its token is valid.

import {
  type AnnouncePeerQuery,
  announcePeer,
  compactEndpoint,
  type Endpoint,
  ErrorCode,
  type MainlineAnnouncePeerQuery,
  mainlineAnnouncePeer,
} from '@dht/krpc'
import { BAD_TOKEN } from './bad-token.ts'
import { NO_RESULTS } from './no-results.ts'
import { type ErrorReply, type NodeMethod, refuse } from './node-method.ts'
import type { RespondingNode } from './responding-node.ts'
import { storeFullText } from './store-full.ts'

export const respondToAnnouncePeer: NodeMethod<AnnouncePeerQuery, object> = {
  method: announcePeer,
  respond: storeSender,
}

/** In Mainline a peer also says whether it is a seed. */
export const respondToMainlineAnnouncePeer: NodeMethod<MainlineAnnouncePeerQuery, object> = {
  method: mainlineAnnouncePeer,
  respond: storeSender,
}

function storeSender(
  query: MainlineAnnouncePeerQuery,
  from: Endpoint,
  node: RespondingNode,
  now: number,
): object | ErrorReply {
  if (!node.acceptsToken(query, from, now)) return BAD_TOKEN
  const { target, seed = false } = query
  const port = query.impliedPort ? from.port : query.port
  const peer = { ...from, port }
  const announced = { target, peer: compactEndpoint(peer), sourcePort: from.port, seed }
  const stored = node.store.put(announced, now)
  if (stored.kind === 'refused') return refuse(ErrorCode.server, storeFullText(stored.reason))
  const renewed = stored.kind === 'renewed'
  node.trace({ kind: 'stored', target, peer, from, renewed })
  return NO_RESULTS
}

// Responds to ping: the response says by itself that the node is there. BEP 5.

import { type PingQuery, ping } from '@dht/krpc'
import type { NodeMethod } from './node-method.ts'
import { NO_RESULTS } from './replies.ts'

export const respondToPing: NodeMethod<PingQuery, object> = {
  method: ping,
  respond: () => NO_RESULTS,
}

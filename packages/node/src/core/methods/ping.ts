// Responds to ping: the response says by itself that the node is there. BEP 5.

import { type PingQuery, ping } from '@dht/krpc'
import { NO_RESULTS } from './no-results.ts'
import type { NodeMethod } from './node-method.ts'

export const respondToPing: NodeMethod<PingQuery, object> = {
  method: ping,
  respond: () => NO_RESULTS,
}

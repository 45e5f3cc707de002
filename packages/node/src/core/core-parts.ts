// Lists the parts of a `NodeCore` for the functions that read all of them. These functions return
// the info and the inspection of a node, the state that it saves, and its next timeout.

import type { Family } from '@dht/krpc'
import type { PeerStore } from '@dht/store'
import type { NodeContents } from './methods/node-contents.ts'
import type { Dispatcher } from './operations/dispatcher.ts'
import type { AddedNodes } from './overlay/added-nodes.ts'
import type { Overlay } from './overlay/overlay.ts'
import type { Publisher } from './publishing/publisher.ts'
import type { RateLimiter } from './queries/rate-limiter.ts'
import type { Services } from './services.ts'
import type { StoreSweep } from './store-sweep.ts'

export interface CoreParts {
  readonly services: Services
  /** One per address family, in the order in which the transports were bound. */
  readonly overlays: ReadonlyMap<Family, Overlay>
  readonly store: PeerStore
  /** Removes expired peers from the store. */
  readonly sweep: StoreSweep
  /** The nodes that the user has added and that wait for their ping. */
  readonly added: AddedNodes
  /** Limits the queries that are accepted from each source. */
  readonly rateLimiter: RateLimiter
  /** What the methods respond from. */
  readonly contents: NodeContents
  /** Publishes our announcements again and again. */
  readonly publisher: Publisher
  /** Starts the commands of the user. */
  readonly dispatcher: Dispatcher
}

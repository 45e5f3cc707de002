// The parts of a core, for the functions that read all of them: what a node says about itself, what
// it saves, and when it must be called next.

import type { Family } from '@dht/krpc'
import type { PeerStore } from '@dht/store'
import type { Dispatcher } from './operations/dispatcher.ts'
import type { Overlay } from './overlay/overlay.ts'
import type { Publisher } from './publishing/publisher.ts'
import type { RateLimiter } from './queries/rate-limiter.ts'
import type { Responder } from './queries/responder.ts'
import type { Services } from './services.ts'
import type { StoreSweep } from './store-sweep.ts'

export interface CoreParts {
  readonly services: Services
  /** In the order in which their transports were bound. */
  readonly overlays: ReadonlyMap<Family, Overlay>
  readonly store: PeerStore
  readonly sweep: StoreSweep
  readonly rateLimiter: RateLimiter
  readonly responder: Responder
  readonly publisher: Publisher
  readonly dispatcher: Dispatcher
}

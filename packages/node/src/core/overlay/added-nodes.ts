// The nodes that a user has found elsewhere: in a torrent's `nodes`, in a peer's PORT message. Each
// is pinged, and becomes a member when it responds and there is room. The rate of the pings is
// bounded, because the source of such a list may be hostile.

import { type Endpoint, type Family, formatEndpoint } from '@dht/krpc'
import { NO_OBSERVER, type QueryObserver } from '../queries/query-observer.ts'
import { TokenBucket } from '../queries/token-bucket.ts'
import type { Services } from '../services.ts'
import type { OverlayParts } from './overlay-parts.ts'

/** Nodes that wait for their ping: ours. Further ones are dropped. */
export const MAX_ADDED = 1_024

/** The response needs no handling here: the table counts every response as evidence. */
const OBSERVER: QueryObserver = Object.freeze({ ...NO_OBSERVER, onStalled: () => true })

export class AddedNodes {
  readonly #overlays: ReadonlyMap<Family, OverlayParts>
  readonly #bucket: TokenBucket
  /** By text of the endpoint, so that none waits twice; the oldest first. */
  readonly #waiting = new Map<string, Endpoint>()

  constructor({ config }: Pick<Services, 'config'>, overlays: ReadonlyMap<Family, OverlayParts>) {
    this.#overlays = overlays
    this.#bucket = new TokenBucket({ perSecond: config.checksPerSecond, burst: config.checkBurst })
  }

  /** A node to ping. Dropped when its family has no transport, or too many wait already. */
  add(endpoint: Endpoint, now: number): void {
    if (this.#waiting.size >= MAX_ADDED || !this.#overlays.has(endpoint.family)) return
    this.#waiting.set(formatEndpoint(endpoint), endpoint)
    this.handleTimeout(now)
  }

  /** Pings as many as the rate allows. A member is not pinged. */
  handleTimeout(now: number): void {
    for (const [key, endpoint] of this.#waiting) {
      const overlay = this.#overlays.get(endpoint.family) as OverlayParts
      const isMember = overlay.maintenance.contactAt(endpoint) !== undefined
      if (!isMember && !this.#bucket.take(1, now)) return
      this.#waiting.delete(key)
      if (!isMember) overlay.queries.ask(endpoint, { method: 'ping' }, OBSERVER, now)
    }
  }

  /** When the next one may be pinged, ms; undefined: none waits. */
  nextAt(now: number): number | undefined {
    return this.#waiting.size === 0 ? undefined : this.#bucket.readyAt(now)
  }
}

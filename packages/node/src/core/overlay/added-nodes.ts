// The nodes that a user has found elsewhere: in a torrent's `nodes`, in a peer's PORT message. Each
// is pinged, and becomes a member when it responds and there is room. The rate of the pings is
// bounded, because the source of such a list may be hostile.

import type { Id } from '@dht/id'
import { type Endpoint, type Family, formatEndpoint } from '@dht/krpc'
import type { ContactSource } from '../contact-source.ts'
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
  readonly #contacts: ContactSource
  readonly #bucket: TokenBucket
  /** By text of the endpoint, so that none waits twice; the oldest first. */
  readonly #waiting = new Map<string, Endpoint>()

  constructor(
    { config, contacts }: Pick<Services, 'config' | 'contacts'>,
    overlays: ReadonlyMap<Family, OverlayParts>,
  ) {
    this.#overlays = overlays
    this.#contacts = contacts
    this.#bucket = new TokenBucket({ perSecond: config.checksPerSecond, burst: config.checkBurst })
  }

  /**
   * A node to ping; with an id it is a questionable member at once, if there is room. Dropped when
   * its family has no transport, or too many wait already.
   */
  add(
    { endpoint, id }: { readonly endpoint: Endpoint; readonly id?: Id | undefined },
    now: number,
  ): void {
    const overlay = this.#overlays.get(endpoint.family)
    if (this.#waiting.size >= MAX_ADDED || overlay === undefined) return
    if (overlay.addresses.isSelf(endpoint)) return
    if (id !== undefined) overlay.table.restore([this.#contacts.contact(id, endpoint)])
    this.#waiting.set(formatEndpoint(endpoint), endpoint)
    this.handleTimeout(now)
  }

  /** Pings as many as the rate allows. A good member is not pinged. */
  handleTimeout(now: number): void {
    for (const [key, endpoint] of this.#waiting) {
      const overlay = this.#overlays.get(endpoint.family) as OverlayParts
      const member = overlay.maintenance.contactAt(endpoint)
      const isGood = member !== undefined && overlay.table.standing(member.id, now) === 'good'
      if (!isGood && !this.#bucket.take(1, now)) return
      this.#waiting.delete(key)
      if (!isGood) overlay.queries.ask(endpoint, { method: 'ping' }, OBSERVER, now)
    }
  }

  /** When the next one may be pinged, ms; undefined: none waits. */
  nextAt(now: number): number | undefined {
    return this.#waiting.size === 0 ? undefined : this.#bucket.readyAt(now)
  }
}

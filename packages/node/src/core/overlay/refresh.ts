// Keeps the buckets of one overlay from going stale: one quiet prefix at a time, with a pause
// between two, so that upkeep is a trickle and never a burst (Kademlia paper §2.3; BEP 5, "Routing
// Table").

import { closestNodes } from '../lookups/goals/closest-nodes.ts'
import { type LookupOwner, LookupRun } from '../lookups/lookup-run.ts'
import type { Services } from '../services.ts'
import type { OverlayParts } from './overlay-parts.ts'

export class Refresh implements LookupOwner {
  readonly #overlay: OverlayParts
  readonly #services: Services
  #run: LookupRun | undefined
  #notBefore = Number.NEGATIVE_INFINITY

  constructor(overlay: OverlayParts, services: Services) {
    this.#overlay = overlay
    this.#services = services
  }

  get isRunning(): boolean {
    return this.#run !== undefined
  }

  /**
   * The next instant at which a prefix may be refreshed; undefined while one is, or with nobody to
   * ask.
   */
  nextAt(): number | undefined {
    if (this.#run !== undefined || this.#overlay.table.size === 0) return undefined
    return Math.max(this.#overlay.table.nextRefreshAt(), this.#notBefore)
  }

  handleTimeout(now: number): void {
    const dueAt = this.nextAt()
    if (dueAt === undefined || dueAt > now) return
    const { random, config, outbox } = this.#services
    const overlay = this.#overlay
    const quiet = overlay.table.takeRefresh(now, random)
    if (quiet === undefined) return
    this.#notBefore = now + config.refreshSpacingMs
    outbox.trace({ kind: 'refreshing', family: overlay.family, target: quiet.target })
    const { target } = quiet
    overlay.maintenance.pingNearestBad(target, now)
    const init = { overlay, owner: this, goal: closestNodes(target) }
    this.#run = new LookupRun(init, this.#services, now)
    this.#run.advance(now)
  }

  lookupEnded(): void {
    this.#run = undefined
  }
}

// Keeps the buckets of one overlay fresh: looks up a random id in a bucket that was quiet for a
// long time (Kademlia paper §2.3; BEP 5, "Routing Table"). One bucket at a time, with a pause after
// each, so that refreshes never come as a burst.
//
// In a network of this size, fewer than k nodes are expected in the deepest buckets together. They
// are refreshed as one, because an attacker with ids near ours can fill any number of them.

import { type Id, Prefix } from '@dht/id'
import { closestNodes } from '../lookups/goals/closest-nodes.ts'
import { type LookupOwner, LookupRun } from '../lookups/lookup-run.ts'
import type { Services } from '../services.ts'
import type { OverlayParts } from './overlay-parts.ts'

const ORIGIN = { purpose: 'refresh' } as const

export class Refresh implements LookupOwner {
  readonly #overlay: OverlayParts
  readonly #services: Services
  #run: LookupRun | undefined
  /** No refresh starts before this instant, ms. */
  #notBefore = Number.NEGATIVE_INFINITY
  /** When the deepest buckets were refreshed last, ms. */
  #deepestAt = Number.NEGATIVE_INFINITY

  constructor(overlay: OverlayParts, services: Services) {
    this.#overlay = overlay
    this.#services = services
  }

  get isRunning(): boolean {
    return this.#run !== undefined
  }

  /**
   * When the next refresh may start, ms; undefined while one runs, and while the table is empty.
   */
  nextAt(): number | undefined {
    if (this.#run !== undefined || this.#overlay.table.size === 0) return undefined
    return Math.max(this.#overlay.table.nextRefreshAt(), this.#notBefore)
  }

  handleTimeout(now: number): void {
    const dueAt = this.nextAt()
    if (dueAt === undefined || dueAt > now) return
    const { config, outbox } = this.#services
    const overlay = this.#overlay
    const target = this.#nextTarget(now)
    if (target === undefined) return
    this.#notBefore = now + config.refreshSpacingMs
    outbox.trace({ kind: 'refreshing', family: overlay.family, target })
    overlay.maintenance.pingNearestBad(target, now)
    const init = { overlay, owner: this, goal: closestNodes(target), origin: ORIGIN }
    this.#run = new LookupRun(init, this.#services, now)
    this.#run.advance(now)
  }

  lookupEnded(): void {
    this.#run = undefined
  }

  /** Most bits of a prefix of ours that k nodes are expected to share; Infinity: not known. */
  get #depth(): number {
    const { nodes } = this.#overlay.size
    if (nodes === undefined) return Number.POSITIVE_INFINITY
    return Math.max(0, Math.floor(Math.log2(nodes / this.#services.config.k)))
  }

  /** The id to look up; undefined: no refresh is due. */
  #nextTarget(now: number): Id | undefined {
    const { random, config } = this.#services
    const { table, ownId } = this.#overlay
    const depth = this.#depth
    for (;;) {
      const due = table.takeRefresh(now, random)
      if (due === undefined || due.prefix.length <= depth) return due?.target
      if (now < this.#deepestAt + config.quietMs) continue
      this.#deepestAt = now
      return Prefix.of(ownId.id, depth).randomId(random)
    }
  }
}

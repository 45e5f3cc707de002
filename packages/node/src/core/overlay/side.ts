// One address family's part of the node: its overlay and what keeps it alive. A side comes into
// being when its socket is bound. While the transport is away (`Overlay.isAway`) it rests.

import { type Endpoint, type Family, TRANSACTION_DEFAULTS } from '@dht/krpc'
import type { Services } from '../services.ts'
import { Join, type JoinOwner, type OtherFamily } from './join.ts'
import { Overlay } from './overlay.ts'
import { Refresh } from './refresh.ts'

/**
 * Longest that one family waits for the other, ms: as long as the first query to an unknown
 * endpoint may take before it has stalled.
 */
const FAMILY_WAIT_MS: number = TRANSACTION_DEFAULTS.firstTimeoutMs

export class Side {
  readonly overlay: Overlay
  readonly join: Join
  readonly refresh: Refresh
  readonly #enough: number

  /** @param init - our own bound endpoint, and who wants to know of every join's end */
  constructor(
    init: { readonly local: Endpoint; readonly owner: JoinOwner & OtherFamily },
    services: Services,
  ) {
    this.overlay = new Overlay(init.local, services)
    this.join = new Join({ overlay: this.overlay, owner: init.owner }, services)
    this.refresh = new Refresh(this.overlay, services)
    this.#enough = services.config.alpha
  }

  /**
   * Somebody to ask is being looked for; at the beginning of a life as many as a lookup asks at
   * once, for one that starts from a single contact is lost with two datagrams.
   */
  get isSeeking(): boolean {
    const { size } = this.overlay.table
    if (!this.join.isRunning) return false
    return size === 0 || (size < this.#enough && this.join.isApproaching)
  }

  /** Everything that is due. */
  handleTimeout(now: number): void {
    // Nobody can be asked until the transport is open again; then all of it is due at once.
    if (this.overlay.isAway) return
    this.overlay.handleTimeout(now)
    this.join.review(now)
    this.join.handleTimeout(now)
    this.refresh.handleTimeout(now)
  }
}

/** Whether lookups and rounds wait for somebody to ask. */
export function isSeeking(sides: ReadonlyMap<Family, Side>, now: number): boolean {
  return seekingUntil(sides, now) !== undefined
}

/**
 * Until when it pays to wait before asking: a lookup begun now would end before it had begun, or
 * miss a family that is about to open. As long as no family has found anybody, it waits for all.
 * As soon as one has, it waits for another no longer than its last bootstrap query may take to
 * stall, and not at all for one that was tried in vain.
 *
 * @returns an instant in ms; Infinity: until a join gets on; undefined: it does not wait
 */
export function seekingUntil(sides: ReadonlyMap<Family, Side>, now: number): number | undefined {
  if (!isAnySeeking(sides)) return undefined
  const seeking = [...sides.values()].filter((side) => side.isSeeking)
  const isReady = (side: Side): boolean => !side.isSeeking && side.overlay.table.size > 0
  if (![...sides.values()].some(isReady)) return Number.POSITIVE_INFINITY
  const waits = seeking
    .filter(({ join }) => !join.hasTried)
    .map(({ join }) => join.askedAt + FAMILY_WAIT_MS)
    .filter((until) => until > now)
  return waits.length === 0 ? undefined : Math.max(...waits)
}

/** Asked after every datagram, and nearly always false. */
function isAnySeeking(sides: ReadonlyMap<Family, Side>): boolean {
  for (const side of sides.values()) if (side.isSeeking) return true
  return false
}

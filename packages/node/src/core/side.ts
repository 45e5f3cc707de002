// One address family's part of the node: its overlay and what keeps it alive. A side comes into
// being when its socket is bound, so there is never an overlay that could not send.

import type { Endpoint, Family } from '@dht/krpc'
import { Join, type JoinOwner, type OtherFamily } from './join.ts'
import { Overlay } from './overlay.ts'
import { Refresh } from './refresh.ts'
import type { Services } from './services.ts'

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
  wake(now: number): void {
    this.overlay.wake(now)
    this.join.review(now)
    this.join.wake(now)
    this.refresh.wake(now)
  }
}

/**
 * Whether it pays to wait before asking: a lookup begun now would end before it had begun, or miss
 * a family that is about to open. A family tried in vain is waited for only while there is no
 * other.
 */
export function isSeeking(sides: ReadonlyMap<Family, Side>): boolean {
  const all = [...sides.values()]
  const isAlone = all.every(({ overlay }) => overlay.table.size === 0)
  return all.some((side) => side.isSeeking && (isAlone || !side.join.hasTried))
}

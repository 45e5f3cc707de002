// One address family's part of the node: its overlay and what keeps it alive. A side comes into being
// when its socket is bound, so there is never an overlay that could not send.

import type { Endpoint } from '@dht/krpc'
import { Join, type JoinOwner, type OtherFamily } from './join.ts'
import { Overlay } from './overlay.ts'
import { Refresh } from './refresh.ts'
import type { Services } from './services.ts'

export class Side {
  readonly overlay: Overlay
  readonly join: Join
  readonly refresh: Refresh

  /** @param init - our own bound endpoint, and who wants to know of every join's end */
  constructor(
    init: { readonly local: Endpoint; readonly owner: JoinOwner & OtherFamily },
    services: Services,
  ) {
    this.overlay = new Overlay(init.local, services)
    this.join = new Join({ overlay: this.overlay, owner: init.owner }, services)
    this.refresh = new Refresh(this.overlay, services)
  }

  /** Everything that is due. */
  wake(now: number): void {
    this.overlay.wake(now)
    this.join.review(now)
    this.join.wake(now)
    this.refresh.wake(now)
  }
}

// A user's walk for samples, BEP 51: a walk in every overlay. It ends when all of them have ended.

import type { Operation } from '../operations/operations.ts'
import type { OverlayParts } from '../overlay/overlay-parts.ts'
import type { Services } from '../services.ts'
import { type NodeSample, SampleWalk, type WalkOwner } from './sample-walk.ts'
import type { SampledNodes } from './sampled-nodes.ts'

export class UserSampling implements Operation, WalkOwner {
  readonly #operationId: number
  readonly #onSample: (sample: NodeSample) => void
  readonly #services: Services
  readonly #blocked: Set<UserSampling>
  #open: SampleWalk[] = []
  #queried = 0
  #sampled = 0

  /** @param init - `onSample` is told of each sample; it must not start anything in the core */
  constructor(
    init: {
      readonly operationId: number
      readonly onSample: (sample: NodeSample) => void
      /** Gets this operation while a walk of it may send no query. */
      readonly blocked: Set<UserSampling>
    },
    services: Services,
  ) {
    this.#operationId = init.operationId
    this.#onSample = init.onSample
    this.#services = services
    this.#blocked = init.blocked
  }

  start(overlays: readonly OverlayParts[], nodes: SampledNodes, now: number): void {
    const services = this.#services
    const walks = overlays.map((overlay) => {
      return new SampleWalk({ overlay, owner: this, nodes }, services)
    })
    this.#open = [...walks]
    // A walk that finds no node to query ends, and leaves the list, within `start`.
    for (const walk of walks) walk.start(now)
    if (walks.length === 0) this.#settle()
  }

  /** Goes on with walks that could send no query. */
  resume(now: number): void {
    this.#blocked.delete(this)
    for (const walk of [...this.#open]) walk.resume(now)
  }

  walkBlocked(): void {
    this.#blocked.add(this)
  }

  cancel(): void {
    this.#blocked.delete(this)
    for (const walk of this.#open) walk.cancel()
    this.#open = []
  }

  sampled(sample: NodeSample): void {
    this.#sampled++
    this.#onSample(sample)
  }

  walkEnded(walk: SampleWalk): void {
    this.#queried += walk.queried
    this.#open = this.#open.filter((other) => other !== walk)
    if (this.#open.length === 0) this.#settle()
  }

  #settle(): void {
    const result = { queried: this.#queried, sampled: this.#sampled }
    this.#services.operations.settle(this.#operationId, { kind: 'sampled', result })
  }
}

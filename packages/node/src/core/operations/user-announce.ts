// A user's single announcement: one round that looks up the peers of the target and writes an
// endpoint of this node to the nodes nearest to it. It ends when each write has an outcome, and
// nothing renews it.

import type { Endpoint } from '@dht/krpc'
import { type OnFound, PeersGoal } from '../lookups/goals/peers.ts'
import type { OverlayParts } from '../overlay/overlay-parts.ts'
import type { Announced } from '../publishing/announced.ts'
import { peerPublication } from '../publishing/publication.ts'
import { Round, type RoundOwner } from '../publishing/round.ts'
import type { Services } from '../services.ts'
import type { Operation } from './operations.ts'

export class UserAnnounce implements Operation, RoundOwner {
  readonly #operationId: number
  readonly #services: Services
  readonly #announced: Announced
  readonly #goal: PeersGoal
  readonly #round: Round

  constructor(
    init: {
      readonly operationId: number
      readonly announced: Announced
      readonly overlays: readonly OverlayParts[]
      readonly onFound: OnFound
    },
    services: Services,
    now: number,
  ) {
    const { operationId, announced, overlays, onFound } = init
    const { target, seed } = announced
    this.#operationId = operationId
    this.#services = services
    this.#announced = announced
    this.#goal = new PeersGoal({ target, mode: 'all', noseed: seed, onFound })
    const publication = { ...peerPublication(announced), goal: this.#goal }
    this.#round = new Round({ publication, owner: this, overlays, operationId }, services, now)
  }

  /** @param known - the peers that this node knows, which are found first */
  start(known: readonly Endpoint[], now: number): void {
    this.#goal.add(known)
    this.#round.start(now)
  }

  cancel(): void {
    this.#round.abort()
  }

  /** The result waits for the last write. */
  roundReported(): void {}

  roundEnded(round: Round, now: number): void {
    const outcome = round.outcome()
    const report = { ...outcome, port: this.#announced.port, durationMs: now - outcome.startedAt }
    this.#services.operations.settle(this.#operationId, { kind: 'published', report })
  }
}

// One round of publishing: in every overlay a lookup of the k nearest, then a write to each of them
// that gave a token (TRACK-1). Ends with one report; an aborted round reports nothing.

import type { Id } from '@dht/id'
import type { Contact, ErrorMessage } from '@dht/krpc'
import { Publish, type Tally } from '@dht/search'
import type { Errand } from './errand.ts'
import { type LookupOwner, LookupRun } from './lookup-run.ts'
import type { RoundReport } from './outcome.ts'
import type { Overlay } from './overlay.ts'
import type { Services } from './services.ts'
import { sumTallies } from './user-lookup.ts'
import type { Holder } from './withdrawal.ts'

/** Who wanted the round. */
export interface RoundOwner {
  roundEnded(round: Round, now: number): void
}

/** A report without what only the publisher knows. */
export type RoundOutcome = Omit<RoundReport, 'nextAt' | 'durationMs'>

export class Round implements LookupOwner {
  readonly target: Id
  readonly port: number
  readonly startedAt: number
  readonly #owner: RoundOwner
  readonly #services: Services
  readonly #overlays: readonly Overlay[]
  readonly #tallies: Tally[] = []
  #lookups = new Set<LookupRun>()
  readonly #holders = new Map<string, Holder>()
  readonly #writes: { readonly publish: Publish<Contact>; readonly reachable: number }[] = []
  #over = false

  constructor(
    init: {
      readonly target: Id
      readonly port: number
      readonly owner: RoundOwner
      readonly overlays: readonly Overlay[]
    },
    services: Services,
    now: number,
  ) {
    this.target = init.target
    this.port = init.port
    this.startedAt = now
    this.#owner = init.owner
    this.#services = services
    this.#overlays = init.overlays
  }

  start(now: number): void {
    const { target } = this
    const runs = this.#overlays.map(
      (overlay) =>
        new LookupRun({ overlay, owner: this, target, method: 'get_peers' }, this.#services, now),
    )
    this.#lookups = new Set(runs)
    for (const run of runs) run.advance(now)
    if (runs.length === 0) this.#finish(now)
  }

  /** Sends nothing more and reports nothing (PUB-4). */
  abort(): void {
    this.#over = true
    for (const run of this.#lookups) run.abort()
    this.#lookups.clear()
    for (const { outgoing } of this.#overlays) outgoing.dropUnwanted()
  }

  lookupFound(): void {}

  lookupWaits(): void {}

  lookupEnded(run: LookupRun, now: number): void {
    this.#lookups.delete(run)
    this.#tallies.push(run.tally)
    const publish = new Publish<Contact>(run.writeTargets, { k: this.#services.config.k })
    this.#writes.push({ publish, reachable: run.closest.length })
    this.#advance(publish, run.overlay, now)
  }

  /** What the round has come to so far. */
  outcome(): RoundOutcome {
    const outcomes = this.#writes.map(({ publish }) => publish.outcome())
    return {
      target: this.target,
      port: this.port,
      startedAt: this.startedAt,
      accepted: outcomes.flatMap((o) => o.accepted),
      refused: outcomes.flatMap((o) => o.refused),
      unreachable: outcomes.flatMap((o) => o.unreachable),
      complete: this.#isComplete(),
      tally: sumTallies(this.#tallies),
    }
  }

  /** Those that accepted the entry, or may have: their answer is still awaited. */
  get holders(): Holder[] {
    return [...this.#holders.values()]
  }

  /**
   * Whether nothing is to be gained by trying again soon, in every overlay that has anybody: each
   * write was answered, and at least half of the min(k, nodes that answered) copies stand. Whoever
   * refused or gave no token would do so again in a minute; whoever said nothing may not.
   */
  #isComplete(): boolean {
    const { k } = this.#services.config
    const peopled = this.#writes.filter(({ reachable }) => reachable > 0)
    const isSettled = peopled.every(({ publish, reachable }) => {
      const { accepted, unreachable } = publish.outcome()
      return unreachable.length === 0 && 2 * accepted.length >= Math.min(k, reachable)
    })
    return peopled.length > 0 && isSettled
  }

  /**
   * Whether an overlay that has anybody has fewer than k nodes that answered. It may be as small as
   * that, or about to grow.
   */
  get isThin(): boolean {
    const { k } = this.#services.config
    return this.#writes.some(({ reachable }) => reachable > 0 && reachable < k)
  }

  #advance(publish: Publish<Contact>, overlay: Overlay, now: number): void {
    if (this.#over) return
    for (;;) {
      const step = publish.next()
      if (step.kind === 'wait') return
      if (step.kind === 'done') break
      const { contact, token } = step
      const { target, port } = this
      const question = { method: 'announce_peer', target, port, token } as const
      const holder = { contact, overlay, token, askedAt: this.startedAt }
      this.#holders.set(contact.endpointKey, holder)
      const errand = this.#errand(publish, overlay, contact)
      if (!overlay.ask(contact.endpoint, question, errand, now)) {
        this.#holders.delete(contact.endpointKey)
        publish.unreachable(contact)
      }
    }
    const isLast = this.#writes.length === this.#overlays.length
    if (isLast && this.#writes.every((write) => write.publish.isDone)) this.#finish(now)
  }

  #errand(publish: Publish<Contact>, overlay: Overlay, asked: Contact): Errand {
    const then = (now: number): void => this.#advance(publish, overlay, now)
    const isOver = (): boolean => this.#over
    return {
      asked,
      answered: (_response, _responder, now) => {
        publish.accepted(asked)
        then(now)
      },
      refused: (error: ErrorMessage, now) => {
        this.#holders.delete(asked.endpointKey)
        publish.refused(asked, error)
        then(now)
      },
      failed: (_reason, now) => {
        this.#holders.delete(asked.endpointKey)
        publish.unreachable(asked)
        then(now)
      },
      stalled: () => !isOver(),
      get isWanted() {
        return !isOver()
      },
    }
  }

  #finish(now: number): void {
    if (this.#over) return
    this.#over = true
    this.#owner.roundEnded(this, now)
  }
}

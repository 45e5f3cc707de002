// One round of publishing: in every overlay a lookup of the k nearest nodes, then a write to each
// of them that gave a token (TRACK-1). The writes start when each of the nearest has responded or
// stalled; nodes that respond late are written to as well. A stalled node keeps its place among the
// k until it fails. Otherwise its late response would add an extra copy. So there may be two
// reports, one after the first writes and one at the end.

import type { Id } from '@dht/id'
import type { Contact, ErrorMessage } from '@dht/krpc'
import { Publish, type PublishOutcome, sumTallies } from '@dht/search'
import { type LookupOwner, LookupRun } from '../lookups/lookup-run.ts'
import type { LookupOrigin } from '../lookups/trace.ts'
import type { RoundReport } from '../operations/outcome.ts'
import type { OverlayParts } from '../overlay/overlay-parts.ts'
import type { QueryObserver } from '../queries/query-observer.ts'
import type { Services } from '../services.ts'
import type { Publication } from './publication.ts'
import type { Holder } from './withdrawal.ts'

/** The part of the node that started the round. It is not told of an aborted round. */
export interface RoundOwner {
  /** The first writes have ended, and the round waits for stalled nodes; called at most once. */
  roundReported(round: Round, now: number): void
  roundEnded(round: Round, now: number): void
}

/** The report of a round, without the parts that only its owner knows. */
export type RoundOutcome = Omit<RoundReport, 'port' | 'nextAt' | 'durationMs'>

/** The writes to the nodes that one lookup found. */
interface Writing {
  readonly run: LookupRun
  /** One for the nodes found first, and one for each time that more were found. */
  readonly publishes: Publish<Contact>[]
  readonly written: Set<string>
}

export class Round implements LookupOwner {
  readonly target: Id
  readonly startedAt: number
  readonly #publication: Publication
  readonly #owner: RoundOwner
  readonly #services: Services
  readonly #overlays: readonly OverlayParts[]
  readonly #origin: LookupOrigin
  #lookups = new Set<LookupRun>()
  readonly #holders = new Map<string, Holder>()
  readonly #writings: Writing[] = []
  #hasReported = false
  #over = false

  constructor(
    init: {
      readonly publication: Publication
      readonly owner: RoundOwner
      readonly overlays: readonly OverlayParts[]
      /** The operation of the user that it belongs to; undefined: none. */
      readonly operationId?: number
    },
    services: Services,
    now: number,
  ) {
    this.target = init.publication.goal.target
    this.#publication = init.publication
    this.startedAt = now
    this.#owner = init.owner
    this.#services = services
    this.#overlays = init.overlays
    this.#origin = { purpose: 'publish', operationId: init.operationId }
  }

  start(now: number): void {
    const { goal } = this.#publication
    const init = { owner: this, goal, origin: this.#origin }
    const runs = this.#overlays.map(
      (overlay) => new LookupRun({ ...init, overlay }, this.#services, now),
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
    for (const { queries } of this.#overlays) queries.dropUnwanted()
  }

  /** Without a node to write to, there is no early report. */
  onlyStalledLeft(run: LookupRun, now: number): void {
    if (run.writeTargets.length > 0) this.#write(run, now)
  }

  lookupEnded(run: LookupRun, now: number): void {
    this.#lookups.delete(run)
    this.#write(run, now)
  }

  /** What the round has achieved so far. */
  outcome(): RoundOutcome {
    const outcomes = this.#writings.map(outcomeOf)
    return {
      target: this.target,
      startedAt: this.startedAt,
      accepted: outcomes.flatMap((o) => o.accepted),
      refused: outcomes.flatMap((o) => o.refused),
      unreachable: outcomes.flatMap((o) => o.unreachable),
      pending: this.#pending,
      complete: this.#isComplete(),
      tally: sumTallies(this.#writings.map(({ run }) => run.tally)),
    }
  }

  /** At least one for each lookup that goes on: a sweep may find more nodes. */
  get #pending(): number {
    return [...this.#lookups].reduce((sum, run) => sum + Math.max(run.pending, 1), 0)
  }

  /** The nodes that accepted a write, or may have: their response is still awaited. */
  get holders(): Holder[] {
    return [...this.#holders.values()]
  }

  /**
   * Whether a retry would gain nothing: in every overlay where a node responded, each write got a
   * response, and at least half of min(k, nodes that responded) accepted. A node that refused, or
   * gave no token, would do the same in a minute; a silent one may respond then.
   */
  #isComplete(): boolean {
    const { k } = this.#services.config
    const responsive = this.#writings.filter(({ run }) => run.closest.length > 0)
    const isSettled = responsive.every((writing) => {
      const { accepted, unreachable } = outcomeOf(writing)
      const wanted = Math.min(k, writing.run.closest.length)
      return unreachable.length === 0 && 2 * accepted.length >= wanted
    })
    return responsive.length > 0 && isSettled
  }

  /**
   * Whether fewer than k nodes responded in an overlay where any did. The network may be that
   * small, or the table may be about to grow.
   */
  get isThin(): boolean {
    const { k } = this.#services.config
    return this.#writings.some(({ run }) => run.closest.length > 0 && run.closest.length < k)
  }

  /** Writes to those of the nearest nodes that have responded and were not written to. */
  #write(run: LookupRun, now: number): void {
    if (this.#over) return
    const { publishes, written } = this.#writingOf(run)
    const targets = run.writeTargets
      .filter(({ contact }) => !written.has(contact.key))
      .filter(({ contact }) => this.#publication.isWanted?.(contact) ?? true)
    for (const { contact } of targets) written.add(contact.key)
    const publish = new Publish<Contact>(targets, { k: Math.max(targets.length, 1) })
    publishes.push(publish)
    this.#advance(publish, run.overlay, now)
  }

  #writingOf(run: LookupRun): Writing {
    const known = this.#writings.find((writing) => writing.run === run)
    if (known !== undefined) return known
    const writing: Writing = { run, publishes: [], written: new Set() }
    this.#writings.push(writing)
    return writing
  }

  #advance(publish: Publish<Contact>, overlay: OverlayParts, now: number): void {
    if (this.#over) return
    for (;;) {
      const step = publish.next()
      if (step.kind !== 'write') break
      const { contact, token } = step
      const question = this.#publication.writeTo(contact, token)
      const holder = { contact, overlay, token, askedAt: this.startedAt }
      this.#holders.set(contact.endpointKey, holder)
      const observer = this.#observer(publish, overlay, contact)
      if (overlay.queries.ask(contact.endpoint, question, observer, now).kind === 'refused') {
        this.#holders.delete(contact.endpointKey)
        publish.unreachable(contact)
      }
    }
    this.#review(now)
  }

  /** Reports when every write has ended: at the end of the lookups, and once before. */
  #review(now: number): void {
    const hasBegun = this.#writings.length === this.#overlays.length
    if (!hasBegun || !this.#writings.every(isDone)) return
    if (this.#lookups.size === 0) {
      this.#finish(now)
    } else if (!this.#hasReported) {
      this.#hasReported = true
      this.#owner.roundReported(this, now)
    }
  }

  #observer(publish: Publish<Contact>, overlay: OverlayParts, asked: Contact): QueryObserver {
    const then = (now: number): void => this.#advance(publish, overlay, now)
    const isOver = (): boolean => this.#over
    return {
      asked,
      onResponse: (_response, _responder, now) => {
        publish.accepted(asked)
        then(now)
      },
      onError: (error: ErrorMessage, now) => {
        if (this.#publication.isStoredAt?.(asked, error.code) === true) {
          publish.accepted(asked)
          then(now)
          return
        }
        this.#holders.delete(asked.endpointKey)
        publish.refused(asked, error)
        then(now)
      },
      onFailure: (_reason, now) => {
        this.#holders.delete(asked.endpointKey)
        publish.unreachable(asked)
        then(now)
      },
      onStalled: () => !isOver(),
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

function isDone({ publishes }: Writing): boolean {
  return publishes.every((publish) => publish.isDone)
}

/** The outcome of all its writes together. */
function outcomeOf({ publishes }: Writing): PublishOutcome<Contact> {
  const outcomes = publishes.map((publish) => publish.outcome())
  return {
    accepted: outcomes.flatMap(({ accepted }) => accepted),
    refused: outcomes.flatMap(({ refused }) => refused),
    unreachable: outcomes.flatMap(({ unreachable }) => unreachable),
  }
}

// A lookup under way: the pure machine of @dht/search, its questions in one overlay, and its owner.
// Slowness reaches the machine as an event; the only clock here is the deadline after which a
// lookup ends with what it has.

import type { Id } from '@dht/id'
import type { Contact, Endpoint, ErrorMessage, Response } from '@dht/krpc'
import { Lookup, type Tally } from '@dht/search'
import type { IncompleteReason } from '../operations/outcome.ts'
import { reportedEndpoints } from '../overlay/closer-nodes.ts'
import type { OverlayParts } from '../overlay/overlay-parts.ts'
import type { OutgoingQuery } from '../queries/outgoing-queries.ts'
import type { QueryObserver } from '../queries/query-observer.ts'
import { incompleteReasonOf, type QueryFailure } from '../queries/refusal.ts'
import type { Services } from '../services.ts'

/** Who wanted the lookup. */
export interface LookupOwner {
  /** A node returned endpoints registered under the target, 1.. of them. */
  lookupFound(run: LookupRun, endpoints: readonly Endpoint[], holder: Contact, now: number): void
  /** Of the nearest only such are waited for that have stalled; told whenever that is so anew. */
  lookupWaits(run: LookupRun, now: number): void
  /** The lookup has ended; told exactly once, never after `abort`. */
  lookupEnded(run: LookupRun, now: number): void
}

export class LookupRun {
  readonly overlay: OverlayParts
  readonly #knownAtStart: number
  readonly #owner: LookupOwner
  readonly #question: {
    readonly method: 'find_node' | 'get_peers'
    readonly target: Id
  }
  readonly #lookup: Lookup<Contact>
  readonly #deadlineAt: number
  readonly #missed = new Set<IncompleteReason>()
  /** Questions without an end yet. */
  readonly #open = new Map<Asking, OutgoingQuery>()
  /** Nobody is asked any more, but those who were asked are listened to. */
  #onlyListens = false
  /** Questions that wait for their turn. */
  #waiting = 0
  #ended = false

  constructor(
    init: {
      readonly overlay: OverlayParts
      readonly owner: LookupOwner
      readonly target: Id
      readonly method: 'find_node' | 'get_peers'
      /** More contacts to start from than the table has. */
      readonly seeds?: readonly Contact[]
    },
    services: Services,
    now: number,
  ) {
    const { config, self } = services
    this.overlay = init.overlay
    this.#knownAtStart = init.overlay.table.size
    this.#owner = init.owner
    this.#question = { method: init.method, target: init.target }
    this.#deadlineAt = now + config.lookupDeadlineMs
    this.#lookup = new Lookup<Contact>(
      {
        target: init.target,
        self,
        startingContacts: [
          ...init.overlay.maintenance.startingContacts(init.target, 2 * config.k),
          ...(init.seeds ?? []),
        ],
        selfAddresses: [init.overlay.addresses.ownHostKey],
      },
      {
        k: config.k,
        alpha: config.alpha,
        addressOf: (c) => init.overlay.addresses.hostKeyOf(c),
      },
    )
    services.counters.lookups++
  }

  /** Asks whatever may be asked now, and ends when nothing is left to wait for. */
  advance(now: number): void {
    if (this.#ended) return
    if (this.#onlyListens) {
      if (this.#open.size === 0) this.#end(now)
      return
    }
    if (now >= this.#deadlineAt && !this.#lookup.isDone) {
      this.#missed.add('deadline')
      this.#lookup.abort()
    }
    for (;;) {
      const step = this.#lookup.next()
      if (step.kind === 'wait') {
        if (this.waitsForStalledOnly) this.#owner.lookupWaits(this, now)
        return
      }
      if (step.kind === 'done') break
      const { contact } = step
      const asking = new Asking(contact, this)
      const asked = this.overlay.queries.ask(contact.endpoint, this.#question, asking, now)
      if (asked.kind === 'accepted') {
        this.#open.set(asking, asked.query)
      } else {
        this.#miss(asked.reason)
        this.#lookup.failed(contact)
      }
    }
    this.#end(now)
  }

  #miss(failure: QueryFailure): void {
    const missed = incompleteReasonOf(failure)
    if (missed !== undefined) this.#missed.add(missed)
  }

  /**
   * Asks nobody any more; the owner hears what is still found, and then of the end.
   *
   * @returns whether anybody may still answer; otherwise this is the end, and it is not told
   */
  stopAsking(): boolean {
    if (!this.#lookup.isDone) this.#missed.add('late')
    this.#onlyListens = true
    this.#dropWaiting()
    this.#ended ||= this.#open.size === 0
    return !this.#ended
  }

  /**
   * Stops asking; the owner hears nothing more. Answers still on their way only teach the table.
   */
  abort(): void {
    if (!this.#lookup.isDone) this.#missed.add('late')
    this.#stop()
    this.#lookup.abort()
  }

  #stop(): void {
    this.#ended = true
    this.#dropWaiting()
  }

  /** What still waits for its turn is not asked any more. */
  #dropWaiting(): void {
    if (this.#waiting === 0) return
    this.#missed.add('paced')
    for (const [asking, query] of this.#open) {
      if (query.transaction !== undefined) continue
      this.overlay.queries.cancel(query)
      this.#open.delete(asking)
    }
    this.#waiting = 0
  }

  /** Aborts, and its questions are no longer open. */
  cancel(): void {
    this.abort()
    for (const asked of this.#open.values()) this.overlay.queries.cancel(asked)
    this.#open.clear()
  }

  /** Nobody answered, and somebody else is known by now. */
  get isWorthAnotherTry(): boolean {
    return this.tally.answered === 0 && this.overlay.table.size > this.#knownAtStart
  }

  /** Of the nearest only such are waited for that have stalled; or the lookup has ended. */
  get waitsForStalledOnly(): boolean {
    return this.#lookup.waitsForStalledOnly
  }

  /** How many of the nearest were asked and are silent so far. */
  get pending(): number {
    return this.#lookup.pending
  }

  /** The k nearest that answered, nearest first. */
  get closest(): Contact[] {
    return this.#lookup.closest()
  }

  /** Those of the k nearest, silent ones included, that gave a token, nearest first. */
  get writeTargets(): readonly { readonly contact: Contact; readonly token: Uint8Array }[] {
    return this.#lookup.writeTargets()
  }

  get tally(): Tally {
    return this.#lookup.tally
  }

  /** Why it may have missed something; empty when all of the nearest have answered or failed. */
  get incompleteReasons(): ReadonlySet<IncompleteReason> {
    return this.#missed
  }

  /** @internal A question waits for its turn, or does so no longer. */
  waits(change: 1 | -1): void {
    this.#waiting += change
  }

  /** @internal */
  answered(asking: Asking, response: Response, responder: Contact, now: number): void {
    this.#open.delete(asking)
    if (this.#ended) return
    const { token } = response
    const closer = this.overlay.addresses.closerNodes(response, responder)
    this.#lookup.replied(asking.asked, { responder, closer, token })
    if (this.#question.method === 'get_peers') this.#tellOwner(response, responder, now)
    this.advance(now)
  }

  #end(now: number): void {
    this.#stop()
    this.#owner.lookupEnded(this, now)
  }

  #tellOwner(response: Response, holder: Contact, now: number): void {
    const endpoints = reportedEndpoints(response, holder)
    if (endpoints.length > 0) this.#owner.lookupFound(this, endpoints, holder, now)
  }

  /** @internal */
  failed(asking: Asking, now: number, reason?: QueryFailure): void {
    this.#open.delete(asking)
    if (reason !== undefined) this.#miss(reason)
    // The transport has failed: the node that was asked may well live.
    if (!this.overlay.queries.isTransportOpen) this.#missed.add('nobody-to-ask')
    this.#lookup.failed(asking.asked)
    this.advance(now)
  }

  /** @internal @returns whether the question is put once more */
  stalled(asked: Contact, isSuspect: boolean, now: number): boolean {
    // A lookup waits to the end for whom it has no reason to give up, but for nobody twice.
    if (isSuspect) this.#lookup.failed(asked)
    else this.#lookup.stalled(asked)
    this.advance(now)
    return !isSuspect && !this.#ended
  }
}

/** One question of a lookup. */
class Asking implements QueryObserver {
  readonly asked: Contact
  readonly #run: LookupRun
  #isWaiting = false

  constructor(asked: Contact, run: LookupRun) {
    this.asked = asked
    this.#run = run
  }

  onResponse(response: Response, responder: Contact, now: number): void {
    this.#run.answered(this, response, responder, now)
  }

  onError(_error: ErrorMessage, now: number): void {
    this.#run.failed(this, now)
  }

  onFailure(reason: QueryFailure, now: number): void {
    this.onSent()
    this.#run.failed(this, now, reason)
  }

  onQueued(): void {
    this.#isWaiting = true
    this.#run.waits(1)
  }

  onSent(): void {
    if (!this.#isWaiting) return
    this.#isWaiting = false
    this.#run.waits(-1)
  }

  onStalled(isSuspect: boolean, now: number): boolean {
    return this.#run.stalled(this.asked, isSuspect, now)
  }
}

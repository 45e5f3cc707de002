// A lookup under way in one overlay. It sends the query of its goal to each contact that its walk
// chooses, gives each response to the goal and to the walk, and tells its owner when it has ended.
// At its deadline it ends with what it has found. It doesn't know what it looks for, or how the
// walk chooses.

import type { Contact, Response } from '@dht/krpc'
import type { Tally, WriteTarget } from '@dht/search'
import type { IncompleteReason } from '../operations/outcome.ts'
import type { OverlayParts } from '../overlay/overlay-parts.ts'
import { type OutgoingQuery, refused } from '../queries/outgoing-queries.ts'
import { incompleteReasonOf, type QueryFailure } from '../queries/refusal.ts'
import type { Services } from '../services.ts'
import { closestNodes } from './goals/closest-nodes.ts'
import { LookupDestinations } from './lookup-destinations.ts'
import type { LookupGoal } from './lookup-goal.ts'
import { LookupQuery, type QueryingLookup } from './lookup-query.ts'
import { type LookupTracer, tracedQuery, tracerOf } from './lookup-tracer.ts'
import type { NamedContacts } from './namers.ts'
import type { LookupFailure, LookupOrigin } from './trace.ts'
import { type Walk, type WalkQuery, walkToward } from './walk.ts'

/** The part of the node that started the lookup. */
export interface LookupOwner {
  /** A response has brought the lookup to its goal. The lookup goes on until it is aborted. */
  goalReached?(run: LookupRun, now: number): void
  /** The lookup waits for stalled nodes only. Called after each of its events while this holds. */
  onlyStalledLeft?(run: LookupRun, now: number): void
  /** The lookup has ended; called exactly once, never after `abort`. */
  lookupEnded(run: LookupRun, now: number): void
}

export class LookupRun implements QueryingLookup {
  readonly overlay: OverlayParts
  readonly #goal: LookupGoal
  readonly #owner: LookupOwner
  readonly #walk: Walk
  readonly #destinations: LookupDestinations
  readonly #knownAtStart: number
  readonly #deadlineAt: number
  readonly #incompleteReasons = new Set<IncompleteReason>()
  readonly #tracer: LookupTracer | undefined
  /** Queries that have not ended. */
  readonly #open = new Map<LookupQuery, OutgoingQuery>()
  /** Queries that wait for their turn. */
  #queued = 0
  /** Nothing more is sent; responses to what was sent still count. */
  #hasStoppedAsking = false
  #hasEnded = false

  /**
   * @param init - `origin`: what the lookup is for; `named`: contacts to start from besides those
   *   of the table
   */
  constructor(
    init: {
      readonly overlay: OverlayParts
      readonly owner: LookupOwner
      readonly goal: LookupGoal
      readonly origin: LookupOrigin
      readonly named?: NamedContacts | undefined
    },
    services: Services,
    now: number,
  ) {
    const { overlay, goal } = init
    const known = overlay.maintenance.startingContacts(goal.target, 2 * services.config.k)
    const startingContacts = [...known, ...(init.named?.contacts ?? [])]
    this.overlay = overlay
    this.#goal = goal
    this.#owner = init.owner
    const { purpose } = init.origin
    const isUpkeep = purpose === 'join' || purpose === 'refresh'
    this.#walk = walkToward(goal.target, { overlay, startingContacts, isUpkeep }, services)
    this.#destinations = new LookupDestinations(services)
    if (init.named !== undefined) this.#destinations.named(init.named, now)
    this.#knownAtStart = overlay.table.size
    this.#deadlineAt = now + services.config.lookupDeadlineMs
    services.counters.lookups++
    this.#tracer = tracerOf(init.origin, { goal, overlay }, services)
    this.#tracer?.step({ kind: 'started', startingContacts }, now)
  }

  /** Sends the queries that may be sent now, and ends when there is nothing left to wait for. */
  advance(now: number): void {
    if (this.#hasEnded) return
    if (this.#hasStoppedAsking) {
      if (this.#open.size === 0) this.#end(now)
      return
    }
    if (now >= this.#deadlineAt && !this.#walk.isDone) {
      this.#incompleteReasons.add('deadline')
      this.#walk.abort()
    }
    for (;;) {
      const step = this.#walk.next()
      if (step.kind === 'done') break
      if (step.kind === 'wait') {
        if (this.waitsForStalledOnly) this.#owner.onlyStalledLeft?.(this, now)
        return
      }
      this.#ask(step, now)
    }
    this.#end(now)
  }

  /**
   * Sends nothing more. The goal still gets responses, and the owner is told of the end.
   *
   * @returns whether a response may still come; if none may, the lookup has ended, and the owner
   *   is not told
   */
  stopAsking(): boolean {
    if (!this.#walk.isDone) this.#incompleteReasons.add('late')
    this.#hasStoppedAsking = true
    this.#dropQueued()
    if (this.#open.size === 0) this.#stop()
    return !this.#hasEnded
  }

  /** Ends the lookup without telling the owner. Later responses reach the table only. */
  abort(): void {
    if (!this.#walk.isDone) this.#incompleteReasons.add('late')
    this.#stop()
    this.#walk.abort()
  }

  /** Aborts the lookup and frees the places of its open queries. */
  cancel(): void {
    this.abort()
    for (const query of this.#open.values()) this.overlay.queries.cancel(query)
    this.#open.clear()
  }

  /** Whether to start again: no node responded, and the table has more contacts than before. */
  get isWorthAnotherTry(): boolean {
    return this.tally.responded === 0 && this.overlay.table.size > this.#knownAtStart
  }

  /** Whether each node that the lookup waits for has responded or stalled; false after `abort`. */
  get waitsForStalledOnly(): boolean {
    return this.#walk.waitsForStalledOnly
  }

  /** How many of the nodes that the lookup waits for were queried and have not responded. */
  get pending(): number {
    return this.#walk.pending
  }

  /** The k nearest nodes that responded, nearest first. */
  get closest(): Contact[] {
    return this.#walk.closest()
  }

  /**
   * The nodes to write to: the nearest that gave a token, k or up to 2k, and after a sweep all of
   * the region that did. Before the end, nearer nodes that may still respond count among the k.
   */
  get writeTargets(): readonly WriteTarget<Contact>[] {
    return this.#walk.writeTargets()
  }

  get tally(): Tally {
    return this.#walk.tally
  }

  /** Why the result may be incomplete; empty: each of the nearest nodes responded or failed. */
  get incompleteReasons(): ReadonlySet<IncompleteReason> {
    return this.#incompleteReasons
  }

  /** @internal */
  onQueued(): void {
    this.#queued++
  }

  /** @internal */
  onUnqueued(): void {
    this.#queued--
  }

  /** @internal */
  onResponse(query: LookupQuery, response: Response, responder: Contact, now: number): void {
    const sentAt = this.#tracer && this.#open.get(query)?.transaction?.sentAt
    this.#open.delete(query)
    if (this.#hasEnded) return
    if (!this.overlay.addresses.allowsId(responder)) {
      this.#traceFailure(query.step, 'error', now)
      this.#walk.failed(query.step)
      this.advance(now)
      return
    }
    const { token } = response
    const closer = this.overlay.addresses.closerNodes(response, responder)
    this.#destinations.responded(query.asked)
    this.#destinations.named({ contacts: closer, namer: responder }, now)
    const verdict = this.#walk.responded(query.step, { responder, closer, token })
    const { step } = query
    this.#tracer?.responded({ query: step, responder, closer, verdict, sentAt }, response, now)
    if (step.toward === undefined) this.#goal.fold?.(response, responder)
    if (this.#goal.progress === 'reached') this.#owner.goalReached?.(this, now)
    this.advance(now)
  }

  /** @internal */
  onFailure(query: LookupQuery, reason: QueryFailure | undefined, now: number): void {
    this.#open.delete(query)
    this.#traceFailure(query.step, reason ?? 'error', now)
    if (reason !== undefined) this.#addReason(reason)
    // After the transport has failed, the node that was queried may well be alive.
    if (!this.overlay.queries.isTransportOpen) this.#incompleteReasons.add('no-response')
    this.#walk.failed(query.step)
    this.advance(now)
  }

  /**
   * Resends a query once when it stalls, except to an endpoint whose last query expired. That one
   * is given up now.
   *
   * @internal
   */
  onStalled({ asked, step }: LookupQuery, isSuspect: boolean, now: number): boolean {
    if (isSuspect) {
      this.#traceFailure(step, 'suspect', now)
      this.#walk.failed(step)
    } else {
      this.#walk.stalled(step)
      if (!this.#hasEnded) this.#tracer?.step({ kind: 'stalled', ...tracedQuery(step) }, now)
    }
    this.advance(now)
    return !isSuspect && !this.#hasEnded && this.#destinations.take(asked, now)
  }

  #ask(step: WalkQuery, now: number): void {
    const { contact } = step
    const goal = step.toward === undefined ? this.#goal : closestNodes(step.toward)
    const query = new LookupQuery(step, this, goal.isSilenceFailure)
    const asked = this.#destinations.take(contact, now)
      ? this.overlay.queries.ask(contact.endpoint, goal.query, query, now)
      : refused('destination')
    if (asked.kind === 'accepted') {
      this.#open.set(query, asked.query)
      const waits = asked.query.transaction === undefined
      this.#tracer?.step({ kind: 'queried', ...tracedQuery(step), waits }, now)
      // A node that answered late is not waited for again.
      if (this.overlay.queries.speeds.isSlow(contact.endpointKey)) this.#walk.stalled(step)
    } else {
      this.#traceFailure(step, asked.reason, now)
      this.#addReason(asked.reason)
      this.#walk.failed(step)
    }
  }

  #traceFailure(query: WalkQuery, reason: LookupFailure, now: number): void {
    if (this.#hasEnded) return
    this.#tracer?.step({ kind: 'failed', ...tracedQuery(query), reason }, now)
  }

  #addReason(failure: QueryFailure): void {
    const reason = incompleteReasonOf(failure)
    if (reason !== undefined) this.#incompleteReasons.add(reason)
  }

  #end(now: number): void {
    // A lookup that is not complete may have missed near nodes.
    if (this.#incompleteReasons.size === 0) {
      this.overlay.size.lookupEnded(this.#goal.target, this.closest)
    }
    this.#stop(now)
    this.#owner.lookupEnded(this, now)
  }

  /** @param now - undefined: it is cancelled, at an instant that is not known here */
  #stop(now?: number): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#dropQueued()
    if (this.#tracer === undefined) return
    const incompleteReasons = [...this.#incompleteReasons]
    this.#tracer.step({ kind: 'ended', closest: this.closest, incompleteReasons }, now)
  }

  /** Queries that wait for their turn are not sent any more. */
  #dropQueued(): void {
    if (this.#queued === 0) return
    this.#incompleteReasons.add('rate-limited')
    for (const [lookupQuery, query] of this.#open) {
      if (query.transaction !== undefined) continue
      this.overlay.queries.cancel(query)
      this.#open.delete(lookupQuery)
    }
    this.#queued = 0
  }
}

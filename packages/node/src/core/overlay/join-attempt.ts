// One attempt to join an overlay: query the bootstrap endpoints, look up our own id, then look up a
// random id at each prefix length up to that of the k-th nearest node. A lookup per existing bucket
// would not be enough, because our own bucket is not split yet (REFRESH-6).

import { commonPrefixLength, type Id, Prefix } from '@dht/id'
import { type Contact, type Endpoint, formatEndpoint, type Response } from '@dht/krpc'
import { closestNodes } from '../lookups/goals/closest-nodes.ts'
import { type LookupOwner, LookupRun } from '../lookups/lookup-run.ts'
import type { NamedContacts } from '../lookups/namers.ts'
import type { BootstrapCount } from '../operations/outcome.ts'
import type { QueryObserver } from '../queries/query-observer.ts'
import type { Services } from '../services.ts'
import type { OverlayParts } from './overlay-parts.ts'

/**
 * Prefix levels looked up concurrently: ours; they are independent, and three keep a join short.
 */
const CONCURRENT_LEVELS = 3

/**
 * Most prefix levels looked up: ours; a network of k · 2^32 nodes has that many. Contacts whose ids
 * were chosen near ours must not cause more lookups.
 */
const MAX_LEVELS = 32

/** Bootstrap endpoints that one attempt queries: ours, to avoid a burst. The next takes others. */
export const MAX_BOOTSTRAP = 32

/** Endpoints at which the network may be found. */
export interface Bootstrap {
  readonly endpoints: readonly Endpoint[]
  /** Whether more endpoints may follow soon. */
  readonly isPending: boolean
}

/** Is told of the course of an attempt. */
export interface JoinAttemptOwner {
  /** Called exactly once. */
  attemptEnded(now: number): void
  /** A bootstrap endpoint named contacts of the other address family. */
  otherFamilyReported(named: NamedContacts, now: number): void
}

export class JoinAttempt implements LookupOwner {
  readonly #overlay: OverlayParts
  readonly #services: Services
  readonly #owner: JoinAttemptOwner
  /** Lookups that the attempt waits for. */
  readonly #runs = new Set<LookupRun>()
  /** Our own id is being looked up; the prefix levels come afterwards. */
  #isApproaching = true
  /** Prefix levels whose lookup has started, from the whole id space on. */
  #startedLevels = 0
  /** Most contacts that a lookup of our own id found. */
  #foundNear = 0
  /** Whether the second lookup of our own id, after the levels, has started. */
  #hasRepeated = false
  /** Bootstrap endpoints that were tried, as `address:port`. */
  readonly #tried = new Set<string>()
  #queried = 0
  #responded = 0
  #askedAt = Number.NEGATIVE_INFINITY
  /** Bootstrap queries that have not ended. */
  #openQueries = 0
  /** Whether more bootstrap endpoints may follow. */
  #isPending = false
  /** A lookup of our own id that started from a bootstrap response runs or has found contacts. */
  #hasEntryPoint = false
  #hasEnded = false

  constructor(
    init: { readonly overlay: OverlayParts; readonly owner: JoinAttemptOwner },
    services: Services,
  ) {
    this.#overlay = init.overlay
    this.#owner = init.owner
    this.#services = services
  }

  /** @param named - more contacts to start from */
  start(bootstrap: Bootstrap, named: NamedContacts | undefined, now: number): void {
    this.#askedAt = now
    this.#ask(bootstrap, now)
    const count = named?.contacts.length ?? 0
    if (this.#overlay.table.size + count > 0) this.#lookUpSelf(named, now)
    else this.#proceed(now)
  }

  /** Queries the endpoints that are new, while our own id is being looked up. */
  addBootstrap(bootstrap: Bootstrap, now: number): void {
    if (!this.#isApproaching) return
    this.#ask(bootstrap, now)
    this.#proceed(now)
  }

  /** When it started or last queried a bootstrap endpoint, ms. */
  get askedAt(): number {
    return this.#askedAt
  }

  get bootstrap(): BootstrapCount {
    return { queried: this.#queried, responded: this.#responded }
  }

  /** Whether our own id is being looked up; the prefix levels come afterwards. */
  get isApproaching(): boolean {
    return this.#isApproaching
  }

  /** Nodes have responded and the lookup waits for slow ones only: the attempt does not wait. */
  onlyStalledLeft(run: LookupRun, now: number): void {
    if (run.closest.length > 0) this.#runDone(run, now)
  }

  lookupEnded(run: LookupRun, now: number): void {
    this.#runDone(run, now)
  }

  #runDone(run: LookupRun, now: number): void {
    if (!this.#runs.delete(run)) return
    if (this.#isApproaching) {
      const found = run.closest.length
      this.#foundNear = Math.max(this.#foundNear, found)
      // All known contacts may be dead, while a bootstrap endpoint has yet to respond.
      if (found === 0 || this.#hasNoContacts) this.#hasEntryPoint = false
    }
    this.#proceed(now)
  }

  #ask({ endpoints, isPending }: Bootstrap, now: number): void {
    this.#isPending = isPending
    // During a join one query serves both families (BEP 32).
    const want = { n4: true, n6: true }
    const query = { method: 'find_node', target: this.#self, want } as const
    for (const endpoint of endpoints) {
      if (this.#tried.size >= MAX_BOOTSTRAP) break
      const key = formatEndpoint(endpoint)
      if (this.#tried.has(key)) continue
      this.#tried.add(key)
      const result = this.#overlay.queries.ask(endpoint, query, this.#observer(), now)
      if (result.kind === 'refused') continue
      this.#queried++
      this.#askedAt = now
      this.#openQueries++
    }
  }

  /** Whether a bootstrap endpoint may still respond. */
  get #mayRespond(): boolean {
    return this.#openQueries > 0 || this.#isPending
  }

  #observer(): QueryObserver {
    return {
      asked: undefined,
      onResponse: (response, responder, now) => this.#bootstrapResponded(response, responder, now),
      onError: (_error, now) => {
        this.#responded++
        this.#bootstrapFailed(now)
      },
      onFailure: (_reason, now) => this.#bootstrapFailed(now),
      onStalled: () => this.#isApproaching,
    }
  }

  /**
   * The first response starts a lookup of our own id, and so does every other one until a contact
   * has been found. Later responses only add their sender to the table.
   */
  #bootstrapResponded(response: Response, responder: Contact, now: number): void {
    this.#openQueries--
    this.#responded++
    const ofOtherFamily = this.#overlay.addresses.closerNodesOfOtherFamily(response, responder)
    this.#owner.otherFamilyReported({ contacts: ofOtherFamily, namer: responder }, now)
    if (!this.#isApproaching || (this.#hasEntryPoint && !this.#hasNoContacts)) return
    const closer = this.#overlay.addresses.closerNodes(response, responder)
    // A router that names no contacts does not help, while other endpoints may still respond.
    if (closer.length === 0 && this.#hasNoContacts && this.#mayRespond) return
    this.#hasEntryPoint = true
    this.#lookUpSelf({ contacts: [responder, ...closer], namer: responder }, now)
  }

  /** Routers never enter the table, so a router that responds is not a contact. */
  get #hasNoContacts(): boolean {
    return this.#overlay.table.size === 0
  }

  #bootstrapFailed(now: number): void {
    this.#openQueries--
    if (this.#isApproaching) this.#proceed(now)
  }

  /** Starts the prefix levels when our own id is done, and ends when all of them are done. */
  #proceed(now: number): void {
    if (this.#isApproaching) {
      if (this.#runs.size > 0 || (this.#mayRespond && !this.#hasEntryPoint)) return
      this.#isApproaching = false
    }
    while (this.#runs.size < CONCURRENT_LEVELS && this.#startedLevels < this.#levels) {
      this.#lookUp(this.#targetAt(this.#startedLevels++), undefined, now)
    }
    // A lookup without contacts ends, and calls this method, before `#lookUp` returns.
    if (this.#hasEnded || this.#runs.size > 0) return
    if (this.#hasFoundMore) {
      this.#hasRepeated = true
      this.#lookUpSelf(undefined, now)
      return
    }
    this.#hasEnded = true
    this.#owner.attemptEnded(now)
  }

  /**
   * Whether the table knows more nodes than the lookup of our own id found. The node from which
   * that lookup started may not have known any others yet, so the lookup is repeated once.
   */
  get #hasFoundMore(): boolean {
    const isSmall = this.#foundNear < this.#services.config.k
    return !this.#hasRepeated && isSmall && this.#overlay.table.size > this.#foundNear
  }

  /** Our own id in this overlay. */
  get #self(): Id {
    return this.#overlay.ownId.id
  }

  #lookUpSelf(named: NamedContacts | undefined, now: number): void {
    this.#lookUp(this.#self, named, now)
  }

  #lookUp(target: Id, named: NamedContacts | undefined, now: number): void {
    const goal = closestNodes(target)
    const origin = { purpose: 'join' } as const
    const init = { overlay: this.#overlay, owner: this, goal, origin, named }
    const run = new LookupRun(init, this.#services, now)
    this.#runs.add(run)
    run.advance(now)
  }

  /**
   * How many prefix levels to look up: up to that of the k-th nearest known node. Fewer than k
   * nodes share a longer prefix, and the lookup of our own id has found those. With fewer than k
   * known nodes, one level stands for the whole id space. The number grows while nearer nodes
   * become known, because the lookup of our own id may still wait for slow nodes.
   */
  get #levels(): number {
    const { k } = this.#services.config
    const nearest = this.#overlay.table.closest(this.#self, k)
    const last = nearest[k - 1]
    if (last === undefined) return Math.min(nearest.length, 1)
    return Math.min(commonPrefixLength(this.#self, last.id) + 1, MAX_LEVELS)
  }

  /** A random id that shares exactly `level` leading bits with ours. */
  #targetAt(level: number): Id {
    return Prefix.of(this.#self, level + 1)
      .sibling()
      .randomId(this.#services.random)
  }
}

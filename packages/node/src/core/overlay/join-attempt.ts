// One attempt to find our place in an overlay: ask the bootstrap endpoints, look up our own id,
// then a random id at each prefix level down to the k-th nearest neighbour (REFRESH-6: one lookup
// per present bucket would miss the levels that our unsplit own bucket still hides).

import { commonPrefixLength, type Id, Prefix } from '@dht/id'
import { type Contact, type Endpoint, formatEndpoint, type Response } from '@dht/krpc'
import { closestNodes } from '../lookups/goals/closest-nodes.ts'
import { type LookupOwner, LookupRun } from '../lookups/lookup-run.ts'
import type { BootstrapCount } from '../operations/outcome.ts'
import type { QueryObserver } from '../queries/query-observer.ts'
import type { Services } from '../services.ts'
import type { OverlayParts } from './overlay-parts.ts'

/**
 * Prefix levels walked at once: ours; the levels are independent, and three keep the join short.
 */
const LEVELS_AT_ONCE = 3

/**
 * Most prefix levels walked: ours; a network of k · 2^32 nodes has that many, and contacts whose
 * ids were chosen near ours must not cost us more.
 */
const MOST_LEVELS = 32

/** Bootstrap endpoints of one attempt: ours; more would only be a burst. The next asks others. */
export const MAX_BOOTSTRAP = 32

/** Endpoints at which the network may be found. */
export interface Bootstrap {
  readonly endpoints: readonly Endpoint[]
  /** Whether more may follow soon. */
  readonly isPending: boolean
}

/** Who wanted the attempt. */
export interface JoinAttemptOwner {
  /** Told exactly once. */
  attemptEnded(now: number): void
  /** A bootstrap endpoint named contacts of the other address family. */
  otherFamilyReported(contacts: readonly Contact[], now: number): void
}

export class JoinAttempt implements LookupOwner {
  readonly #overlay: OverlayParts
  readonly #services: Services
  readonly #owner: JoinAttemptOwner
  /** Walks that the attempt waits for. */
  readonly #runs = new Set<LookupRun>()
  /** Our own id is being looked for; the prefix levels come afterwards. */
  #isApproaching = true
  /** Prefix levels walked so far, from that of the whole space on. */
  #walked = 0
  /** Most contacts that a lookup of our own id found. */
  #neighbours = 0
  /** Whether our own id was, or is, looked up once more after the levels. */
  #hasLookedAgain = false
  /** Bootstrap endpoints asked, by their text. */
  readonly #asked = new Set<string>()
  #sent = 0
  #answered = 0
  #askedAt = Number.NEGATIVE_INFINITY
  /** Bootstrap endpoints that have neither answered nor failed. */
  #asking = 0
  /** Whether more bootstrap endpoints may follow. */
  #isPending = false
  /** A lookup of our own id that a bootstrap endpoint opened goes on or has found somebody. */
  #isWelcome = false
  #hasEnded = false

  constructor(
    init: { readonly overlay: OverlayParts; readonly owner: JoinAttemptOwner },
    services: Services,
  ) {
    this.#overlay = init.overlay
    this.#owner = init.owner
    this.#services = services
  }

  /** @param contacts - heard of elsewhere, to start from as well */
  start(bootstrap: Bootstrap, contacts: readonly Contact[], now: number): void {
    this.#askedAt = now
    this.#ask(bootstrap, now)
    if (this.#overlay.table.size + contacts.length > 0) this.#lookUpSelf(contacts, now)
    else this.#proceed(now)
  }

  /** Asks the endpoints that were not asked yet, while our own id is being looked for. */
  addBootstrap(bootstrap: Bootstrap, now: number): void {
    if (!this.#isApproaching) return
    this.#ask(bootstrap, now)
    this.#proceed(now)
  }

  /** When it began, or last asked a bootstrap endpoint, ms. */
  get askedAt(): number {
    return this.#askedAt
  }

  get bootstrap(): BootstrapCount {
    return { asked: this.#sent, answered: this.#answered }
  }

  /** Our own id is being looked for; the levels beyond it come afterwards. */
  get isApproaching(): boolean {
    return this.#isApproaching
  }

  /** Somebody has answered, and only slow nodes are waited for: the walk goes on by itself. */
  onlyStalledLeft(run: LookupRun, now: number): void {
    if (run.closest.length > 0) this.#pass(run, now)
  }

  lookupEnded(run: LookupRun, now: number): void {
    this.#pass(run, now)
  }

  #pass(run: LookupRun, now: number): void {
    if (!this.#runs.delete(run)) return
    // Whoever was known may all be gone, while a bootstrap endpoint is still to answer.
    if (this.#isApproaching) {
      this.#neighbours = Math.max(this.#neighbours, run.closest.length)
    }
    const isAlone = this.#isApproaching && (run.closest.length === 0 || this.#knowsNobody)
    if (isAlone) this.#isWelcome = false
    this.#proceed(now)
  }

  #ask({ endpoints, isPending }: Bootstrap, now: number): void {
    this.#isPending = isPending
    // While we bootstrap, one question serves both families (BEP 32).
    const want = { n4: true, n6: true }
    const question = { method: 'find_node', target: this.#services.self, want } as const
    for (const endpoint of endpoints) {
      if (this.#asked.size >= MAX_BOOTSTRAP) break
      const key = formatEndpoint(endpoint)
      if (this.#asked.has(key)) continue
      this.#asked.add(key)
      const asked = this.#overlay.queries.ask(endpoint, question, this.#observer(), now)
      if (asked.kind === 'refused') continue
      this.#sent++
      this.#askedAt = now
      this.#asking++
    }
  }

  /** Whether a bootstrap endpoint may still answer. */
  get #isExpecting(): boolean {
    return this.#asking > 0 || this.#isPending
  }

  #observer(): QueryObserver {
    return {
      asked: undefined,
      onResponse: (response, responder, now) => this.#welcome(response, responder, now),
      onError: (_error, now) => {
        this.#answered++
        this.#refused(now)
      },
      onFailure: (_reason, now) => this.#refused(now),
      onStalled: () => this.#isApproaching,
    }
  }

  /**
   * The first to answer opens a lookup of our own id, and so does every other one until somebody
   * has been met; what later ones say only teaches the table.
   */
  #welcome(response: Response, responder: Contact, now: number): void {
    this.#asking--
    this.#answered++
    const ofOthers = this.#overlay.addresses.closerNodesOfOtherFamily(response, responder)
    this.#owner.otherFamilyReported(ofOthers, now)
    if (!this.#isApproaching || (this.#isWelcome && !this.#knowsNobody)) return
    const heard = this.#overlay.addresses.closerNodes(response, responder)
    // A router that names nobody opens no way, while there are others that may.
    if (heard.length === 0 && this.#knowsNobody && this.#isExpecting) return
    this.#isWelcome = true
    this.#lookUpSelf([responder, ...heard], now)
  }

  /** Public routers never enter the table, so one that answers is nobody met. */
  get #knowsNobody(): boolean {
    return this.#overlay.table.size === 0
  }

  #refused(now: number): void {
    this.#asking--
    if (this.#isApproaching) this.#proceed(now)
  }

  /** Goes on to the prefix levels when our own id is done, and ends when they are. */
  #proceed(now: number): void {
    if (this.#isApproaching) {
      if (this.#runs.size > 0 || (this.#isExpecting && !this.#isWelcome)) return
      this.#isApproaching = false
    }
    while (this.#runs.size < LEVELS_AT_ONCE && this.#walked < this.#levels) {
      this.#lookUp(this.#targetAt(this.#walked++), [], now)
    }
    // A lookup that can ask nobody ends, and comes back here, before `#lookUp` returns.
    if (this.#hasEnded || this.#runs.size > 0) return
    if (this.#hasMetOthers) {
      this.#lookAgain(now)
      return
    }
    this.#hasEnded = true
    this.#owner.attemptEnded(now)
  }

  /**
   * Whether others were met than those that the lookup of our own id could find: the node that it
   * began with may not have known anybody yet.
   */
  get #hasMetOthers(): boolean {
    const isSmall = this.#neighbours < this.#services.config.k
    return !this.#hasLookedAgain && isSmall && this.#overlay.table.size > this.#neighbours
  }

  /** Looks up our own id once more, and walks the levels that this brings to light. */
  #lookAgain(now: number): void {
    this.#hasLookedAgain = true
    this.#lookUpSelf([], now)
  }

  #lookUpSelf(contacts: readonly Contact[], now: number): void {
    this.#lookUp(this.#services.self, contacts, now)
  }

  #lookUp(target: Id, startingContacts: readonly Contact[], now: number): void {
    const goal = closestNodes(target)
    const init = { overlay: this.#overlay, owner: this, goal, startingContacts }
    const run = new LookupRun(init, this.#services, now)
    this.#runs.add(run)
    run.advance(now)
  }

  /**
   * How many prefix levels are to be walked: down to that of the k-th nearest neighbour, for fewer
   * than k share more bits, and the lookup of our own id has found them. With fewer than k
   * neighbours one level stands for the whole space. It grows while neighbours become known: the
   * lookup of our own id may still wait for slow nodes, or have begun far from our place.
   */
  get #levels(): number {
    const { self, config } = this.#services
    const nearest = this.#overlay.table.closest(self, config.k)
    const last = nearest[config.k - 1]
    if (last === undefined) return Math.min(nearest.length, 1)
    return Math.min(commonPrefixLength(self, last.id) + 1, MOST_LEVELS)
  }

  /** A random id that shares exactly so many bits with ours. */
  #targetAt(level: number): Id {
    const { self, random } = this.#services
    return Prefix.of(self, level + 1)
      .sibling()
      .randomId(random)
  }
}

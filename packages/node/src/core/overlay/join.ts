// Decides when the node joins an overlay: when it is told to, when the first contact of a node
// without contacts responds, and when all contacts are bad. It repeats the attempt at growing
// intervals as long as no contact is found (BOOT-4), and a few times while few are found. At most
// one attempt runs.

import { type Endpoint, formatEndpoint } from '@dht/krpc'
import type { NamedContacts } from '../lookups/namers.ts'
import type { BootstrapCount } from '../operations/outcome.ts'
import { draw, type Services } from '../services.ts'
import {
  type Bootstrap,
  JoinAttempt,
  type JoinAttemptOwner,
  MAX_BOOTSTRAP,
} from './join-attempt.ts'
import type { OverlayParts } from './overlay-parts.ts'
import { standingsOf } from './standings.ts'

/** Bootstrap endpoints kept: ours; if none of them responds, trying all takes up to three hours. */
const MAX_KNOWN = 1_024

/** Of an attempt that looks only around our own id. */
const NO_BOOTSTRAP: Bootstrap = { endpoints: [], isPending: false }

/** Is told when a join has ended. */
export interface JoinOwner {
  /** @param contacts - members of the table at the end of the join; 0: no contact was found */
  joined(contacts: number, now: number): void
}

/** Is told of contacts of the other address family. */
export interface OtherFamilyOwner {
  contactsReported(named: NamedContacts, now: number): void
}

export class Join implements JoinAttemptOwner {
  readonly #overlay: OverlayParts
  readonly #services: Services
  readonly #owner: JoinOwner & OtherFamilyOwner
  #bootstrap: Bootstrap = { endpoints: [], isPending: false }
  /** Index of the first endpoint of the next attempt: after those that did not help. */
  #firstIndex = 0
  #waiting: JoinOwner[] = []
  #attempt: JoinAttempt | undefined
  /** The attempt that queried the bootstrap endpoints last. */
  #latest: JoinAttempt | undefined
  #retryAt: number | undefined
  #waitMs: number
  #joined = false
  /** No attempt has found a contact, and no contact has responded since the last attempt. */
  #isAlone = true
  #hasTried = false

  /**
   * @param init - the overlay to join, and the owner, which is told of the end of every join
   */
  constructor(
    init: { readonly overlay: OverlayParts; readonly owner: JoinOwner & OtherFamilyOwner },
    services: Services,
  ) {
    this.#overlay = init.overlay
    this.#owner = init.owner
    this.#services = services
    this.#waitMs = services.config.rejoinMs
  }

  get isRunning(): boolean {
    return this.#attempt !== undefined
  }

  /** Whether the first attempt is still looking up our own id. */
  get isApproaching(): boolean {
    return !this.#hasTried && this.#attempt?.isApproaching === true
  }

  /**
   * Bootstrap endpoints that the running attempt has queried, else the last attempt that queried
   * any, and those that responded, even late.
   */
  get bootstrap(): BootstrapCount {
    return this.#latest?.bootstrap ?? { queried: 0, responded: 0 }
  }

  /** When the running attempt started or last queried a bootstrap endpoint, ms; else -Infinity. */
  get askedAt(): number {
    return this.#attempt?.askedAt ?? Number.NEGATIVE_INFINITY
  }

  /** Whether an attempt has ended, with or without contacts. */
  get hasTried(): boolean {
    return this.#hasTried
  }

  /** Whether the last attempt found contacts. */
  get joined(): boolean {
    return this.#joined
  }

  /**
   * Sets the endpoints to query when the table has no contacts. New endpoints are queried at once
   * if that can still help: by the running attempt, or by one that starts now because the last one
   * found no contact.
   */
  setBootstrap({ endpoints, isPending }: Bootstrap, now: number): void {
    const known = new Set(this.#bootstrap.endpoints.map(formatEndpoint))
    const distinct = new Map<string, Endpoint>()
    for (const each of endpoints) {
      distinct.set(formatEndpoint(each), each)
      if (distinct.size === MAX_KNOWN) break
    }
    const kept = [...distinct]
    const hasNew = kept.some(([key, e]) => !known.has(key) && !this.#overlay.addresses.isSelf(e))
    this.#bootstrap = { endpoints: kept.map(([, e]) => e), isPending }
    if (this.#attempt !== undefined) this.#attempt.addBootstrap(this.#nextBootstrap, now)
    else if (hasNew && this.#hasTried && this.#overlay.table.hasNoLiveContacts)
      this.#begin(undefined, now)
  }

  /**
   * Tells `owner` when the node has joined: at once if it has, else at the end of an attempt, which
   * is started if none runs.
   */
  whenJoined(owner: JoinOwner, now: number): void {
    if (this.#joined && this.#attempt === undefined) {
      owner.joined(this.#overlay.table.size, now)
      return
    }
    this.#waiting.push(owner)
    this.start(now)
  }

  /** Starts an attempt, unless one runs. */
  start(now: number, named?: NamedContacts): void {
    if (this.#attempt !== undefined) return
    if (this.#overlay.table.hasNoLiveContacts) this.#services.outbox.bootstrapNeeded()
    this.#begin(named, now)
  }

  /**
   * A node of the other family reported contacts of this family. They start an attempt if this
   * family has no live contacts.
   */
  contactsReported(named: NamedContacts, now: number): void {
    if (this.#overlay.table.hasNoLiveContacts) this.start(now, named)
  }

  /**
   * Looks up our own neighbourhood, because our id has changed or because others are to learn of
   * the node again. The contacts are known, so no bootstrap endpoint is queried.
   */
  lookAround(now: number): void {
    if (this.#attempt === undefined) this.#beginWith(NO_BOOTSTRAP, undefined, now)
  }

  /** Call after every response: the first contact of a lone node is a reason to join soon. */
  contactResponded(now: number): void {
    if (!this.#isAlone || this.#attempt !== undefined || this.#overlay.table.hasNoLiveContacts)
      return
    this.#isAlone = false
    this.#waitMs = this.#services.config.rejoinMs
    this.#retryLater(now)
  }

  /** Call after every failure: when all contacts are bad, the node joins again. */
  rejoinIfAlone(now: number): void {
    if (!this.#joined || this.#attempt !== undefined || this.#retryAt !== undefined) return
    if (!this.#overlay.table.hasNoLiveContacts) return
    this.#waitMs = this.#services.config.rejoinMs
    this.#retryLater(now)
  }

  nextAt(): number | undefined {
    return this.#retryAt
  }

  /** The wait after an attempt that finds too few contacts, ms, times a random 0.5 to 1.5. */
  get waitMs(): number {
    return this.#waitMs
  }

  handleTimeout(now: number): void {
    if (this.#retryAt !== undefined && this.#retryAt <= now) this.start(now)
  }

  otherFamilyReported(named: NamedContacts, now: number): void {
    this.#owner.contactsReported(named, now)
  }

  attemptEnded(now: number): void {
    const { outbox, config } = this.#services
    const { table, family } = this.#overlay
    this.#joined = !this.#overlay.table.hasNoLiveContacts
    const contacts = this.#joined ? table.size : 0
    this.#attempt = undefined
    // Responders may have told our address for the first time. The join goes on around the new id.
    if (this.#joined && this.#overlay.idReview.review(now)) {
      this.lookAround(now)
      return
    }
    this.#hasTried = true
    this.#isAlone = contacts === 0
    if (!this.#joined) this.#firstIndex += MAX_BOOTSTRAP
    outbox.trace({ kind: 'joined', family, contacts })
    const waiting = this.#waiting
    this.#waiting = []
    for (const owner of [this.#owner, ...waiting]) owner.joined(contacts, now)
    // With fewer than k good contacts the node tries a few more times: in a network that starts up
    // more nodes will come, in a small network none will. Restored contacts do not count before
    // they have responded.
    const { good } = standingsOf(table, now)
    const hasEnough = good >= config.k || this.#waitMs >= config.rejoinMaxMs
    // Without any contact it tries for ever, because bootstrap nodes may come back.
    if (!this.#joined || !hasEnough) this.#retryLater(now)
  }

  /** The endpoints in the order in which the next attempt takes them. */
  get #nextBootstrap(): Bootstrap {
    const { endpoints, isPending } = this.#bootstrap
    const first = endpoints.length > MAX_BOOTSTRAP ? this.#firstIndex % endpoints.length : 0
    return { endpoints: [...endpoints.slice(first), ...endpoints.slice(0, first)], isPending }
  }

  #begin(named: NamedContacts | undefined, now: number): void {
    this.#beginWith(this.#nextBootstrap, named, now)
  }

  #beginWith(bootstrap: Bootstrap, named: NamedContacts | undefined, now: number): void {
    const { table, family } = this.#overlay
    const listed = Math.min(bootstrap.endpoints.length, MAX_BOOTSTRAP)
    const startingContacts = listed + (named?.contacts.length ?? 0) + table.size
    this.#services.outbox.trace({ kind: 'joining', family, startingContacts })
    this.#retryAt = undefined
    this.#attempt = new JoinAttempt({ overlay: this.#overlay, owner: this }, this.#services)
    if (bootstrap !== NO_BOOTSTRAP) this.#latest = this.#attempt
    this.#attempt.start(bootstrap, named, now)
  }

  #retryLater(now: number): void {
    const { config, random } = this.#services
    this.#retryAt = now + this.#waitMs * (0.5 + draw(random))
    this.#waitMs = Math.min(2 * this.#waitMs, config.rejoinMaxMs)
  }
}

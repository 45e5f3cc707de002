// When to look for our place in an overlay: when told to, when a node that had nobody meets
// somebody, when everybody is lost; and again, at growing intervals, as long as nobody is found
// (BOOT-4), and for a while when few are. At most one attempt is under way.

import { type Contact, type Endpoint, formatEndpoint } from '@dht/krpc'
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

/** Bootstrap endpoints known at once: ours; to ask them all in vain takes up to three hours. */
const MOST_KNOWN = 1_024

/** Who waits for a join to end, and who may profit from it. */
export interface JoinOwner {
  /** @param contacts - members of the table at the end of the join; 0 when nobody was found */
  joined(contacts: number, now: number): void
}

/** Who hears of contacts of the other address family. */
export interface OtherFamilyOwner {
  contactsReported(contacts: readonly Contact[], now: number): void
}

export class Join implements JoinAttemptOwner {
  readonly #overlay: OverlayParts
  readonly #services: Services
  readonly #owner: JoinOwner & OtherFamilyOwner
  #bootstrap: Bootstrap = { endpoints: [], isPending: false }
  /** Where in the list an attempt begins: after those that were asked in vain. */
  #turn = 0
  #waiting: JoinOwner[] = []
  #attempt: JoinAttempt | undefined
  /** The attempt under way, else the last one. */
  #latest: JoinAttempt | undefined
  #retryAt: number | undefined
  #waitMs: number
  #joined = false
  /** Whether the last attempt, if there was one, found nobody at all and nobody came since. */
  #isAlone = true
  #hasTried = false

  /**
   * @param init - the overlay to join, and who is told of the end of every join, wished for or not
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

  /** The first attempt of all is looking for our own id. */
  get isApproaching(): boolean {
    return !this.#hasTried && this.#attempt?.isApproaching === true
  }

  /**
   * Bootstrap endpoints asked by the attempt under way, else by the last one, and those that have
   * answered it, be it late.
   */
  get bootstrap(): BootstrapCount {
    return this.#latest?.bootstrap ?? { asked: 0, answered: 0 }
  }

  /** When the attempt under way began, or last asked a bootstrap endpoint, ms; else -Infinity. */
  get askedAt(): number {
    return this.#attempt?.askedAt ?? Number.NEGATIVE_INFINITY
  }

  /** Whether an attempt has ended, found anybody or not. */
  get hasTried(): boolean {
    return this.#hasTried
  }

  /** Whether the last attempt found anybody. */
  get joined(): boolean {
    return this.#joined
  }

  /**
   * Sets which endpoints to ask when the table can't help. New ones are asked at once if they can
   * still be of use: by the attempt under way, or by one that begins now because the last one found
   * nobody.
   */
  setBootstrap({ endpoints, isPending }: Bootstrap, now: number): void {
    const known = new Set(this.#bootstrap.endpoints.map(formatEndpoint))
    const distinct = new Map<string, Endpoint>()
    for (const each of endpoints) {
      distinct.set(formatEndpoint(each), each)
      if (distinct.size === MOST_KNOWN) break
    }
    const kept = [...distinct]
    const hasNew = kept.some(([key, e]) => !known.has(key) && !this.#overlay.addresses.isSelf(e))
    this.#bootstrap = { endpoints: kept.map(([, e]) => e), isPending }
    if (this.#attempt !== undefined) this.#attempt.addBootstrap(this.#share, now)
    else if (hasNew && this.#hasTried && this.#overlay.table.hasNoLiveContacts) this.#begin([], now)
  }

  /**
   * Tells `owner` when we have joined: at once if we have, else at the end of the attempt, now
   * begun.
   */
  whenJoined(owner: JoinOwner, now: number): void {
    if (this.#joined && this.#attempt === undefined) {
      owner.joined(this.#overlay.table.size, now)
      return
    }
    this.#waiting.push(owner)
    this.start(now)
  }

  /** Looks for our place, unless that is under way. */
  start(now: number, contacts: readonly Contact[] = []): void {
    if (this.#attempt !== undefined) return
    if (this.#overlay.table.hasNoLiveContacts) this.#services.outbox.bootstrapNeeded()
    this.#begin(contacts, now)
  }

  /**
   * Contacts of this family that the other one was told of: of use only to a node that has nobody.
   */
  contactsReported(contacts: readonly Contact[], now: number): void {
    if (this.#overlay.table.hasNoLiveContacts) this.start(now, contacts)
  }

  /**
   * Told after every answer: the first contact of a node that had nobody is a reason to look around
   * soon.
   */
  contactResponded(now: number): void {
    if (!this.#isAlone || this.#attempt !== undefined || this.#overlay.table.hasNoLiveContacts)
      return
    this.#isAlone = false
    this.#waitMs = this.#services.config.rejoinMs
    this.#retryLater(now)
  }

  /** Told after every failure: with nobody left that is not bad, it is time to start anew. */
  rejoinIfAlone(now: number): void {
    if (!this.#joined || this.#attempt !== undefined || this.#retryAt !== undefined) return
    if (!this.#overlay.table.hasNoLiveContacts) return
    this.#waitMs = this.#services.config.rejoinMs
    this.#retryLater(now)
  }

  nextAt(): number | undefined {
    return this.#retryAt
  }

  /** How long the node waits after an attempt that finds too few, give or take a half, ms. */
  get waitMs(): number {
    return this.#waitMs
  }

  handleTimeout(now: number): void {
    if (this.#retryAt !== undefined && this.#retryAt <= now) this.start(now)
  }

  otherFamilyReported(contacts: readonly Contact[], now: number): void {
    this.#owner.contactsReported(contacts, now)
  }

  attemptEnded(now: number): void {
    const { outbox, config } = this.#services
    const { table, family } = this.#overlay
    this.#joined = !this.#overlay.table.hasNoLiveContacts
    const contacts = this.#joined ? table.size : 0
    this.#attempt = undefined
    this.#hasTried = true
    this.#isAlone = contacts === 0
    if (!this.#joined) this.#turn += MAX_BOOTSTRAP
    outbox.trace({ kind: 'joined', family, contacts })
    const waiting = this.#waiting
    this.#waiting = []
    for (const owner of [this.#owner, ...waiting]) owner.joined(contacts, now)
    // Of a network that starts up together most are yet to come, and of a small one nobody: with
    // fewer than k contacts that answer a node looks again a few times, and is then content. Those
    // of an earlier life do not count until they have answered in this one.
    const { good } = standingsOf(table, now)
    const isContent = good >= config.k || this.#waitMs >= config.rejoinMaxMs
    // Without anybody it never is: names that lead nowhere now may lead somewhere by then.
    if (!this.#joined || !isContent) this.#retryLater(now)
  }

  /** The list in the order in which an attempt takes as many as it may ask. */
  get #share(): Bootstrap {
    const { endpoints, isPending } = this.#bootstrap
    const first = endpoints.length > MAX_BOOTSTRAP ? this.#turn % endpoints.length : 0
    return { endpoints: [...endpoints.slice(first), ...endpoints.slice(0, first)], isPending }
  }

  #begin(contacts: readonly Contact[], now: number): void {
    const { table, family } = this.#overlay
    const listed = Math.min(this.#bootstrap.endpoints.length, MAX_BOOTSTRAP)
    const seeds = listed + contacts.length + table.size
    this.#services.outbox.trace({ kind: 'joining', family, seeds })
    this.#retryAt = undefined
    this.#attempt = new JoinAttempt({ overlay: this.#overlay, owner: this }, this.#services)
    this.#latest = this.#attempt
    this.#attempt.start(this.#share, contacts, now)
  }

  #retryLater(now: number): void {
    const { config, random } = this.#services
    this.#retryAt = now + this.#waitMs * (0.5 + draw(random))
    this.#waitMs = Math.min(2 * this.#waitMs, config.rejoinMaxMs)
  }
}

// The overlay network of one address family (BEP 32): its routing table and its open queries. All
// queries go through here, so each response and each time-out reaches the table (STATE-57).

import { type Id, idsEqual } from '@dht/id'
import {
  type Contact,
  type Endpoint,
  type ErrorMessage,
  type Family,
  formatEndpoint,
  isUnicast,
  type LateAnswer,
  type Malformed,
  type Response,
  TransactionTable,
} from '@dht/krpc'
import { type Insertion, RoutingTable } from '@dht/routing-table'
import { LazyTransmit } from '../queries/lazy-transmit.ts'
import type { OpenQuery, OpenQueryInfo } from '../queries/open-query.ts'
import {
  type Asked,
  OutgoingQueries,
  type OutgoingQuery,
  refused,
} from '../queries/outgoing-queries.ts'
import { type QueryContent, queryOf } from '../queries/query-content.ts'
import { NOBODY, type QueryObserver } from '../queries/query-observer.ts'
import type { SentFailure } from '../queries/refusal.ts'
import { isEndpointFault } from '../queries/send-error.ts'
import { TokenBucket } from '../queries/token-bucket.ts'
import type { Services } from '../services.ts'
import { AddressVotes } from './address-votes.ts'
import { Checks } from './checks.ts'
import { closerNodes } from './closer-nodes.ts'
import { insertionEvent } from './insertion-event.ts'
import type { LivenessCheck } from './liveness-check.ts'
import { tableOptions, transactionOptions } from './overlay-options.ts'
import { OwnEndpoint } from './own-endpoint.ts'

const COUNTED_AS = { timeout: 'timedOut', unreachable: 'unreachable', protocol: 'invalid' } as const

/** Strangers looked at because they queried us, per second: ours, many more than can be checked. */
const STRANGERS_PER_SECOND = 256
const STRANGER_BURST = 1_024

export class Overlay {
  readonly table: RoutingTable<Contact>
  /** Our queries on their way out, and what of ours counts with them. */
  readonly outgoing: OutgoingQueries
  /** At which address others see us. */
  readonly votes: AddressVotes = new AddressVotes()
  /** Public routers: asked in need, never taken into the table (BEP 5 practice). */
  routers: ReadonlySet<string> = new Set()
  /** Where our transport is bound, or was last. */
  #own: OwnEndpoint
  /** The transport has failed and is not open again: nothing can be asked. */
  isAway = false
  readonly #services: Services
  readonly #transactions: TransactionTable<OpenQuery>
  readonly #checks: Checks
  readonly #strangers = new TokenBucket({ perSecond: STRANGERS_PER_SECOND, burst: STRANGER_BURST })

  constructor(local: Endpoint, services: Services) {
    const { config } = services
    this.#own = new OwnEndpoint(local)
    this.#services = services
    this.table = new RoutingTable(services.self, tableOptions(config))
    this.#transactions = new TransactionTable(services.random, transactionOptions(config))
    this.#checks = new Checks(this.table, config)
    this.outgoing = new OutgoingQueries(services)
  }

  get family(): Family {
    return this.#own.local.family
  }

  get local(): Endpoint {
    return this.#own.local
  }
  get nearby(): Endpoint {
    return this.#own.nearby
  }

  /** The transport has failed, and every query with it; nobody is blamed for that. */
  transportLost(now: number): void {
    this.isAway = true
    const open = this.#transactions.outstanding().map(({ transaction }) => transaction)
    for (const transaction of open) this.#transactions.cancel(transaction)
    const observers = [...open.map((each) => each.context), ...this.outgoing.takeAll()]
    for (const { observer } of observers) this.#fail(observer, 'unreachable', now)
  }

  /** The transport is open again, at the same endpoint or at another one. */
  transportReopened(local: Endpoint): void {
    this.isAway = false
    this.#own = new OwnEndpoint(local)
  }

  /** Questions without an end yet. */
  get open(): number {
    return this.#transactions.size
  }

  /** Those questions, for whoever looks on: to whom, when, and the datagram. */
  questions(): OpenQueryInfo[] {
    return this.#transactions.outstanding().map(({ transaction, dueAt }) => {
      const { transactionId, to, sentAt, stallAt, expireAt, isSuspect, context } = transaction
      const { question, asked } = context
      const { bytes } = this.#transmit(question, transactionId, to)
      return { to, asked, bytes, sentAt, stallAt, expireAt, dueAt, isSuspect }
    })
  }

  /**
   * Asks `to` a question for `observer`, which is told of its one end unless it is cancelled;
   * perhaps not before its turn. When it is refused the observer is not told anything.
   */
  ask(to: Endpoint, question: QueryContent, observer: QueryObserver, now: number): Asked {
    if (this.isSelf(to)) return refused('self')
    if (!isUnicast(to)) return refused('not-unicast')
    if (this.isAway) return refused('away')
    const query: OutgoingQuery = { to, question, observer, transaction: undefined }
    const admission = this.outgoing.offer(query, now)
    if (admission === 'full') return refused('paced')
    const isOn = admission === 'waits' || this.#open(query, now)
    return isOn ? { kind: 'accepted', query } : refused('overflow')
  }

  /** Sends a query whose turn it is. @returns false when too many are open already */
  #open(query: OutgoingQuery, now: number): boolean {
    const { to, question, observer } = query
    const { counters } = this.#services
    const asked = observer.asked ?? this.#memberAt(to)
    const open: OpenQuery = { observer, asked, question, isToOurselves: false }
    query.transaction = this.#transactions.open(to, open, now, observer.asked?.endpointKey)
    if (query.transaction === undefined) {
      counters.overflowed++
      return false
    }
    counters.asked++
    this.#put(question, query.transaction.transactionId, to)
    return true
  }

  /** Nobody wants the answer any more: its place is free, and it proves nothing if it comes. */
  cancel(query: OutgoingQuery): void {
    if (query.transaction === undefined) this.outgoing.remove(query)
    else this.#transactions.cancel(query.transaction)
  }

  /** The contacts to start a lookup from: the nearest that are not bad, failing those, anybody. */
  startingContacts(target: Id, count: number): Contact[] {
    const seeds = this.table.closest(target, count)
    return seeds.length > 0 ? seeds : this.table.closest(target, count, { includeBad: true })
  }

  /**
   * Asks the nearest of those that are taken for dead whether it is back. Where a network was cut
   * in two that is the way to the other side, however long the cut was (SIM-P2).
   */
  askNearestBad(target: Id, now: number): void {
    const lost = this.table.nearestBad(target)
    if (lost !== undefined) this.#ping(this.#checks.of(lost), now)
  }

  /** The contacts of a reply that may be asked: hearsay, but not about ourselves. */
  closerNodes(response: Response, from: Contact): Contact[] {
    return this.#heardOf(this.family, response, from)
  }

  /** Those of the other address family in a reply to a question that wanted both (BEP 32). */
  closerNodesOfOtherFamily(response: Response, from: Contact): Contact[] {
    return this.#heardOf(this.family === 4 ? 6 : 4, response, from)
  }

  /** Nobody is known but those who do not answer. */
  get hasNoLiveContacts(): boolean {
    return this.table.hasNoLiveContacts
  }

  isSelf(endpoint: Endpoint): boolean {
    return this.#own.isAt(endpoint)
  }

  /** A query came from this contact: proof of nothing, but a reason to look at it (AMP-3). */
  queryReceived(id: Id, from: Endpoint, now: number): void {
    if (idsEqual(id, this.#services.self)) return
    const member = this.table.get(id)
    if (member?.isAt(from)) {
      this.table.queried(member, now, id)
    } else if (this.#strangers.take(1, now)) {
      const stranger = this.#services.contacts.contact(id, from)
      this.table.queried(stranger, now, id)
    } else return
    this.#checkOne(now)
  }

  /**
   * A query came under our own id: our own, by an address of ours that we don't know (that of a
   * gateway, say), or another node's.
   */
  ownIdReceived(transactionId: Uint8Array, from: Endpoint): void {
    const own = this.#transactions.find(transactionId)
    if (own !== undefined) own.context.isToOurselves = true
    else if (!this.isSelf(from)) this.#warnOfOwnId(from)
  }

  receiveResponse(response: Response, from: Endpoint, now: number): void {
    const { contacts, counters, self } = this.#services
    const open = this.#settle(response.transactionId, from, now)
    if (open === undefined) {
      this.#receiveLateResponse(response, from, now)
      return
    }
    if (idsEqual(response.id, self)) {
      if (!open.isToOurselves) this.#warnOfOwnId(from)
      this.#end(open, 'protocol', now)
      return
    }
    counters.answered++
    this.votes.responseReceived(from, response.ip, now)
    const { observer, asked } = open
    // The contact that answered: the one asked, if the id is right, else whoever it turned out to
    // be.
    const isAsked = asked?.hasId(response.id) === true
    const responder = isAsked ? asked : contacts.contact(response.id, from)
    if (asked !== undefined && !isAsked) this.table.failed(asked, now)
    this.#confirm(responder, now, response.id)
    observer.onResponse(response, responder, now)
  }

  /** The failure of the question is taken back, if who was asked has answered. */
  #receiveLateResponse(response: Response, from: Endpoint, now: number): void {
    const late = this.#settleLate(response.transactionId, from, now)
    if (late === undefined || idsEqual(response.id, this.#services.self)) return
    const { asked } = late.transaction.context
    if (asked?.hasId(response.id) === true) this.#forgive(asked, late, now)
    else this.#confirm(this.#services.contacts.contact(response.id, from), now, response.id)
  }

  /** An error message shows that a node is there, but not which: it renews a member, adds none. */
  receiveError(error: ErrorMessage, from: Endpoint, now: number): void {
    const open = this.#settle(error.transactionId, from, now)
    if (open === undefined) {
      this.#receiveLateError(error, from, now)
      return
    }
    this.#services.counters.refused++
    const member = open.asked && this.table.get(open.asked.id)
    if (member?.isAt(from)) this.#confirm(member, now)
    open.observer.onError(error, now)
  }

  #receiveLateError(error: ErrorMessage, from: Endpoint, now: number): void {
    const late = this.#settleLate(error.transactionId, from, now)
    const asked = late?.transaction.context.asked
    const member = asked && this.table.get(asked.id)
    if (late !== undefined && member?.isAt(from)) this.#forgive(member, late, now)
  }

  /** An answer that is no valid message still ends its question, for whoever asked is waiting. */
  receiveMalformed(malformed: Malformed, from: Endpoint, now: number): void {
    if (malformed.isQuery || malformed.transactionId === undefined) return
    const open = this.#settle(malformed.transactionId, from, now)
    if (open !== undefined) this.#end(open, 'protocol', now)
    else this.#services.counters.unmatched++
  }

  /**
   * A datagram to `to` could not leave: every question open there has failed, and no other. What is
   * wrong on our side is not held against whoever was asked.
   */
  undeliverable(to: Endpoint, code: string, now: number): void {
    for (const { context: open } of this.#transactions.failTo(to)) {
      if (isEndpointFault(code)) this.#end(open, 'unreachable', now)
      else this.#fail(open.observer, 'unreachable', now)
    }
  }

  handleTimeout(now: number): void {
    const { counters } = this.#services
    for (const lapse of this.#transactions.handleTimeout(now)) {
      const { context: open, to, isSuspect } = lapse.transaction
      if (lapse.kind === 'stalled') {
        counters.stalled++
        // Once more: to a living node the first datagram or its answer may have been lost.
        if (open.observer.onStalled(isSuspect, now)) {
          this.outgoing.count(to, now)
          this.#put(open.question, lapse.secondId, to)
        }
      } else {
        this.#end(open, 'timeout', now)
        open.observer = NOBODY
      }
    }
    this.outgoing.serve((query) => this.#open(query, now), now)
    for (let check = this.#checks.take(now); check !== undefined; check = this.#checks.take(now)) {
      this.#ping(check, now)
    }
  }

  /** The next instant at which an answer is late; undefined: nothing is open. */
  nextTimeoutAt(): number | undefined {
    return this.#transactions.nextAt()
  }

  /** When a contact next wants checking and may be; too early if the budget is spent by then. */
  nextCheckAt(now: number): number | undefined {
    return this.#checks.nextAt(now)
  }

  #put(question: QueryContent, transactionId: Uint8Array, to: Endpoint): void {
    this.#services.outbox.send(this.#transmit(question, transactionId, to))
  }

  #transmit(question: QueryContent, transactionId: Uint8Array, to: Endpoint): LazyTransmit {
    const { self, config } = this.#services
    const { readOnly, network } = config
    return new LazyTransmit(queryOf(question, { transactionId, id: self, readOnly }), to, network)
  }

  #heardOf(family: Family, response: Response, from: Contact): Contact[] {
    const { config, contacts: pool } = this.#services
    const { idLength } = config.network
    const isOurs = (each: Contact): boolean => this.#isOurs(each)
    return closerNodes(response, from, { family, idLength, pool, isOurs })
  }

  #isOurs(contact: Contact): boolean {
    return contact.hasId(this.#services.self) || this.#own.isThatOf(contact)
  }

  #settle(transactionId: Uint8Array, from: Endpoint, now: number): OpenQuery | undefined {
    return this.#transactions.settle(transactionId, from, now)?.context
  }

  #settleLate(id: Uint8Array, from: Endpoint, now: number): LateAnswer<OpenQuery> | undefined {
    const late = this.#transactions.settleLate(id, from, now)
    this.#services.counters[late === undefined ? 'unmatched' : 'answeredLate']++
    return late
  }

  /** The third late answer in a row only shows that somebody is there. */
  #forgive(asked: Contact, late: LateAnswer<OpenQuery>, now: number): void {
    if (this.#isRouter(asked)) return
    const { expiredAt, isFailure } = late
    const insertion = isFailure
      ? this.table.queried(asked, now)
      : this.table.respondedLate(asked, expiredAt, now)
    this.#learn(asked, insertion, now)
  }

  #warnOfOwnId(at: Endpoint): void {
    const message = `another node has our id, at ${formatEndpoint(at)}: was its state copied?`
    this.#services.outbox.warn('DHT_OWN_ID_ELSEWHERE', message)
  }

  #end({ observer, asked }: OpenQuery, reason: SentFailure, now: number): void {
    if (asked !== undefined) this.table.failed(asked, now)
    this.#fail(observer, reason, now)
  }

  #fail(observer: QueryObserver, reason: SentFailure, now: number): void {
    this.#services.counters[COUNTED_AS[reason]]++
    observer.onFailure(reason, now)
  }

  /** For questions to an endpoint of the user's or of the bootstrap list, whose id we may know. */
  #memberAt(endpoint: Endpoint): Contact | undefined {
    return [...this.table.members()].find((member) => member.isAt(endpoint))
  }

  #confirm(responder: Contact, now: number, id = responder.id): void {
    if (this.#isRouter(responder)) return
    this.#learn(responder, this.table.responded(responder, now, id), now)
  }

  #isRouter({ endpoint }: Contact): boolean {
    return this.routers.size > 0 && this.routers.has(formatEndpoint(endpoint))
  }

  #learn(responder: Contact, insertion: Insertion<Contact>, now: number): void {
    const event = insertionEvent(insertion, responder, this.family)
    if (event !== undefined) this.#services.outbox.trace(event)
    this.#checkOne(now)
  }

  /** Pings whom the table wants checked next, if the budget allows. */
  #checkOne(now: number): void {
    const check = this.#checks.take(now)
    if (check !== undefined) this.#ping(check, now)
  }

  #ping(check: LivenessCheck, now: number): void {
    const asked = this.ask(check.asked.endpoint, { method: 'ping' }, check, now)
    if (asked.kind === 'refused') this.#checks.ended(check.asked)
  }
}

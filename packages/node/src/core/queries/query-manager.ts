// The queries that this node sends in one overlay: which may be sent, which are open, and how each
// ends. All queries go through here, so that every outcome counts as evidence about the node that
// was asked. Knows nothing of why a query is sent, and nothing of buckets.

import {
  type Endpoint,
  type ErrorMessage,
  endpointKey,
  formatEndpoint,
  isUnicast,
  type LateResponse,
  type Malformed,
  type Response,
  type RoundTripHistogram,
  type Transaction,
  TransactionTable,
} from '@dht/krpc'
import type { Transmit } from '../effect.ts'
import type { AddressPolicy } from '../overlay/address-policy.ts'
import { transactionOptions } from '../overlay/overlay-options.ts'
import type { OwnId } from '../overlay/own-id.ts'
import type { Reachability } from '../overlay/reachability.ts'
import type { Services } from '../services.ts'
import type { OpenQuery, OpenQueryInfo } from './open-query.ts'
import { type AskResult, OutgoingQueries, type OutgoingQuery, refused } from './outgoing-queries.ts'
import { type AnyContent, queryOf } from './query-content.ts'
import type { QueryEvidence } from './query-evidence.ts'
import { NO_OBSERVER, type QueryObserver } from './query-observer.ts'
import type { SentFailure } from './refusal.ts'
import { ResponseSpeeds } from './response-speeds.ts'
import { isEndpointFault } from './send-error.ts'

const COUNTED_AS = {
  timeout: 'queriesTimedOut',
  unreachable: 'queriesUnreachable',
  protocol: 'responsesInvalid',
} as const

/** A response comes soon if it takes at most this many times as long as usual ones may: ours. */
const PROMPT_FACTOR = 2

export class QueryManager {
  /** How soon endpoints answer lookups. */
  readonly speeds: ResponseSpeeds = new ResponseSpeeds()
  readonly #services: Services
  readonly #ownId: OwnId
  readonly #addresses: AddressPolicy
  readonly #evidence: QueryEvidence
  readonly #reachability: Reachability
  readonly #outgoing: OutgoingQueries
  readonly #transactions: TransactionTable<OpenQuery>
  readonly #sent = new Map<string, number>()
  #isTransportOpen = true

  constructor(
    init: {
      readonly ownId: OwnId
      readonly addresses: AddressPolicy
      readonly evidence: QueryEvidence
      readonly reachability: Reachability
    },
    services: Services,
  ) {
    this.#ownId = init.ownId
    this.#addresses = init.addresses
    this.#evidence = init.evidence
    this.#reachability = init.reachability
    this.#services = services
    this.#outgoing = new OutgoingQueries(services)
    this.#transactions = new TransactionTable(services.random, transactionOptions(services.config))
  }

  /** False after the transport has failed, until it is open again. */
  get isTransportOpen(): boolean {
    return this.#isTransportOpen
  }

  /** Queries that were sent and have not ended. */
  get open(): number {
    return this.#transactions.size
  }

  /** Queries that wait for their turn. */
  get waiting(): number {
    return this.#outgoing.waiting
  }

  /**
   * Sends a query to `to`, or keeps it until the pace of that destination allows it. The observer
   * is told exactly one outcome, unless the query is cancelled or this call returns a refusal.
   */
  ask(to: Endpoint, content: AnyContent, observer: QueryObserver, now: number): AskResult {
    if (this.#addresses.isSelf(to)) return refused('self')
    if (!isUnicast(to)) return refused('not-unicast')
    if (!this.#isTransportOpen) return refused('transport-lost')
    const query: OutgoingQuery = { to, content, observer, transaction: undefined }
    const admission = this.#outgoing.offer(query, now)
    if (admission === 'full') return refused('rate-limited')
    const isAccepted = admission === 'waits' || this.#open(query, now)
    return isAccepted ? { kind: 'accepted', query } : refused('too-many-queries')
  }

  /** Frees the place of a query whose response is no longer wanted. A response is then ignored. */
  cancel(query: OutgoingQuery): void {
    if (query.transaction === undefined) this.#outgoing.remove(query)
    else this.#transactions.cancel(query.transaction)
  }

  /** Forgets the waiting queries that are no longer wanted. Operations call it when they end. */
  dropUnwanted(): void {
    this.#outgoing.dropUnwanted()
  }

  /** A reply was sent to `to`: it counts towards the pace of that destination. */
  replySent(to: Endpoint, now: number): void {
    this.#outgoing.countSent(to, now)
  }

  /** The transport has failed. Every query fails; that is no evidence about the nodes asked. */
  transportLost(now: number): void {
    this.#isTransportOpen = false
    const open = this.#transactions.outstanding().map(({ transaction }) => transaction)
    for (const transaction of open) this.#transactions.cancel(transaction)
    const ended = [...open.map(({ context }) => context), ...this.#outgoing.takeAll()]
    for (const { observer } of ended) this.#fail(observer, 'unreachable', now)
  }

  transportReopened(): void {
    this.#isTransportOpen = true
  }

  /** Queries sent since the start, by method. */
  get sentByMethod(): Record<string, number> {
    return Object.fromEntries(this.#sent)
  }

  /** The round trips measured since the start. */
  get roundTrips(): RoundTripHistogram {
    return this.#transactions.roundTrips
  }

  /** Smoothed round trip to an endpoint, ms; undefined: unknown, or no longer known. */
  roundTripMs(to: Endpoint): number | undefined {
    return this.#transactions.roundTripMs(to)
  }

  /** The open queries, for inspection. */
  inspect(): OpenQueryInfo[] {
    return this.#transactions.outstanding().map(({ transaction, dueAt }) => {
      const { transactionId, to, sentAt, stallAt, expireAt, isSuspect, context } = transaction
      const { content, asked } = context
      const { bytes } = this.#transmit(content, transactionId, to)
      return { to, asked, bytes, sentAt, stallAt, expireAt, dueAt, isSuspect }
    })
  }

  receiveResponse(response: Response, from: Endpoint, now: number): void {
    const { contacts, counters } = this.#services
    const open = this.#settle(response.transactionId, from, now)
    if (open === undefined) {
      this.#receiveLateResponse(response, from, now)
      return
    }
    if (this.#ownId.is(response.id)) {
      if (!open.isToOurselves) this.#warnOfOwnId(from)
      this.#end(open, 'protocol', now)
      return
    }
    counters.responsesReceived++
    this.#services.proven.add(from, now)
    this.#addresses.responseReceived(from, response.ip, now)
    const { observer, asked } = open
    // Another node may answer at the endpoint of the node that was asked.
    const isAsked = asked?.hasId(response.id) === true
    const responder = isAsked ? asked : contacts.contact(response.id, from)
    if (asked !== undefined && !isAsked) this.#evidence.failed(asked, now)
    this.#evidence.responded(responder, now)
    observer.onResponse(response, responder, now)
  }

  receiveError(error: ErrorMessage, from: Endpoint, now: number): void {
    const open = this.#settle(error.transactionId, from, now)
    const late = open === undefined ? this.#settleLate(error.transactionId, from, now) : undefined
    const asked = (open ?? late?.transaction.context)?.asked
    if (open !== undefined) {
      this.#services.counters.errorsReceived++
      this.#services.proven.add(from, now)
      // Many nodes name no address in errors, which says nothing about ours.
      if (error.ip !== undefined) this.#addresses.responseReceived(from, error.ip, now)
    }
    if (asked !== undefined) this.#evidence.errorReceived(asked, from, late, now)
    open?.observer.onError(error, now)
  }

  /** An invalid message that carries the transaction id of a query ends that query. */
  receiveMalformed(malformed: Malformed, from: Endpoint, now: number): void {
    if (malformed.isQuery || malformed.transactionId === undefined) return
    const open = this.#settle(malformed.transactionId, from, now)
    if (open !== undefined) this.#end(open, 'protocol', now)
    else this.#services.counters.responsesUnmatched++
  }

  /**
   * A query came under our own id. Either it is our own, sent to an address of ours that we do not
   * know (that of a gateway, for example), or another node has our id.
   */
  ownIdReceived(transactionId: Uint8Array, from: Endpoint): void {
    const own = this.#transactions.find(transactionId)
    if (own !== undefined) own.context.isToOurselves = true
    else if (!this.#addresses.isSelf(from)) this.#warnOfOwnId(from)
  }

  /**
   * A datagram to `to` could not be sent: every query that is open there has failed. An error of
   * our own machine or network is no evidence about the node that was asked.
   */
  undeliverable(to: Endpoint, code: string, now: number): void {
    for (const { context: open } of this.#transactions.failTo(to)) {
      if (isEndpointFault(code)) this.#end(open, 'unreachable', now)
      else this.#fail(open.observer, 'unreachable', now)
    }
  }

  handleTimeout(now: number): void {
    for (const lapse of this.#transactions.handleTimeout(now)) {
      const { context: open, to, isSuspect } = lapse.transaction
      if (lapse.kind === 'stalled') {
        this.#services.counters.queriesStalled++
        // Resent once, because the first datagram or its response may have been lost.
        if (open.observer.onStalled(isSuspect, now)) {
          this.#outgoing.countSent(to, now)
          const key = open.asked?.endpointKey ?? endpointKey(to)
          this.#send(open.content, lapse.secondId, { to, key }, now)
        }
      } else {
        if (open.observer.isSilenceFailure !== false) this.#noteSpeed(lapse.transaction, false)
        this.#end(open, 'timeout', now)
        open.observer = NO_OBSERVER
      }
    }
    this.#outgoing.sendDue((query) => this.#open(query, now), now)
  }

  /** When the next open query stalls or expires, ms; undefined: none is open. */
  nextTimeoutAt(): number | undefined {
    return this.#transactions.nextTimeout()
  }

  /** When a waiting query may be sent, ms; possibly early, never late. Undefined: none waits. */
  nextTurnAt(): number | undefined {
    return this.#outgoing.nextAt()
  }

  /** Sends a query. @returns false when too many are open already */
  #open(query: OutgoingQuery, now: number): boolean {
    const { to, content, observer } = query
    const { counters } = this.#services
    const asked = observer.asked ?? this.#evidence.contactAt(to)
    const open: OpenQuery = { observer, asked, content, isToOurselves: false }
    const { isSilenceFailure = true } = observer
    const key = asked?.endpointKey ?? endpointKey(to)
    const options = { key, mayBeIgnored: !isSilenceFailure }
    query.transaction = this.#transactions.open(to, open, now, options)
    if (query.transaction === undefined) {
      counters.queriesOverflowed++
      return false
    }
    counters.queriesSent++
    this.#sent.set(content.method, (this.#sent.get(content.method) ?? 0) + 1)
    this.#send(content, query.transaction.transactionId, { to, key }, now)
    return true
  }

  #send(
    content: AnyContent,
    transactionId: Uint8Array,
    { to, key }: { readonly to: Endpoint; readonly key: string },
    now: number,
  ): void {
    this.#reachability.querySent(key, now)
    this.#services.outbox.send(this.#transmit(content, transactionId, to))
  }

  #transmit(content: AnyContent, transactionId: Uint8Array, to: Endpoint): Transmit {
    const { network, transmit } = this.#services
    const { isReadOnly: readOnly } = this.#reachability
    const head = { transactionId, id: this.#ownId.id, readOnly }
    return transmit(queryOf(content, head, network), to)
  }

  #settle(transactionId: Uint8Array, from: Endpoint, now: number): OpenQuery | undefined {
    const promptMs = PROMPT_FACTOR * this.#transactions.usualTimeoutMs
    const settled = this.#transactions.settle(transactionId, from, now)
    if (settled !== undefined) this.#noteSpeed(settled, now - settled.sentAt <= promptMs)
    return settled?.context
  }

  #noteSpeed({ to, context }: Transaction<OpenQuery>, isPrompt: boolean): void {
    const { observer, asked } = context
    if (observer.isOfLookup === true)
      this.speeds.add(asked?.endpointKey ?? endpointKey(to), isPrompt)
  }

  #settleLate(id: Uint8Array, from: Endpoint, now: number): LateResponse<OpenQuery> | undefined {
    const late = this.#transactions.settleLate(id, from, now)
    this.#services.counters[late === undefined ? 'responsesUnmatched' : 'responsesLate']++
    return late
  }

  #receiveLateResponse(response: Response, from: Endpoint, now: number): void {
    const late = this.#settleLate(response.transactionId, from, now)
    if (late === undefined || this.#ownId.is(response.id)) return
    this.#services.proven.add(from, now)
    const { asked } = late.transaction.context
    if (asked?.hasId(response.id) === true) {
      this.#evidence.respondedLate(asked, late, now)
      return
    }
    const responder = this.#services.contacts.contact(response.id, from)
    this.#evidence.responded(responder, now)
  }

  /** The node that was asked has failed. */
  #end({ observer, asked }: OpenQuery, reason: SentFailure, now: number): void {
    const isFailure = reason !== 'timeout' || observer.isSilenceFailure !== false
    if (asked !== undefined && isFailure) this.#evidence.failed(asked, now)
    this.#fail(observer, reason, now)
  }

  #fail(observer: QueryObserver, reason: SentFailure, now: number): void {
    this.#services.counters[COUNTED_AS[reason]]++
    observer.onFailure(reason, now)
  }

  #warnOfOwnId(at: Endpoint): void {
    const message = `another node has our id, at ${formatEndpoint(at)}: was its state copied?`
    this.#services.outbox.warn('DHT_OWN_ID_ELSEWHERE', message)
  }
}

// The model of one address family: the models of its table and of its transactions, put together.
// It passes outcomes to the table as evidence, sends the checks that the table asks for, and tells
// the observer of each query one outcome.

import { idFromBytes } from '@dht/id'
import {
  contactsFromCompact,
  type Endpoint,
  type ErrorMessage,
  type Family,
  formatEndpoint,
  type Malformed,
  type Query,
  type Response,
} from '@dht/krpc'
import {
  type Asked,
  hasId,
  secondIdOf,
  type TransactionModel,
} from '../../../krpc/test/model/transaction-table.model.ts'
import type { Answer } from '../../../routing-table/test/model/facts.ts'
import { TableModel } from '../../../routing-table/test/model/table-model.ts'
import type { FailureReason } from '../../src/core/operations/outcome.ts'
import type { NodeContext } from './core-context.ts'
import {
  Allowance,
  idOf,
  isCredible,
  isOneNode,
  limitsOf,
  type Peer,
  peerOfContact,
  sameEndpoint,
} from './core-peer.ts'
import {
  type LateResponseModel,
  type ObserverModel,
  type OpenQueryModel,
  type QueryContent,
  transactionsOf,
  withFlags,
} from './core-queries.model.ts'
import { NetworkSizeModel } from './core-size.model.ts'
import { SpeedsModel } from './core-speeds.model.ts'
import { VotesModel } from './core-votes.model.ts'

/** Send errors that are evidence about the endpoint. */
const ABOUT_THE_ENDPOINT = /^(ECONNREFUSED|ECONNRESET|EHOSTDOWN)$/

const UNVERIFIED = { perSecond: 256, burst: 1024 }

export class OverlayModel {
  readonly node: NodeContext
  local: Endpoint
  isTransportLost = false
  readonly table: TableModel
  readonly networkSize: NetworkSizeModel
  readonly transactions: TransactionModel
  readonly open: Map<Asked, OpenQueryModel> = new Map()
  /** The nodes queried in transactions that have expired. */
  readonly expired: Map<Asked, Peer | undefined> = new Map()
  readonly speeds: SpeedsModel
  readonly checks: Allowance
  /** Addresses of unverified contacts with an open check. */
  readonly #checking = new Set<string>()
  readonly #unverified = new Allowance(UNVERIFIED.perSecond, UNVERIFIED.burst)
  readonly votes: VotesModel = new VotesModel()
  routers: readonly string[] = []

  constructor(node: NodeContext, local: Endpoint) {
    const { config } = node
    this.node = node
    this.local = local
    this.networkSize = new NetworkSizeModel(node, (count) => this.closest(node.self, count))
    this.checks = new Allowance(config.checksPerSecond, config.checkBurst)
    this.table = new TableModel({
      self: idOf(node.self, config.network),
      k: config.k,
      widths: config.bucketWidths.map((width) => Math.max(width, config.k)),
      maxBuckets: 33,
      cacheSize: config.k,
      badAfter: 2,
      questionableAfterMs: config.quietMs,
      refreshAfterMs: config.quietMs,
      checkIntervalMs: 0,
      checkTimeoutMs: 2 * config.giveUpMs,
      heedsAddresses: true,
      limits: limitsOf(config),
    })
    this.transactions = transactionsOf(config)
    this.speeds = new SpeedsModel(node)
  }

  get family(): Family {
    return this.local.family
  }

  get size(): number {
    return this.table.members.length
  }

  get onThisMachine(): Endpoint {
    const { address, family } = this.local
    if (address !== '0.0.0.0' && address !== '::') return this.local
    return { ...this.local, address: family === 4 ? '127.0.0.1' : '::1' }
  }

  isSelf(endpoint: Endpoint): boolean {
    return sameEndpoint(this.local, endpoint) || sameEndpoint(this.onThisMachine, endpoint)
  }

  get hasNoLiveContacts(): boolean {
    return this.table.members.every((member) => this.table.isBad(member))
  }

  /** The nearest members that are not bad, or the nearest of all where all are bad. */
  startingContacts(target: bigint, count: number): Peer[] {
    const seeds = this.closest(target, count)
    return seeds.length > 0 ? seeds : this.closest(target, count, undefined, true)
  }

  pingNearestBad(target: bigint): void {
    const lost = this.table.lost(target)
    if (lost !== undefined) this.#ping(this.node.peerOfKey(lost))
  }

  /** The contacts named in replies: only those that have responded since the start. */
  verified(target: bigint, count: number, exclude?: bigint): Peer[] {
    return this.table
      .closest(target, count, exclude, false, true)
      .map((key) => this.node.peerOfKey(key))
  }

  closest(target: bigint, count: number, exclude?: bigint, includeBad = false): Peer[] {
    return this.table
      .closest(target, count, exclude, includeBad)
      .map((key) => this.node.peerOfKey(key))
  }

  ask(to: Endpoint, question: QueryContent, observer: ObserverModel): boolean {
    const { node, transactions } = this
    const member = this.table.members.find(({ address }) => address === formatEndpoint(to))
    const asked = observer.asked ?? (member && (member.contact as Peer))
    if (this.isTransportLost || this.isSelf(to) || !isOneNode(to)) return false
    transactions.forget()
    if (transactions.isFull) {
      node.counters.queriesOverflowed++
      return false
    }
    const forecast = transactions.forecast(node.intern(to))
    const transactionId = this.#freshId(to, question)
    const { network } = node.config
    const readOnly = node.config.readOnly === true
    const own = { kind: 'query', transactionId, id: idOf(node.self, network), readOnly } as const
    const query = { ...withFlags(question, network), ...own, version: network.version } as Query
    node.counters.queriesSent++
    const transaction: Asked = {
      transactionId,
      to: node.intern(to),
      context: transactions.all.length,
      sentAt: node.now,
      stallAt: node.now + forecast.stallMs,
      expireAt: node.now + forecast.expireMs,
      isSuspect: forecast.isSuspect,
    }
    transactions.opened(transaction, observer.isSilenceFailure === false)
    node.send(to, query)
    this.open.set(transaction, { asked, query, observer, isToOurselves: false })
    return true
  }

  queryReceived(id: bigint, from: Endpoint): void {
    const { node } = this
    if (id === node.self) return
    const peer = node.peer(idOf(id, node.config.network), from)
    const isMember = this.#isMember(peer)
    if (!isMember && !this.#unverified.take(1, node.now)) return
    this.table.queried(peer)
    this.#checkOne()
  }

  ownIdReceived(transactionId: Uint8Array, from: Endpoint): void {
    const own = this.transactions.open.find((asked) => hasId(asked, transactionId))
    if (own !== undefined) this.open.get(own)!.isToOurselves = true
    else if (!this.isSelf(from)) this.node.warn('DHT_OWN_ID_ELSEWHERE', formatEndpoint(from))
  }

  receiveResponse(response: Response, from: Endpoint): void {
    const { node } = this
    const open = this.#settle(response.transactionId, from)
    if (open === undefined) {
      this.#receiveLateResponse(response, from)
      return
    }
    const responder = node.peer(idFromBytes(response.id), from)
    if (responder.value === node.self) {
      if (!open.isToOurselves) node.warn('DHT_OWN_ID_ELSEWHERE', formatEndpoint(from))
      this.#end(open, 'protocol')
      return
    }
    node.settled('responsesReceived', from)
    this.votes.responseReceived(from, response.ip, node.now)
    if (open.asked !== undefined && open.asked.value !== responder.value) {
      this.table.failed(open.asked)
    }
    this.#confirm(responder)
    open.observer.onResponse(response, responder)
  }

  #receiveLateResponse(response: Response, from: Endpoint): void {
    const late = this.#settleLate(response.transactionId, from)
    const responder = this.node.peer(idFromBytes(response.id), from)
    if (late === undefined || responder.value === this.node.self) return
    this.node.addresses.proven.add(from, this.node.now)
    if (late.asked?.value === responder.value) this.#forgive(late.asked, late)
    else this.#confirm(responder)
  }

  #receiveLateError(error: ErrorMessage, from: Endpoint): void {
    const late = this.#settleLate(error.transactionId, from)
    if (late?.asked === undefined) return
    const member = this.node.peer(late.asked.id, from)
    if (this.#isMember(member)) this.#forgive(member, late)
  }

  receiveError(error: ErrorMessage, from: Endpoint): void {
    const open = this.#settle(error.transactionId, from)
    if (open === undefined) {
      this.#receiveLateError(error, from)
      return
    }
    this.node.settled('errorsReceived', from)
    if (error.ip !== undefined) this.votes.responseReceived(from, error.ip, this.node.now)
    const asked = open.asked && this.node.peer(open.asked.id, from)
    if (asked !== undefined && this.#isMember(asked)) this.#confirm(asked)
    open.observer.onError(error)
  }

  receiveMalformed({ isQuery, transactionId }: Malformed, from: Endpoint): void {
    if (isQuery || transactionId === undefined) return
    const open = this.#settle(transactionId, from)
    if (open !== undefined) this.#end(open, 'protocol')
    else this.node.counters.responsesUnmatched++
  }

  undeliverable(to: Endpoint | 'anybody', code: string): void {
    const isMeant = (at: Endpoint): boolean => to === 'anybody' || sameEndpoint(at, to)
    const failed = this.transactions.open.filter((asked) => isMeant(asked.to))
    for (const asked of failed) this.transactions.ended(asked, 'failed')
    for (const asked of failed) {
      const open = this.#close(asked)
      if (ABOUT_THE_ENDPOINT.test(code)) this.#end(open, 'unreachable')
      else this.#fail(open, 'unreachable')
    }
  }

  handleTimeout(): void {
    const { node, transactions } = this
    transactions.forget()
    const lapses = transactions.lapses()
    for (const { kind, transaction } of lapses) {
      if (kind === 'stalled') transactions.stalled.set(transaction, node.now)
      else transactions.ended(transaction, 'expired')
    }
    for (const { kind, transaction } of lapses) {
      if (kind === 'expired') {
        const open = this.#close(transaction)
        if (open.observer.isSilenceFailure !== false) this.speeds.learn(transaction, open, false)
        this.expired.set(transaction, open.asked)
        this.#end(open, 'timeout')
        continue
      }
      node.counters.queriesStalled++
      const { observer, query } = this.open.get(transaction)!
      const again = { ...query, transactionId: secondIdOf(transaction) }
      if (observer.onStalled(transaction.isSuspect)) node.send(transaction.to, again)
    }
    while (this.#checkOne());
  }

  /** The contacts of a family in a response that may be queried. */
  closerNodes(response: Response, from: Endpoint, family: Family): Peer[] {
    const raw = family === 4 ? response.nodes : response.nodes6
    if (raw === undefined) return []
    return contactsFromCompact(raw, this.node.config.network.idLength, family)
      .filter(({ endpoint }) => isCredible(endpoint, from) && !this.isSelf(endpoint))
      .map((contact) => this.node.know(peerOfContact(contact)))
      .filter(({ value }) => value !== this.node.self)
  }

  /** Any 4 bytes that no open query uses, or will use when it is resent. */
  #freshId(to: Endpoint, { method }: QueryContent): Uint8Array {
    const message = this.node.oracle.peekMessage()
    if (message === undefined) throw new Error(`no ${method} is sent to ${formatEndpoint(to)}`)
    const id = message.transactionId.slice()
    const isTaken = this.transactions.isTaken(id)
    if (id.length !== 4 || isTaken) throw new Error(`NET-59: ${String(id)} is no free id`)
    return id
  }

  #isMember({ key }: Peer): boolean {
    return this.table.members.some(({ contact }) => (contact as Peer).key === key)
  }

  #settle(transactionId: Uint8Array, from: Endpoint): OpenQueryModel | undefined {
    const asked = this.transactions.match(transactionId, this.node.intern(from))
    if (asked === undefined) return undefined
    const isPrompt = this.node.now - asked.sentAt <= 2 * this.transactions.usualMs()
    this.transactions.ended(asked, 'settled', transactionId)
    const open = this.#close(asked)
    this.speeds.learn(asked, open, isPrompt)
    return open
  }

  #settleLate(transactionId: Uint8Array, from: Endpoint): LateResponseModel | undefined {
    const { node, transactions } = this
    transactions.forget()
    const remembered = transactions.matchLate(transactionId, node.intern(from))
    if (remembered === undefined) {
      node.counters.responsesUnmatched++
      return undefined
    }
    node.counters.responsesLate++
    const isFailure = transactions.answeredLate(remembered, transactionId)
    const asked = this.expired.get(remembered.asked)
    node.note(isFailure ? 'late: the third in a row' : 'late: taken back')
    return { asked, failedAt: remembered.expiredAt, isFailure }
  }

  #forgive(peer: Peer, { failedAt, isFailure }: LateResponseModel): void {
    if (this.routers.includes(peer.address)) return
    if (isFailure) this.#look(this.table.queried(peer), peer)
    else this.#look(this.table.respondedLate(peer, failedAt), peer)
  }

  #close(asked: Asked): OpenQueryModel {
    const open = this.open.get(asked)!
    this.open.delete(asked)
    return open
  }

  #end(open: OpenQueryModel, reason: Exclude<FailureReason, 'not-sent'>): void {
    const isFailure = reason !== 'timeout' || open.observer.isSilenceFailure !== false
    if (open.asked !== undefined && isFailure) this.table.failed(open.asked)
    this.#fail(open, reason)
  }

  #fail({ observer }: OpenQueryModel, reason: Exclude<FailureReason, 'not-sent'>): void {
    const { counters } = this.node
    if (reason === 'timeout') counters.queriesTimedOut++
    if (reason === 'unreachable') counters.queriesUnreachable++
    if (reason === 'protocol') counters.responsesInvalid++
    observer.onFailure(reason)
  }

  #confirm(peer: Peer): void {
    if (this.routers.includes(peer.address)) return
    this.#look(this.table.responded(peer), peer)
  }

  #look({ kind, evicted }: Answer, { contact }: Peer): void {
    const { node, family } = this
    if (kind === 'added') node.trace({ kind: 'contact-added', family, contact })
    if (kind === 'replaced') {
      const gone = node.peerOfKey(evicted!).contact
      node.trace({ kind: 'contact-replaced', family, contact, evicted: gone })
    }
    this.#checkOne()
  }

  /** Sends the next check, if one is due and the budget allows it. @returns whether it did */
  #checkOne(): boolean {
    const { now } = this.node
    while (this.table.checkDueAt() <= now && this.checks.readyAt(now) <= now) {
      const peer = this.node.peerOfKey(this.table.takeCheck()!)
      // An unverified contact has at most one open check.
      const isUnverified = !this.#isMember(peer)
      if (isUnverified && this.#checking.has(peer.address)) continue
      this.checks.take(1, now)
      if (isUnverified) this.#checking.add(peer.address)
      this.#ping(peer)
      return true
    }
    return false
  }

  #ping(asked: Peer): void {
    const isMember = this.#isMember(asked)
    const ended = () => void this.#checking.delete(asked.address)
    const ends = { onResponse: ended, onError: ended, onFailure: ended }
    const observer = { asked, ...ends, onStalled: () => isMember }
    if (!this.ask(asked.contact.endpoint, { method: 'ping' }, observer)) ended()
    else if (!isMember) this.node.addresses.unproven.pinged(this.node.now)
  }
}

// The model of a whole core, made of the models of its parts: flat lists, ids as numbers, and every
// result found by looking at everything. It predicts every effect of every step.
//
// All effects are predicted exactly, in order and to the byte. Random choices of the core only have
// to be allowed: a transaction id (any 4 bytes that no open query uses), the target of a prefix
// level or of a refresh (any id of that range), the stored peers in a reply and their order (none
// twice, as many as fit), the bytes of a write token (8; the same in one epoch, else new), the
// instants of the next round and of the next join (within the jitter). Peers stored at one instant
// may be named in any order.
//
// The inspection is predicted exactly, except that the core may announce a check or a refresh too
// early, but never too late. The encoding of messages has its own model. Options are not modelled.

import type { Id } from '@dht/id'
import {
  type Contact,
  type Endpoint,
  endpointFromCompact,
  type Family,
  formatEndpoint,
  TRANSACTION_DEFAULTS,
} from '@dht/krpc'
import type { CoreConfig } from '../../src/core/config/core-options.ts'
import type { Command } from '../../src/core/operations/command.ts'
import { messageOf } from '../support/messages.ts'
import { AddedModel } from './core-added.model.ts'
import type { AnnouncedModel } from './core-announced.model.ts'
import { NodeContext } from './core-context.ts'
import { JoinModel, RefreshModel } from './core-join.model.ts'
import type { NamedModel } from './core-lookup.model.ts'
import { DispatcherModel } from './core-operations.model.ts'
import type { Oracle } from './core-oracle.ts'
import { type OverlayModel as Overlay, OverlayModel } from './core-overlay.model.ts'
import { isOneNode, numberOf, peerOfContact } from './core-peer.ts'
import { PublisherModel } from './core-publish.model.ts'
import { ResponderModel } from './core-responder.model.ts'

export interface FamilyModel {
  readonly overlay: Overlay
  readonly join: JoinModel
  readonly refresh: RefreshModel
}

const SWEEP_SPACING_MS = 60_000
/** When the first query to an unknown endpoint stalls. */
const STALL_MS = TRANSACTION_DEFAULTS.firstTimeoutMs

export class NodeModel extends NodeContext {
  readonly families: Map<Family, FamilyModel> = new Map()
  readonly responder: ResponderModel
  readonly publisher: PublisherModel
  readonly added: AddedModel
  readonly dispatcher: DispatcherModel
  #sweptAt = Number.NEGATIVE_INFINITY

  constructor(selfId: Id, config: CoreConfig) {
    super(selfId, config)
    const isSeeking = (): boolean => this.waitsForContacts
    const atHome = (target: bigint): Endpoint[] => this.knownEndpoints(target)
    const { families } = this
    this.responder = new ResponderModel(this, {
      families,
      announcedUnder: (target) => this.#announcedUnder(target),
    })
    this.publisher = new PublisherModel(this, { families, isSeeking })
    this.added = new AddedModel(this, families)
    this.dispatcher = new DispatcherModel(this, {
      families,
      isSeeking,
      atHome,
      items: () => this.responder.items.store,
      publisher: this.publisher,
      added: this.added,
    })
  }

  #announcedUnder(target: bigint): AnnouncedModel | undefined {
    const { entries, isLeaving } = this.publisher
    return isLeaving ? undefined : entries.find((entry) => entry.target === target)
  }

  bound(local: Endpoint): void {
    const overlay = new OverlayModel(this, local)
    const owner = {
      joined: (contacts: number) => {
        this.publisher.joined(contacts)
        if (contacts === 0) this.warnOfSilence()
      },
      heardOf: (named: NamedModel) => {
        const family = named.peers[0]?.contact.endpoint.family
        if (family !== undefined) this.families.get(family)?.join.suggest(named)
      },
    }
    const join = new JoinModel(overlay, owner)
    this.families.set(local.family, { overlay, join, refresh: new RefreshModel(overlay) })
  }

  /** Warns if no family has contacts, no join runs, and no bootstrap endpoint has responded. */
  warnOfSilence(): void {
    const families = [...this.families.values()]
    const isOver = families.every(({ join, overlay }) => !join.attempt && overlay.hasNoLiveContacts)
    const isSilent = families.some(({ join }) => join.asked > 0)
    if (!isOver || !isSilent || families.some(({ join }) => join.answered > 0)) return
    this.warn('DHT_BOOTSTRAP_SILENT')
  }

  /** Runs one event at `now` and compares its effects with those of the core. */
  step(now: number, oracle: Oracle, happen: () => void): void {
    this.now = now
    this.oracle = oracle
    for (const { overlay } of this.families.values()) {
      overlay.table.now = now
      overlay.transactions.now = now
    }
    happen()
    oracle.end()
  }

  receive(bytes: Uint8Array, from: Endpoint): void {
    const parts = this.families.get(from.family)
    if (parts === undefined || !isOneNode(from)) return
    this.counters.datagramsReceived++
    this.counters.bytesReceived += bytes.length
    const message = messageOf(bytes, this.config.network)
    if (message.kind === 'query') this.responder.respond(message, from, bytes.length)
    if (message.kind === 'response') {
      parts.overlay.receiveResponse(message, from)
      parts.join.welcome()
    }
    if (message.kind === 'error') {
      parts.overlay.receiveError(message, from)
      parts.join.welcome()
    }
    if (message.kind === 'malformed') {
      this.counters.datagramsMalformed++
      parts.overlay.receiveMalformed(message, from)
      this.responder.respondToMalformed(message, from, bytes.length)
    }
    this.dispatcher.release()
  }

  undeliverable(to: Endpoint, code: string): void {
    const parts = this.families.get(to.family)
    parts?.overlay.undeliverable(to, code)
    parts?.join.review()
    this.dispatcher.release()
  }

  transportLost(family: Family): void {
    const overlay = this.families.get(family)?.overlay
    if (overlay === undefined || overlay.isTransportLost) return
    this.trace({ kind: 'transport-lost', family })
    overlay.isTransportLost = true
    overlay.undeliverable('anybody', 'ENETDOWN')
    this.dispatcher.release()
  }

  transportReopened(local: Endpoint): void {
    const parts = this.families.get(local.family)
    if (parts === undefined || !parts.overlay.isTransportLost) return
    parts.overlay.isTransportLost = false
    parts.overlay.local = local
    this.trace({ kind: 'transport-reopened', family: local.family, local })
    this.#handleTimeoutOf(parts)
    this.dispatcher.release()
  }

  #handleTimeoutOf({ overlay, join, refresh }: FamilyModel): void {
    if (overlay.isTransportLost) return
    overlay.handleTimeout()
    join.review()
    join.wake()
    refresh.wake()
  }

  handleTimeout(): void {
    for (const parts of this.families.values()) this.#handleTimeoutOf(parts)
    this.added.wake()
    this.publisher.wake()
    this.dispatcher.release()
    if ((this.sweepAt ?? Number.POSITIVE_INFINITY) <= this.now) {
      this.#sweptAt = this.now
      this.responder.store.live(this.now)
      this.responder.items.store.live(this.now)
    }
  }

  start(command: Command): void {
    this.dispatcher.start(command)
  }

  restore(contacts: readonly Contact[]): number {
    let taken = 0
    for (const [family, { overlay }] of this.families) {
      const peers = contacts
        .filter(({ endpoint }) => endpoint.family === family && isOneNode(endpoint))
        .map((each) => this.know(peerOfContact(each)))
      taken += overlay.table.restore(peers)
    }
    return taken
  }

  /** When expired peers and items are deleted next. They are never served, even before that. */
  get sweepAt(): number | undefined {
    const { store, items } = this.responder
    const [peer] = store.live(Number.NEGATIVE_INFINITY)
    const [item] = items.store.live(Number.NEGATIVE_INFINITY)
    const ends = [
      ...(peer === undefined ? [] : [peer.stampedAt + this.config.peerLifetimeMs]),
      ...(item === undefined ? [] : [item.stampedAt + this.config.itemLifetimeMs]),
    ]
    if (ends.length === 0) return undefined
    return Math.max(Math.min(...ends) + 1, this.#sweptAt + SWEEP_SPACING_MS)
  }

  get waitsForContacts(): boolean {
    return this.contactWaitEndsAt !== undefined
  }

  /**
   * When lookups stop waiting for first contacts. If one family has contacts, they wait for another
   * only during its first join, and only until its first query stalls.
   */
  get contactWaitEndsAt(): number | undefined {
    let [until, isOneReady, isOneSeeking] = [this.now, false, false]
    for (const { overlay, join } of this.families.values()) {
      const isNew = join.isApproaching && overlay.size < this.config.alpha
      const seeks = join.attempt !== undefined && (overlay.size === 0 || isNew)
      isOneReady ||= !seeks && overlay.size > 0
      isOneSeeking ||= seeks
      if (seeks && !join.hasTried) until = Math.max(until, join.attempt!.askedAt + STALL_MS)
    }
    if (!isOneSeeking) return undefined
    if (!isOneReady) return Number.POSITIVE_INFINITY
    return until > this.now ? until : undefined
  }

  /** The endpoints known without a query: our own, then those of our store, oldest first. */
  knownEndpoints(target: bigint): Endpoint[] {
    const announced = this.#announcedUnder(target)
    const families = announced === undefined ? [] : [...this.families.values()]
    const own = families.map(({ overlay }) => ({
      ...overlay.onThisMachine,
      port: announced!.impliedPort ? overlay.local.port : announced!.port,
    }))
    const stored = this.responder.store
      .live(this.now)
      .filter((each) => numberOf(each.target) === target)
      .map(({ peer, stampedAt }) => ({ endpoint: endpointFromCompact(peer)!, stampedAt }))
    const told = (this.oracle.peek('found')?.endpoints ?? []).map(formatEndpoint)
    const rank = (e: Endpoint): number => told.indexOf(formatEndpoint(e))
    stored.sort((a, b) => a.stampedAt - b.stampedAt || rank(a.endpoint) - rank(b.endpoint))
    return [...own, ...stored.map(({ endpoint }) => endpoint)]
  }
}

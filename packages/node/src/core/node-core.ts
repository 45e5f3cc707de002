// The node without its shell. Three doors in (a datagram arrived, time passed, the user asked; a
// datagram that could not leave comes back by the first), one window out (the effects that each
// door returns) and one clock on the wall (`nextTimeout`). Synchronous and deterministic: same
// events, same random bytes, same effects. Composes the rooms and owns none of their state.

import { type Id, idsEqual, type RandomSource } from '@dht/id'
import {
  type Contact,
  ContactPool,
  decodeMessage,
  type Endpoint,
  type Family,
  isUnicast,
  type Malformed,
  type Message,
  type Query,
} from '@dht/krpc'
import { PeerStore, type PeerStoreOptions } from '@dht/store'
import type { CoreConfig, CoreOptions } from './config/core-options.ts'
import { resolveCoreOptions } from './config/resolve.ts'
import { type Counters, newCounters } from './counters.ts'
import type { Effect, Transmit } from './effect.ts'
import { type CoreInfo, overlayInfo } from './info.ts'
import { type CoreInspection, inspectOverlay } from './inspection.ts'
import type { Command } from './operations/command.ts'
import { Dispatcher } from './operations/dispatcher.ts'
import { Operations } from './operations/operations.ts'
import { sumCounts } from './operations/user-join.ts'
import { Outbox } from './outbox.ts'
import { contactWaitEndsAt } from './overlay/first-contacts.ts'
import type { JoinOwner, OtherFamily } from './overlay/join.ts'
import { Overlay } from './overlay/overlay.ts'
import { Publisher } from './publishing/publisher.ts'
import { LazyTransmit } from './queries/lazy-transmit.ts'
import { RateLimiter } from './queries/rate-limiter.ts'
import { Responder } from './queries/responder.ts'
import type { Services } from './services.ts'

/** An instant that something waits for, ms, monotonic, and what it is. */
export interface Timeout {
  readonly at: number
  readonly reason: string
}

/** What of a node outlives its process. */
export interface CoreState {
  readonly id: Id
  /**
   * Contacts of both families, nearest to us first: those that are not bad; all where all are bad.
   */
  readonly contacts: readonly Contact[]
  readonly announcements: readonly { readonly id: Id; readonly port: number }[]
}

/**
 * Least time between two sweeps of the store, ms: ours. Expired peers are never served in between.
 */
const SWEEP_SPACING_MS = 60_000

/** Of all cores that are given no other: ours, a megabyte at most. */
const CONTACTS = new ContactPool(4_096)

export class NodeCore {
  readonly #services: Services
  readonly #counters: Counters = newCounters()
  readonly #outbox = new Outbox(this.#counters)
  readonly #overlays = new Map<Family, Overlay>()
  readonly #rateLimiter: RateLimiter
  readonly #store: PeerStore
  readonly #responder: Responder
  readonly #publisher: Publisher
  readonly #dispatcher: Dispatcher
  #sweptAt = Number.NEGATIVE_INFINITY
  /** What the join of one family means for the rest of the node. */
  readonly #joinOwner: JoinOwner & OtherFamily = {
    joined: (contacts, now) => {
      this.#publisher.joined(contacts, now)
      if (contacts === 0) this.#warnOfSilence()
    },
    reported: (contacts, now) => {
      const [first] = contacts
      if (first !== undefined) this.#overlays.get(first.family)?.join.suggest(contacts, now)
    },
  }

  /**
   * @param init - own id (of the network's width), chance, and where contacts are shared, by
   *   default with all cores of the process
   * @throws {DhtNodeError} `ERR_DHT_NODE_ARGUMENT` for options that can't be used
   */
  constructor(
    init: { readonly id: Id; readonly random: RandomSource; readonly contacts?: ContactPool },
    options: CoreOptions = {},
  ) {
    const config = resolveCoreOptions(options)
    this.#services = {
      self: init.id,
      config,
      random: init.random,
      outbox: this.#outbox,
      operations: new Operations(this.#outbox, config.maxOperations),
      counters: this.#counters,
      contacts: init.contacts ?? CONTACTS,
    }
    this.#store = new PeerStore(init.random, storeOptions(config))
    this.#rateLimiter = new RateLimiter(config)
    this.#publisher = new Publisher(this.#services, this.#overlays)
    this.#responder = new Responder(this.#services, {
      overlays: this.#overlays,
      store: this.#store,
      portOf: (target) => this.#publisher.portOf(target),
    })
    const rooms = { overlays: this.#overlays, store: this.#store, publisher: this.#publisher }
    this.#dispatcher = new Dispatcher(this.#services, rooms)
  }

  get id(): Id {
    return this.#services.self
  }

  /** A socket is bound: from here on the node takes part in that address family's overlay. */
  bound(local: Endpoint): void {
    this.#overlays.set(local.family, new Overlay({ local, owner: this.#joinOwner }, this.#services))
  }

  /**
   * A transport failed for good. Its family asks nobody and keeps its table as it is until
   * `reopened`; what is open there has failed, and nobody is to blame.
   */
  transportLost(family: Family, now: number): readonly Effect[] {
    const overlay = this.#overlays.get(family)
    if (overlay?.queries.isTransportOpen !== true) return this.#outbox.drain()
    this.#outbox.trace({ kind: 'transport-lost', family })
    overlay.transportLost(now)
    this.#dispatcher.release(now)
    return this.#outbox.drain()
  }

  /** That transport is open again, at the same endpoint or at another one. */
  transportReopened(local: Endpoint, now: number): readonly Effect[] {
    const overlay = this.#overlays.get(local.family)
    if (overlay?.queries.isTransportOpen !== false) return this.#outbox.drain()
    overlay.transportReopened(local)
    this.#outbox.trace({ kind: 'transport-reopened', family: local.family, local })
    overlay.handleTimeout(now)
    this.#dispatcher.release(now)
    return this.#outbox.drain()
  }

  /** With a watcher, events of the node come out as `trace` effects. */
  watch(watched: boolean): void {
    this.#outbox.watched = watched
  }

  /**
   * Door one: a datagram arrived. Any bytes are survived; at most one reply leaves for them.
   *
   * @param bytes - not to be written to before the `bytes` of that reply have been read
   */
  receive(bytes: Uint8Array, from: Endpoint, now: number): readonly Effect[] {
    const message = decodeMessage(bytes, this.#services.config.network)
    return this.#take({ message, size: bytes.length }, from, now)
  }

  /**
   * Door one for what another core wants sent, as it is: the same as if its datagram had arrived.
   * Of a core of another network the datagram is read.
   */
  receiveMessage(sent: Omit<Transmit, 'kind'>, from: Endpoint, now: number): readonly Effect[] {
    const isOurs = sent.network === this.#services.config.network
    return isOurs ? this.#take(sent, from, now) : this.receive(sent.bytes, from, now)
  }

  #take({ message, size }: Incoming, from: Endpoint, now: number): readonly Effect[] {
    const overlay = this.#overlays.get(from.family)
    if (overlay === undefined || !isUnicast(from)) return this.#outbox.drain()
    this.#counters.datagramsReceived++
    this.#counters.bytesReceived += size
    switch (message.kind) {
      case 'query':
        this.#answer(message, overlay, from, now)
        break
      case 'response':
        overlay.queries.receiveResponse(message, from, now)
        overlay.join.welcome(now)
        break
      case 'error':
        overlay.queries.receiveError(message, from, now)
        overlay.join.welcome(now)
        break
      case 'malformed':
        this.#counters.malformed++
        overlay.queries.receiveMalformed(message, from, now)
        this.#complain(message, from, now)
        break
    }
    this.#dispatcher.release(now)
    return this.#outbox.drain()
  }

  /** Door one, the other way: the datagram to `to` could not leave. */
  undeliverable(to: Endpoint, code: string, now: number): readonly Effect[] {
    const overlay = this.#overlays.get(to.family)
    overlay?.queries.undeliverable(to, code, now)
    overlay?.join.review(now)
    this.#dispatcher.release(now)
    return this.#outbox.drain()
  }

  /** Door two: time passed. Early or late calls are harmless. */
  handleTimeout(now: number): readonly Effect[] {
    for (const overlay of this.#overlays.values()) overlay.handleTimeout(now)
    this.#publisher.handleTimeout(now)
    this.#dispatcher.release(now)
    if ((this.#sweepAt() ?? Number.POSITIVE_INFINITY) <= now) {
      this.#sweptAt = now
      this.#store.expire(now)
    }
    return this.#outbox.drain()
  }

  /**
   * Door three: the user asked. Arguments are trusted: whoever stands at the door has checked them.
   * What can't be written is only noticed when the bytes of its datagram are read.
   */
  start(command: Command, now: number): readonly Effect[] {
    this.#dispatcher.obey(command, now)
    return this.#outbox.drain()
  }

  /** The clock on the wall: the next instant worth a `wake`, possibly early, never late. */
  nextTimeout(now: number): Timeout | undefined {
    const next = { at: Number.POSITIVE_INFINITY, reason: '' }
    for (const { queries, maintenance, join, refresh } of this.#overlays.values()) {
      if (!queries.isTransportOpen) continue
      takeSooner(next, queries.nextTimeoutAt(), 'an answer is late')
      takeSooner(next, queries.nextTurnAt(), 'it is the turn of a query')
      takeSooner(next, maintenance.nextCheckAt(now), 'a contact wants checking')
      takeSooner(next, join.nextAt(), 'it is time to join again')
      takeSooner(next, refresh.nextAt(), 'a bucket has gone quiet')
    }
    takeSooner(next, this.#publisher.nextAt(now), 'an entry wants publishing')
    takeSooner(next, contactWaitEndsAt(this.#overlays, now), 'a family has been waited for')
    takeSooner(next, this.#sweepAt(), 'stored peers have expired')
    return next.at === Number.POSITIVE_INFINITY ? undefined : next
  }

  /** Everything about the node at this instant, as plain data. */
  info(now: number): CoreInfo {
    return {
      id: this.#services.self,
      network: this.#services.config.network.name,
      overlays: Array.from(this.#overlays.values(), (overlay) => overlayInfo(overlay, now)),
      store: { keys: this.#store.keys, peers: this.#store.size },
      announcements: this.#publisher.info(),
      operations: this.#services.operations.size,
      counters: this.#copyCounters(),
    }
  }

  /**
   * Everything there is to know of the node at this instant, for judges, models and onlookers.
   * Changes nothing: a core that is looked at does the same as one that is not. O(all it holds).
   */
  inspect(now: number): CoreInspection {
    const { config } = this.#services
    return {
      at: now,
      id: this.#services.self,
      config,
      overlays: Array.from(this.#overlays.values(), (each) => inspectOverlay(each, config, now)),
      // Of the latest instant that the store was told, for a later one would make it expire peers.
      store: this.#store.snapshot(Number.NEGATIVE_INFINITY),
      tokenEpoch: this.#responder.tokenEpoch,
      sources: this.#rateLimiter.sources,
      announcements: this.#publisher.inspect(),
      leaving: this.#publisher.leaving,
      operations: this.#services.operations.ids,
      held: this.#dispatcher.held,
      counters: this.#copyCounters(),
      nextTimeout: this.nextTimeout(now),
    }
  }

  /** What to save. */
  state(): CoreState {
    const announcements = this.#publisher.info().map(({ id, port }) => ({ id, port }))
    const { self } = this.#services
    const contacts = Array.from(this.#overlays.values(), (overlay) =>
      overlay.maintenance.startingContacts(self, Number.POSITIVE_INFINITY),
    ).flat()
    return { id: self, contacts, announcements }
  }

  /**
   * Takes saved contacts back once sockets are bound, as questionable until they answer (META-1);
   * they are asked, and named to nobody before that (PERSIST-7).
   * @returns how many fitted
   */
  restore(contacts: readonly Contact[]): number {
    let taken = 0
    for (const [family, { table }] of this.#overlays) {
      taken += table.restore(contacts.filter((c) => c.family === family && c.isUnicast))
    }
    return taken
  }

  /** A join has ended and met nobody: worth a warning if the other family has nobody either. */
  #warnOfSilence(): void {
    const overlays = [...this.#overlays.values()]
    if (overlays.some(({ table, join }) => join.isRunning || !table.hasNoLiveContacts)) return
    const { asked, answered } = sumCounts(overlays.map(({ join }) => join.bootstrap))
    if (asked === 0 || answered > 0) return
    this.#outbox.warn('DHT_BOOTSTRAP_SILENT', 'no bootstrap node answered; the node keeps trying')
  }

  #copyCounters(): Counters {
    return { ...this.#counters, queriesReceived: { ...this.#counters.queriesReceived } }
  }

  #sweepAt(): number | undefined {
    const expiryAt = this.#store.nextExpiryAt()
    return expiryAt === undefined ? undefined : Math.max(expiryAt, this.#sweptAt + SWEEP_SPACING_MS)
  }

  #answer(query: Query, overlay: Overlay, from: Endpoint, now: number): void {
    this.#counters.queriesReceived[query.method === 'unknown' ? 'other' : query.method]++
    if (idsEqual(query.id, this.#services.self))
      overlay.queries.ownIdReceived(query.transactionId, from)
    if (this.#services.config.readOnly || overlay.addresses.isSelf(from)) return
    if (!this.#rateLimiter.admits(from, now)) {
      this.#counters.limited++
      return
    }
    this.#reply(this.#responder.respond(query, from, now), from, now)
    if (!query.readOnly) overlay.maintenance.queryReceived(query.id, from, now)
  }

  /** One polite error message to a query that can be told what is wrong with it. */
  #complain(malformed: Malformed, from: Endpoint, now: number): void {
    const { code, transactionId } = malformed
    if (code === undefined || transactionId === undefined) return
    if (this.#services.config.readOnly || !this.#rateLimiter.admits(from, now)) return
    this.#reply(this.#responder.error(transactionId, code, malformed.reason), from, now)
  }

  #reply(message: Message, to: Endpoint, now: number): void {
    const transmit = new LazyTransmit(message, to, this.#services.config.network)
    if (!this.#rateLimiter.affords(transmit.size, now)) {
      this.#counters.limited++
      return
    }
    this.#overlays.get(to.family)?.queries.replySent(to, now)
    this.#outbox.send(transmit)
  }
}

/** What came, and of how many bytes it was. */
interface Incoming {
  readonly message: Message | Malformed
  readonly size: number
}

type Draft<T> = { -readonly [K in keyof T]: T[K] }

function takeSooner(next: Draft<Timeout>, at: number | undefined, reason: string): void {
  if (at === undefined || next.at <= at) return
  next.at = at
  next.reason = reason
}

function storeOptions(config: CoreConfig): PeerStoreOptions {
  const { maxPeers, maxPeersPerKey, maxPeersPerSource, maxPeersPerSourceAndKey, maxKeys } = config
  return {
    lifetimeMs: config.peerLifetimeMs,
    maxPeers,
    maxPeersPerKey,
    maxPeersPerSource,
    maxPeersPerSourceAndKey,
    maxKeys,
  }
}

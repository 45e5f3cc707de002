// The node without its shell. Its inputs are a datagram that arrived, a datagram that could not be
// sent, the time, and a command of the user; each returns the effects that it leads to. Synchronous
// and deterministic: the same inputs and the same random bytes give the same effects. It puts the
// parts together and has no state of its own.

import type { Id, RandomSource } from '@dht/id'
import {
  type Contact,
  decodeMessage,
  type Endpoint,
  type Family,
  isUnicast,
  type Malformed,
} from '@dht/krpc'
import { type ItemStoreSnapshot, PeerStore, type PeerStoreOptions } from '@dht/store'
import { addressServices } from './address-services.ts'
import type { CoreConfig, CoreOptions } from './config/core-options.ts'
import { resolveCoreOptions } from './config/resolve.ts'
import { type ContactSource, newContacts } from './contact-source.ts'
import type { CoreParts } from './core-parts.ts'
import { type CoreState, restoreContacts, stateOf } from './core-state.ts'
import { newCounters } from './counters.ts'
import type { Effect, UnencodedTransmit } from './effect.ts'
import { type CoreInfo, coreInfo } from './info.ts'
import { type CoreInspection, inspectCore } from './inspection.ts'
import { NodeContents } from './methods/node-contents.ts'
import type { NodeMessage } from './methods/node-method.ts'
import { withMethods } from './methods/with-methods.ts'
import type { Command } from './operations/command.ts'
import { Dispatcher } from './operations/dispatcher.ts'
import { Operations } from './operations/operations.ts'
import { sumCounts } from './operations/user-join.ts'
import { Outbox } from './outbox.ts'
import { AddedNodes } from './overlay/added-nodes.ts'
import type { JoinOwner, OtherFamilyOwner } from './overlay/join.ts'
import { Overlay } from './overlay/overlay.ts'
import { type FamilyIds, familyIds } from './overlay/own-id.ts'
import { Publisher } from './publishing/publisher.ts'
import { QueryServer, type Received } from './queries/query-server.ts'
import { RateLimiter } from './queries/rate-limiter.ts'
import { Responder } from './queries/responder.ts'
import { encodedTransmit, lazyTransmit } from './queries/transmit.ts'
import type { Services } from './services.ts'
import { StoreSweep } from './store-sweep.ts'
import { nextTimeout, type Timeout } from './timeout.ts'
import { type CoreView, viewCore } from './view.ts'

export class NodeCore {
  readonly #services: Services
  /** The ids at the start. Each overlay has its own from then on. */
  readonly #ids: FamilyIds
  readonly #outbox: Outbox
  readonly #overlays = new Map<Family, Overlay>()
  readonly #queryServer: QueryServer
  readonly #publisher: Publisher
  readonly #dispatcher: Dispatcher
  readonly #sweep: StoreSweep
  readonly #parts: CoreParts
  /** What the join of one family means for the rest of the node. */
  readonly #joinOwner: JoinOwner & OtherFamilyOwner = {
    joined: (contacts, now) => {
      this.#publisher.joined(contacts, now)
      if (contacts === 0) this.#warnOfSilence()
    },
    contactsReported: (named, now) => {
      const [first] = named.contacts
      if (first !== undefined) this.#overlays.get(first.family)?.join.contactsReported(named, now)
    },
  }

  /**
   * @param init - own id (of the network's width), or one for each family, and source of
   *   randomness. For simulators only: with `contacts` many cores share equal contacts, and with
   *   `isLazy` a core sends `UnencodedTransmit`
   * @throws {DhtNodeError} `ERR_DHT_NODE_ARGUMENT` for options that cannot be used
   */
  constructor(
    init: {
      readonly id: Id | FamilyIds
      readonly random: RandomSource
      readonly contacts?: ContactSource
      readonly isLazy?: boolean
    },
    options: CoreOptions = {},
  ) {
    const config = resolveCoreOptions(options)
    const network = withMethods(config.network, config.methods)
    const counters = newCounters(network.methods.names)
    const outbox = new Outbox(counters)
    const services: Services = {
      config,
      network,
      random: init.random,
      outbox,
      operations: new Operations(outbox, config.maxOperations),
      counters,
      contacts: init.contacts ?? newContacts,
      ...addressServices(config),
      transmit: (init.isLazy === true ? lazyTransmit : encodedTransmit)(network),
    }
    const overlays = this.#overlays
    const store = new PeerStore(init.random, storeOptions(config))
    const rateLimiter = new RateLimiter(config)
    const publisher = new Publisher(services, overlays)
    const announcedUnder = (target: Id) => publisher.announcedUnder(target)
    const contents = new NodeContents(services, { overlays, store, announcedUnder })
    const sweep = new StoreSweep([store, contents.items])
    const added = new AddedNodes(services, overlays)
    const controlled = { overlays, store, added, publisher, contents }
    const dispatcher = new Dispatcher(services, controlled)
    this.#services = services
    this.#ids = familyIds(init.id)
    this.#outbox = outbox
    this.#publisher = publisher
    this.#dispatcher = dispatcher
    this.#sweep = sweep
    const responder = new Responder(services, contents)
    this.#queryServer = new QueryServer(services, { rateLimiter, responder })
    const parts = { added, services, overlays, store, sweep, rateLimiter, contents }
    this.#parts = { ...parts, publisher, dispatcher }
  }

  /** The node's id in the overlay that was bound first. */
  get id(): Id {
    const [first] = this.#overlays.values()
    return first?.ownId.id ?? this.#ids[4]
  }

  /** The names of the methods that the node reads and writes. */
  get methods(): readonly string[] {
    return this.#services.network.methods.names
  }

  /** A transport is bound: from now on the node takes part in that address family's overlay. */
  bound(local: Endpoint): void {
    const init = { local, id: this.#ids[local.family], owner: this.#joinOwner }
    this.#overlays.set(local.family, new Overlay(init, this.#services))
  }

  /**
   * A transport has failed for good. Its open queries fail, which is no evidence about the nodes
   * that were asked. Its table stays as it is, and no query is sent until `transportReopened`.
   */
  transportLost(family: Family, now: number): readonly Effect[] {
    const overlay = this.#overlays.get(family)
    if (overlay?.queries.isTransportOpen !== true) return this.#outbox.drain()
    this.#outbox.trace({ kind: 'transport-lost', family })
    overlay.transportLost(now)
    this.#dispatcher.startDeferred(now)
    return this.#outbox.drain()
  }

  /** That transport is open again, at the same endpoint or at another one. */
  transportReopened(local: Endpoint, now: number): readonly Effect[] {
    const overlay = this.#overlays.get(local.family)
    if (overlay?.queries.isTransportOpen !== false) return this.#outbox.drain()
    overlay.transportReopened(local, now)
    this.#outbox.trace({ kind: 'transport-reopened', family: local.family, local })
    overlay.handleTimeout(now)
    this.#dispatcher.startDeferred(now)
    return this.#outbox.drain()
  }

  /** Whether events of the node come out as `trace` effects. */
  watch(watched: boolean): void {
    this.#outbox.watched = watched
  }

  /**
   * Whether every lookup that begins from now on is traced: its steps come out as `lookup-step`
   * effects. One whose command asks for it is traced in any case.
   */
  traceLookups(traced: boolean): void {
    this.#outbox.tracesLookups = traced
  }

  /**
   * A datagram arrived. It may hold any bytes; at most one reply is sent to it.
   *
   * @param bytes - of a core with `isLazy`: must not change before the `bytes` of the returned
   *   effects have been read
   */
  receive(bytes: Uint8Array, from: Endpoint, now: number): readonly Effect[] {
    const message = decodeMessage(bytes, this.#services.network)
    return this.#receive({ message, size: bytes.length }, from, now)
  }

  /** The datagram to `to` could not be sent. `code`: that of the system's error. */
  undeliverable(to: Endpoint, code: string, now: number): readonly Effect[] {
    const overlay = this.#overlays.get(to.family)
    overlay?.queries.undeliverable(to, code, now)
    overlay?.join.rejoinIfAlone(now)
    this.#dispatcher.startDeferred(now)
    return this.#outbox.drain()
  }

  /** Time has passed. Does everything that is due; calls at any other time do nothing. */
  handleTimeout(now: number): readonly Effect[] {
    for (const overlay of this.#overlays.values()) overlay.handleTimeout(now)
    this.#parts.added.handleTimeout(now)
    this.#publisher.handleTimeout(now)
    this.#dispatcher.startDeferred(now)
    this.#sweep.handleTimeout(now)
    return this.#outbox.drain()
  }

  /**
   * Starts an operation of the user. The arguments of the command are not checked: that is the
   * caller's duty. A message that cannot be encoded throws an `EncodeError`.
   */
  start(command: Command, now: number): readonly Effect[] {
    this.#dispatcher.start(command, now)
    return this.#outbox.drain()
  }

  /** When `handleTimeout` should be called next. Possibly early, never late. */
  nextTimeout(now: number): Timeout | undefined {
    return nextTimeout(this.#parts, now)
  }

  /** What the node says about itself at this instant, as plain data. */
  info(now: number): CoreInfo {
    return coreInfo(this.#parts, this.id, now)
  }

  /**
   * What the node holds at this instant, for people who watch it: tables, stored targets, the nodes
   * that hold its announcements, traffic and limits. Changes nothing. Takes time in proportion to
   * what it returns.
   */
  view(now: number): CoreView {
    return viewCore(this.#parts, this.id, now)
  }

  /** The members of the tables, of each family those nearest to our own id first. */
  contacts(): Contact[] {
    return Array.from(this.#overlays.values(), ({ table }) => [...table.members()]).flat()
  }

  /** The items that are stored here, the one put longest ago first. */
  items(now: number): ItemStoreSnapshot['items'] {
    return this.#parts.contents.items.snapshot(now).items
  }

  /** What to save. */
  state(): CoreState {
    return stateOf(this.#parts, this.#ids)
  }

  /**
   * Adds saved contacts to the tables; call it after `bound`. They are questionable until they
   * respond (META-1), and no reply names them before that (PERSIST-7).
   *
   * @returns how many were added
   */
  restore(contacts: readonly Contact[]): number {
    return restoreContacts(this.#overlays, contacts)
  }

  // For simulators, models and debuggers only. A node in production never calls what follows, and
  // nothing above depends on it.

  /**
   * Receives a message as a core sent it, without encoding and decoding it: the same as `receive`
   * with its bytes. A message of another network is encoded and decoded all the same.
   */
  receiveMessage(
    sent: Omit<UnencodedTransmit, 'kind'>,
    from: Endpoint,
    now: number,
  ): readonly Effect[] {
    const isOurs = sent.network === this.#services.network
    return isOurs ? this.#receive(sent, from, now) : this.receive(sent.bytes, from, now)
  }

  /**
   * The whole state of the node at this instant, except for secrets. Changes nothing: a core that
   * is inspected does the same as one that is not. Takes time in proportion to that state.
   */
  inspect(now: number): CoreInspection {
    return inspectCore(this.#parts, now)
  }

  // End of what is for simulators only.

  #receive(
    { message, size }: Received<NodeMessage | Malformed>,
    from: Endpoint,
    now: number,
  ): readonly Effect[] {
    const overlay = this.#overlays.get(from.family)
    if (overlay === undefined || !isUnicast(from)) return this.#outbox.drain()
    const { counters } = this.#services
    counters.datagramsReceived++
    counters.bytesReceived += size
    switch (message.kind) {
      case 'query':
        this.#queryServer.receiveQuery({ message, size }, overlay, from, now)
        break
      case 'response':
        overlay.queries.receiveResponse(message, from, now)
        overlay.join.contactResponded(now)
        overlay.reviewId(now)
        break
      case 'error':
        overlay.queries.receiveError(message, from, now)
        overlay.join.contactResponded(now)
        overlay.reviewId(now)
        break
      case 'malformed':
        counters.datagramsMalformed++
        overlay.queries.receiveMalformed(message, from, now)
        this.#queryServer.receiveMalformed({ message, size }, overlay, from, now)
        break
    }
    this.#dispatcher.startDeferred(now)
    return this.#outbox.drain()
  }

  /** Warns when no join has found a contact and every bootstrap node was silent. */
  #warnOfSilence(): void {
    const overlays = [...this.#overlays.values()]
    if (overlays.some(({ table, join }) => join.isRunning || !table.hasNoLiveContacts)) return
    const { queried, responded } = sumCounts(overlays.map(({ join }) => join.bootstrap))
    if (queried === 0 || responded > 0) return
    const { name } = this.#services.network
    const message = `no bootstrap node answered as a node of ${name}; the node keeps trying`
    this.#outbox.warn('DHT_BOOTSTRAP_SILENT', message)
  }
}

function storeOptions(config: CoreConfig): PeerStoreOptions {
  const { maxPeers, maxPeersPerKey, maxPeersPerSource, maxPeersPerSourceAndKey, maxKeys } = config
  const { subnetShare } = config
  return {
    lifetimeMs: config.peerLifetimeMs,
    maxPeers,
    maxPeersPerKey,
    maxPeersPerSource,
    maxPeersPerSourceAndKey,
    maxKeys,
    subnetShare,
  }
}

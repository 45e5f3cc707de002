// Starts the operation of each command of a user. A lookup without contacts to start from is
// deferred until a join has found some. The caller has checked the arguments.

import type { Id } from '@dht/id'
import { compactEndpoint, type Endpoint, endpointFromCompact, type Family } from '@dht/krpc'
import type { PeerStore, StoredItem } from '@dht/store'
import { targetOf } from '../items/item.ts'
import { closestNodes } from '../lookups/goals/closest-nodes.ts'
import { type OnFound, PeersGoal } from '../lookups/goals/peers.ts'
import type { LookupGoal, QueryGoal } from '../lookups/lookup-goal.ts'
import type { RespondingNode } from '../methods/responding-node.ts'
import type { AddedNodes } from '../overlay/added-nodes.ts'
import { waitsForContacts } from '../overlay/first-contacts.ts'
import type { Overlay } from '../overlay/overlay.ts'
import type { Announced } from '../publishing/announced.ts'
import { publishedPort } from '../publishing/published-endpoint.ts'
import type { Publisher } from '../publishing/publisher.ts'
import type { QueryContent } from '../queries/query-content.ts'
import { SampledNodes } from '../sampling/sampled-nodes.ts'
import { UserSampling } from '../sampling/user-sampling.ts'
import type { Services } from '../services.ts'
import type { Command } from './command.ts'
import { UserAnnounce } from './user-announce.ts'
import { UserJoin } from './user-join.ts'
import { UserLookup } from './user-lookup.ts'
import { UserPut } from './user-put.ts'
import { UserQuery } from './user-query.ts'

/** The source of items that this node keeps for itself. No host has it as its key. */
const OWN = 'own'

export class Dispatcher {
  readonly #services: Services
  readonly #overlays: ReadonlyMap<Family, Overlay>
  readonly #store: PeerStore
  readonly #publisher: Publisher
  readonly #added: AddedNodes
  /** The nodes that any walk for samples has asked. */
  readonly #sampled = new SampledNodes()
  /** Walks for samples that may send no query now. */
  readonly #blocked = new Set<UserSampling>()
  readonly #contents: RespondingNode
  #deferred: Deferrable[] = []

  constructor(
    services: Services,
    parts: {
      readonly overlays: ReadonlyMap<Family, Overlay>
      readonly store: PeerStore
      readonly publisher: Publisher
      readonly added: AddedNodes
      readonly contents: RespondingNode
    },
  ) {
    this.#services = services
    this.#overlays = parts.overlays
    this.#store = parts.store
    this.#publisher = parts.publisher
    this.#added = parts.added
    this.#contents = parts.contents
  }

  /** Starts a command now, or defers it until there are contacts to query. */
  start(command: Command, now: number): void {
    if (!mayBeDeferred(command) || !this.#waits(command, now)) this.#start(command, now)
    else if (this.#deferred.length < this.#services.config.maxOperations)
      this.#deferred.push(command)
    else this.#services.outbox.settle(command.operationId, { kind: 'busy' })
  }

  /** The operation ids of the deferred commands, oldest first. */
  get deferred(): number[] {
    return this.#deferred.map(({ operationId }) => operationId)
  }

  /** Goes on with what need not wait any more. Call it after every event. */
  startDeferred(now: number): void {
    if (this.#blocked.size > 0) {
      for (const operation of [...this.#blocked]) operation.resume(now)
    }
    if (this.#deferred.length === 0) return
    const due = this.#deferred.filter((command) => !this.#waits(command, now))
    if (due.length === 0) return
    this.#deferred = this.#deferred.filter((command) => !due.includes(command))
    for (const command of due) this.#start(command, now)
  }

  /** A lookup for one endpoint starts from the first contact, any other from several. */
  #waits(command: Deferrable, now: number): boolean {
    const isForFirst = command.kind === 'lookup' && command.mode === 'first'
    const overlays = [...this.#overlays.values()]
    if (isForFirst && overlays.some(({ table }) => table.size > 0)) return false
    return waitsForContacts(this.#overlays, now)
  }

  #start(command: Command, now: number): void {
    switch (command.kind) {
      case 'bootstrap':
        this.#bootstrap(command, now)
        break
      case 'join':
        this.#join(command.operationId, now)
        break
      case 'lookup':
        this.#lookUpPeers(command, now)
        break
      case 'closest':
        this.#lookUp(command, closestNodes(command.target), now)
        break
      case 'enter':
        this.#enter(command, now)
        break
      case 'announce':
        this.#announce(command, now)
        break
      case 'delete':
        this.#publisher.delete(command.target, now)
        break
      case 'leave':
        this.#publisher.leave(command.operationId, now)
        break
      case 'add-node':
        this.#added.add(command, now)
        break
      case 'remove-node':
        for (const { table } of this.#overlays.values()) table.forget(command.id)
        break
      case 'keep-peer':
        this.#keepPeer(command, now)
        break
      case 'ping':
        this.#queryMethod(command, { method: 'ping' }, now)
        break
      case 'find-node':
        this.#queryMethod(command, { method: 'find_node', target: command.target }, now)
        break
      case 'find-value':
        this.#queryMethod(command, { method: 'get_peers', target: command.target }, now)
        break
      case 'store':
        this.#queryMethod(command, writeOf(command), now)
        break
      case 'query':
        this.#query(command, command.goal, now)
        break
      case 'put':
        this.#put(command, now)
        break
      case 'lookup-goal':
        this.#lookUp(command, command.goal, now)
        break
      case 'sample':
        this.#sample(command, now)
        break
      case 'cancel':
        this.#cancel(command.operationId)
        break
    }
  }

  #sample(command: Extract<Command, { kind: 'sample' }>, now: number): void {
    const operation = new UserSampling({ ...command, blocked: this.#blocked }, this.#services)
    if (!this.#services.operations.add(command.operationId, operation)) return
    operation.start([...this.#overlays.values()], this.#sampled, now)
  }

  #cancel(operationId: number): void {
    const isCancelled = (c: Deferrable): boolean => c.operationId === operationId
    if (!this.#deferred.some(isCancelled)) {
      this.#services.operations.cancel(operationId)
      return
    }
    this.#deferred = this.#deferred.filter((c) => !isCancelled(c))
    this.#services.outbox.settle(operationId, { kind: 'cancelled' })
  }

  #bootstrap(command: Extract<Command, { kind: 'bootstrap' }>, now: number): void {
    const { endpoints, routers, pending: isPending = false } = command
    for (const overlay of this.#overlays.values()) {
      overlay.setBootstrap({ endpoints, routers, isPending }, now)
    }
    // A join that waited for names may have ended, so lookups need not wait for it any more.
    this.startDeferred(now)
  }

  #announce(command: Extract<Command, { kind: 'announce' }>, now: number): void {
    const { operationId, target } = command
    const overlays = [...this.#overlays.values()]
    const onFound = this.#foundBy(operationId)
    const init = { operationId, announced: announcedBy(command), overlays, onFound }
    const operation = new UserAnnounce(init, this.#services, now)
    if (!this.#services.operations.add(operationId, operation)) return
    operation.start(this.#knownPeers(target, now), now)
  }

  #enter(command: Extract<Command, { kind: 'enter' }>, now: number): void {
    this.#publisher.enter(announcedBy(command), command.operationId, now)
  }

  #join(operationId: number, now: number): void {
    const operation = new UserJoin(operationId, this.#services)
    if (!this.#services.operations.add(operationId, operation)) return
    operation.start(
      Array.from(this.#overlays.values(), ({ join }) => join),
      now,
    )
  }

  /** Looks up peers: those that this node knows are found before the first query is sent. */
  #lookUpPeers(command: Extract<Command, { kind: 'lookup' }>, now: number): void {
    const { operationId, target, mode } = command
    const goal = new PeersGoal({ target, mode, onFound: this.#foundBy(operationId) })
    this.#lookUp(command, goal, now, () => goal.add(this.#knownPeers(target, now)))
  }

  #foundBy(operationId: number): OnFound {
    const { outbox } = this.#services
    return (endpoints, from) => outbox.found(operationId, endpoints, from)
  }

  #lookUp(
    {
      operationId,
      isTraced,
    }: Pick<Extract<Command, { kind: 'closest' }>, 'operationId' | 'isTraced'>,
    goal: LookupGoal,
    now: number,
    onAccepted = (): void => {},
  ): void {
    const operation = new UserLookup({ operationId, goal, isTraced }, this.#services, now)
    if (!this.#services.operations.add(operationId, operation)) return
    onAccepted()
    goal.addOwn?.(this.#contents, now)
    operation.start([...this.#overlays.values()], now)
  }

  #put({ operationId, put }: Extract<Command, { kind: 'put' }>, now: number): void {
    const { keep, ...written } = put
    if (keep === 'at-once') this.#keepItem(put.item, now)
    const overlays = [...this.#overlays.values()]
    const isKept = keep === 'when-accepted'
    const onAccepted = isKept ? (at: number) => this.#keepItem(put.item, at) : undefined
    const init = { ...written, operationId, overlays, onAccepted }
    const operation = new UserPut(init, this.#services, now)
    if (this.#services.operations.add(operationId, operation)) operation.start(now)
  }

  /** A full store, or one with a newer version, stays as it is. */
  #keepItem(item: StoredItem, now: number): void {
    const { crypto } = this.#services.config
    this.#contents.items.put({ target: targetOf(item, crypto), item, source: OWN }, now)
  }

  #keepPeer(command: Extract<Command, { kind: 'keep-peer' }>, now: number): void {
    const { target, endpoint } = command
    const peer = compactEndpoint(endpoint)
    this.#store.put({ target, peer, sourcePort: endpoint.port }, now)
  }

  /**
   * The peers of an id that this node knows: itself if it publishes the id, then those it stores.
   */
  #knownPeers(target: Id, now: number): Endpoint[] {
    const announced = this.#publisher.announcedUnder(target)
    const overlays = announced === undefined ? [] : [...this.#overlays.values()]
    const stored = this.#store.peers(target, now).map(endpointFromCompact)
    return [
      ...overlays.map((overlay) => ownEndpoint(overlay, announced as Announced)),
      ...stored.filter((e) => e !== undefined),
    ]
  }

  #queryMethod(command: ToOneNode, query: QueryContent, now: number): void {
    this.#query(command, { query }, now)
  }

  #query({ operationId, to }: ToOneNode, goal: QueryGoal, now: number): void {
    const operation = new UserQuery({ operationId, goal }, this.#services)
    if (!this.#services.operations.add(operationId, operation)) return
    const overlay = this.#overlays.get(to.family)
    if (overlay === undefined) {
      this.#services.operations.settle(operationId, { kind: 'failed', reason: 'not-sent' })
      return
    }
    const sent = overlay.queries.ask(to, goal.query, operation, now)
    if (sent.kind === 'refused') operation.onFailure(sent.reason)
    else operation.sent(() => overlay.queries.cancel(sent.query))
  }
}

function announcedBy(command: Extract<Command, { kind: 'announce' | 'enter' }>): Announced {
  const { target, port, impliedPort = false, seed = false } = command
  return { target, port, impliedPort, seed }
}

/** The endpoint that is announced in one overlay, as this machine reaches it. */
function ownEndpoint(overlay: Overlay, announced: Announced): Endpoint {
  return { ...overlay.addresses.onThisMachine, port: publishedPort(overlay, announced) }
}

/** Commands that need contacts. An announcement waits in the publisher, where `info` shows it. */
type Deferrable = Extract<
  Command,
  { readonly kind: 'announce' | 'lookup' | 'closest' | 'lookup-goal' | 'put' | 'sample' }
>

const DEFERRABLE: ReadonlySet<Command['kind']> = new Set([
  'announce',
  'lookup',
  'closest',
  'lookup-goal',
  'put',
  'sample',
] satisfies Deferrable['kind'][])

/** Commands that send one query. */
interface ToOneNode {
  readonly operationId: number
  readonly to: Endpoint
}

function writeOf({ target, port, token }: Extract<Command, { kind: 'store' }>): QueryContent {
  return { method: 'announce_peer', target, port, impliedPort: false, token }
}

function mayBeDeferred(command: Command): command is Deferrable {
  return DEFERRABLE.has(command.kind)
}

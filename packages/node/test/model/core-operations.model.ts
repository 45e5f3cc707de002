// The model of the operations of a user: lookups, puts, single queries and joins, each settled
// once. Lookups and puts wait while a join looks for first contacts.

import {
  type Contact,
  contactsFromCompact,
  type Endpoint,
  endpointFromCompact,
  type Family,
  formatEndpoint,
  type Response,
} from '@dht/krpc'
import type { NaiveItems } from '../../../store/test/support/naive-items.ts'
import { nodeCrypto } from '../../src/adapters/node-crypto.ts'
import { targetOf } from '../../src/core/items/item.ts'
import type { Command } from '../../src/core/operations/command.ts'
import type { Answer, Outcome } from '../../src/core/operations/outcome.ts'
import type { AddedModel } from './core-added.model.ts'
import type { AnnouncedModel } from './core-announced.model.ts'
import { cancelQuery } from './core-cancel.model.ts'
import type { NodeContext } from './core-context.ts'
import type { GetCommand, ItemGoalModel } from './core-item-goal.model.ts'
import type { JoinModel } from './core-join.model.ts'
import type { OverlayModel } from './core-overlay.model.ts'
import { isOneNode, numberOf } from './core-peer.ts'
import type { PublisherModel } from './core-publish.model.ts'
import { UserPutModel } from './core-put.model.ts'
import type { ObserverModel, QueryContent } from './core-queries.model.ts'
import { ItemSought, NodesSought, PeersSought } from './core-sought.model.ts'
import { type SoughtModel, UserLookupModel } from './core-user-lookup.model.ts'

type Held = Extract<Command, { kind: 'lookup' | 'closest' | 'lookup-goal' | 'put' }>
type Asking = Exclude<Extract<Command, { to: Endpoint }>, { kind: 'query' }>

interface Parts {
  readonly families: ReadonlyMap<
    Family,
    { readonly overlay: OverlayModel; readonly join: JoinModel }
  >
  readonly publisher: PublisherModel
  readonly added: AddedModel
  readonly isSeeking: () => boolean
  readonly atHome: (target: bigint) => Endpoint[]
  /** The items that this node stores. */
  readonly items: () => NaiveItems
}

/** A get of a user that was started: its goal, and what that should have found. */
export interface GetModel {
  readonly command: GetCommand
  readonly goal: ItemGoalModel
}

interface OperationModel {
  readonly operationId: number
  /** Stops it; it must not settle anything. */
  stop(): void
}

export class DispatcherModel {
  readonly #node: NodeContext
  readonly #parts: Parts
  operations: OperationModel[] = []
  /** Lookups that have their result and can still find more. */
  listening: UserLookupModel[] = []
  held: Held[] = []
  readonly gets: GetModel[] = []

  constructor(node: NodeContext, parts: Parts) {
    this.#node = node
    this.#parts = parts
  }

  start(command: Command): void {
    const node = this.#node
    if (!mayWait(command) || !this.#isToWait(command)) this.#start(command)
    else if (this.held.length < node.config.maxOperations) this.held.push(command)
    else node.settle(command.operationId, { kind: 'busy' })
  }

  release(): void {
    const due = this.held.filter((command) => !this.#isToWait(command))
    if (due.length === 0) return
    this.held = this.held.filter((command) => this.#isToWait(command))
    const isFirst = [...this.#parts.families.values()].some(({ join }) => join.isApproaching)
    if (isFirst) this.#node.note('released before a family has joined')
    for (const command of due) this.#start(command)
  }

  /** A lookup waits for several contacts, or for one if a single endpoint is wanted. */
  #isToWait(command: Held): boolean {
    const isForOne = command.kind === 'lookup' && command.mode === 'first'
    const isAnybodyKnown = [...this.#parts.families.values()].some(
      ({ overlay }) => overlay.size > 0,
    )
    return this.#parts.isSeeking() && !(isForOne && isAnybodyKnown)
  }

  /** Settles an operation, if it is under way. */
  settle(operationId: number, outcome: Outcome): void {
    if (!this.operations.some((request) => request.operationId === operationId)) return
    this.operations = this.operations.filter((request) => request.operationId !== operationId)
    this.#node.settle(operationId, outcome)
  }

  #start(command: Command): void {
    const { publisher } = this.#parts
    switch (command.kind) {
      case 'bootstrap':
        this.#know(command)
        break
      case 'join':
        this.#join(command.operationId)
        break
      case 'lookup':
      case 'closest':
      case 'lookup-goal':
        this.#lookUp(command)
        break
      case 'enter':
        publisher.enter(announcedOf(command), command.operationId)
        break
      case 'delete':
        publisher.delete(numberOf(command.target))
        break
      case 'leave':
        publisher.leave(command.operationId)
        break
      case 'cancel':
        this.#cancel(command.operationId)
        break
      case 'add-node':
        this.#parts.added.add(command)
        break
      case 'put':
        this.#put(command)
        break
      case 'query':
      case 'sample':
      case 'announce':
      case 'remove-node':
      case 'keep-peer':
        throw new Error('the model knows no samples and single announcements of users')
      default:
        this.#ask(command)
    }
  }

  #add(request: OperationModel): boolean {
    const { config } = this.#node
    if (this.operations.length >= config.maxOperations) {
      this.#node.settle(request.operationId, { kind: 'busy' })
      return false
    }
    this.operations.push(request)
    return true
  }

  #know({ endpoints, routers, pending }: Extract<Command, { kind: 'bootstrap' }>): void {
    for (const [family, { overlay, join }] of this.#parts.families) {
      const here = (endpoint: Endpoint): boolean => endpoint.family === family
      overlay.routers = [...new Set(routers.filter(here).map(formatEndpoint))]
      join.know([...endpoints, ...routers].filter(here), pending === true)
    }
    this.release()
  }

  #join(operationId: number): void {
    if (!this.#add({ operationId, stop: () => {} })) return
    const joins = [...this.#parts.families.values()].map(({ join }) => join)
    let [pending, contacts] = [joins.length, 0]
    const settle = (): void => {
      const asked = joins.reduce((all, join) => all + join.asked, 0)
      const answered = joins.reduce((all, join) => all + join.answered, 0)
      const result = { contacts, bootstrap: { queried: asked, responded: answered } }
      this.settle(operationId, { kind: 'joined', result })
    }
    const joined = (more: number): void => {
      contacts += more
      pending--
      if (pending === 0) settle()
    }
    for (const join of joins) join.await({ joined })
    if (joins.length === 0) settle()
  }

  #lookUp(command: Exclude<Held, { kind: 'put' }>): void {
    const { operationId } = command
    const { families } = this.#parts
    const sought = this.#soughtBy(command)
    const lookup = new UserLookupModel(this.#node, { operationId, sought, families, desk: this })
    if (!this.#add(lookup)) return
    if (sought instanceof ItemSought) {
      this.gets.push({ command: command as GetCommand, goal: sought.goal })
    }
    lookup.start()
  }

  #soughtBy(command: Exclude<Held, { kind: 'put' }>): SoughtModel {
    const { atHome, items } = this.#parts
    if (command.kind === 'closest') return new NodesSought(command)
    if (command.kind === 'lookup') return new PeersSought(this.#node, command, atHome)
    const get = command as GetCommand
    const { now } = this.#node
    return new ItemSought(get, () => items().find(get.goal.target, now)?.item)
  }

  #put(command: Extract<Command, { kind: 'put' }>): void {
    const node = this.#node
    const { item, keep } = command.put
    const target = targetOf(item, nodeCrypto)
    const store = (): void => {
      const { kind } = this.#parts.items().put({ target, item, source: 'own' }, node.now)
      node.note(`kept ${keep}: ${kind}`)
    }
    if (keep === 'at-once') store()
    const put = new UserPutModel({
      command,
      target: numberOf(target),
      node,
      overlays: [...this.#parts.families.values()].map(({ overlay }) => overlay),
      ended: (report) => {
        if (keep === 'when-accepted' && report.accepted.length > 0) store()
        this.settle(command.operationId, { kind: 'put', report })
      },
    })
    if (this.#add(put)) put.start()
  }

  #cancel(operationId: number): void {
    const isMeant = (each: { readonly operationId: number }): boolean =>
      each.operationId === operationId
    if (this.held.some(isMeant)) {
      this.held = this.held.filter((each) => !isMeant(each))
      this.#node.settle(operationId, { kind: 'cancelled' })
      return
    }
    for (const each of [...this.operations, ...this.listening].filter(isMeant)) each.stop()
    this.settle(operationId, { kind: 'cancelled' })
    this.ended(operationId)
  }

  /** A lookup that could find more has ended. */
  ended(operationId: number): void {
    if (!this.listening.some((each) => each.operationId === operationId)) return
    this.listening = this.listening.filter((each) => each.operationId !== operationId)
    this.#node.oracle.tell({ kind: 'ended', operationId })
    this.#node.note('ended')
  }

  #ask(command: Asking): void {
    const { operationId, to } = command
    const overlay = this.#parts.families.get(to.family)?.overlay
    const observer: ObserverModel = {
      onResponse: (response, responder) => {
        const answer = this.#answer(response, responder.contact)
        this.settle(operationId, { kind: 'answered', answer })
      },
      onError: ({ code, text }) => this.settle(operationId, { kind: 'refused', code, text }),
      onFailure: (reason) => this.settle(operationId, { kind: 'failed', reason }),
      onStalled: () => true,
    }
    if (!this.#add({ operationId, stop: () => cancelQuery(observer, overlay) })) return
    if (overlay?.ask(to, contentOf(command), observer)) return
    const isReachable = overlay !== undefined && !overlay.isSelf(to) && isOneNode(to)
    const reason = isReachable && overlay.isTransportLost ? 'unreachable' : 'not-sent'
    this.settle(operationId, { kind: 'failed', reason })
  }

  #answer({ nodes, nodes6, values, token }: Response, contact: Contact): Answer {
    const { idLength } = this.#node.config.network
    const none = new Uint8Array(0)
    return {
      contact,
      contacts: [
        ...contactsFromCompact(nodes ?? none, idLength, 4),
        ...contactsFromCompact(nodes6 ?? none, idLength, 6),
      ].filter(({ endpoint }) => isOneNode(endpoint)),
      endpoints: (values ?? [])
        .map(endpointFromCompact)
        .filter((e) => e !== undefined && isOneNode(e)) as Endpoint[],
      token,
    }
  }
}

function contentOf(command: Asking): QueryContent {
  switch (command.kind) {
    case 'ping':
      return { method: 'ping' }
    case 'find-node':
      return { method: 'find_node', target: command.target }
    case 'find-value':
      return { method: 'get_peers', target: command.target }
    case 'store': {
      const { target, port, token } = command
      return { method: 'announce_peer', target, port, token }
    }
  }
}

const WAITING: readonly Command['kind'][] = ['lookup', 'closest', 'lookup-goal', 'put']

const mayWait = (command: Command): command is Held => WAITING.includes(command.kind)

function announcedOf(command: Extract<Command, { kind: 'enter' }>): AnnouncedModel {
  const { port, impliedPort = false, seed = false } = command
  return { target: numberOf(command.target), port, impliedPort, seed }
}

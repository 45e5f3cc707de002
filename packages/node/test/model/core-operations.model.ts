// The model of the operations of a user: lookups over all overlays, single queries and joins, each
// settled once. Lookups wait while a join looks for first contacts.

import {
  type Contact,
  contactsFromCompact,
  type Endpoint,
  endpointFromCompact,
  type Family,
  formatEndpoint,
  type Response,
} from '@dht/krpc'
import type { Command, LookupMode } from '../../src/core/operations/command.ts'
import type { Answer, Outcome } from '../../src/core/operations/outcome.ts'
import type { AddedModel } from './core-added.model.ts'
import type { AnnouncedModel } from './core-announced.model.ts'
import { cancelQuery } from './core-cancel.model.ts'
import type { NodeContext } from './core-context.ts'
import type { JoinModel } from './core-join.model.ts'
import { RunModel } from './core-lookup.model.ts'
import type { OverlayModel } from './core-overlay.model.ts'
import { isOneNode, numberOf, type Peer } from './core-peer.ts'
import type { PublisherModel } from './core-publish.model.ts'
import type { ObserverModel, QueryContent } from './core-queries.model.ts'
import { sum } from './core-round.model.ts'

type Held = Extract<Command, { kind: 'lookup' | 'closest' }>
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
  listening: OperationModel[] = []
  held: Held[] = []

  constructor(node: NodeContext, parts: Parts) {
    this.#node = node
    this.#parts = parts
  }

  start(command: Command): void {
    const node = this.#node
    const isLookup = command.kind === 'lookup' || command.kind === 'closest'
    if (!isLookup || !this.#isToWait(command)) this.#start(command)
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
      case 'query':
      case 'lookup-goal':
      case 'sample':
      case 'put':
      case 'announce':
      case 'remove-node':
      case 'keep-peer':
        throw new Error('the model knows no goals, items and samples of users')
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

  #lookUp(command: Held): void {
    const lookup = new UserLookupModel(this.#node, command, { ...this.#parts, desk: this })
    if (this.#add(lookup)) lookup.start()
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

class UserLookupModel implements OperationModel {
  readonly operationId: number
  readonly #node: NodeContext
  readonly #parts: Parts & { readonly desk: DispatcherModel }
  readonly #command: Held
  readonly #startedAt: number
  #found: Endpoint[] = []
  #holders: Peer[] = []
  readonly #ended: RunModel[] = []
  /** Runs that were repeated. Only what they cost still counts. */
  readonly #inVain = new Set<RunModel>()
  #open: RunModel[] = []
  #begin: (overlay: OverlayModel) => RunModel = () => {
    throw new Error('not started')
  }
  #isSettled = false

  constructor(node: NodeContext, command: Held, parts: Parts & { readonly desk: DispatcherModel }) {
    this.operationId = command.operationId
    this.#node = node
    this.#parts = parts
    this.#command = command
    this.#startedAt = node.now
  }

  get #mode(): LookupMode {
    return this.#command.kind === 'lookup' ? this.#command.mode : 'all'
  }

  get #isForOne(): boolean {
    return this.#mode === 'first'
  }

  start(): void {
    const { kind } = this.#command
    const target = numberOf(this.#command.target)
    const method = kind === 'lookup' ? 'get_peers' : 'find_node'
    if (kind === 'lookup') this.#add(this.#parts.atHome(target))
    const owner = {
      found: (endpoints: readonly Endpoint[], holder: Peer) => this.#heard(endpoints, holder),
      waits: () => this.#finishEarly(),
      ended: (run: RunModel) => this.#lookedUp(run),
    }
    const overlays = [...this.#parts.families.values()].map(({ overlay }) => overlay)
    this.#begin = (overlay) => new RunModel(overlay, owner, { target, method })
    this.#open = overlays.map(this.#begin)
    const isMet = this.#isForOne && this.#found.length > 0
    if (isMet || this.#open.length === 0) this.#finish()
    else for (const run of [...this.#open]) run.advance()
  }

  stop(): void {
    for (const run of this.#open) run.cancel()
    this.#open = []
  }

  #heard(endpoints: readonly Endpoint[], holder: Peer): void {
    const at = this.#holders.findIndex(({ address }) => address === holder.address)
    if (at < 0) this.#holders.push(holder)
    else this.#holders = this.#holders.with(at, holder)
    this.#add(endpoints, holder)
    if (this.#isForOne) this.#finish()
  }

  #lookedUp(run: RunModel): void {
    this.#ended.push(run)
    this.#open = this.#open.filter((other) => other !== run)
    if (run.isInVain && !this.#isSettled) {
      this.#node.note('lookup: begun again')
      this.#inVain.add(run)
      const again = this.#begin(run.overlay)
      this.#open.push(again)
      again.advance()
    } else if (this.#open.length > 0) this.#finishEarly()
    else if (this.#isSettled) this.#parts.desk.ended(this.operationId)
    else this.#finish()
  }

  /** Finishes if endpoints are known and only stalled queries are open. */
  #finishEarly(): void {
    const isDue = this.#mode === 'quick' && !this.#isSettled && this.#found.length > 0
    if (!isDue || !this.#open.every(({ lookup }) => lookup.waitsForStalledOnly)) return
    const runs = [...this.#ended, ...this.#open]
    this.#open = this.#open.filter((run) => run.stopAsking())
    if (this.#open.length > 0) this.#parts.desk.listening.push(this)
    this.#node.note('settled early')
    this.#tell(runs)
  }

  #add(endpoints: readonly Endpoint[], holder?: Peer): void {
    const known = this.#found.map(formatEndpoint)
    const news = endpoints.filter((each, at) => {
      const text = formatEndpoint(each)
      const isFirst = endpoints.findIndex((other) => formatEndpoint(other) === text) === at
      return isFirst && !known.includes(text)
    })
    this.#found = [...this.#found, ...news]
    if (news.length === 0) return
    const { operationId } = this
    const from = holder?.contact
    this.#node.oracle.tell({ kind: 'found', operationId, endpoints: news, from })
    this.#node.note('found')
  }

  #finish(): void {
    const runs = [...this.#ended, ...this.#open]
    for (const run of this.#open) run.abort()
    this.#open = []
    this.#tell(runs)
  }

  #tell(runs: readonly RunModel[]): void {
    this.#isSettled = true
    const tally = sum(runs.map(({ lookup }) => lookup.tally()))
    const isAlone = tally.responded === 0 && !(this.#isForOne && this.#found.length > 0)
    const alone = isAlone ? (['no-response'] as const) : []
    const last = runs.filter((run) => !this.#inVain.has(run))
    const incompleteReasons = [...new Set([...last.flatMap(({ missed }) => missed), ...alone])]
    this.#parts.desk.settle(this.operationId, {
      kind: 'found',
      mayFindMore: this.#open.length > 0,
      result: {
        endpoints: this.#found,
        holders: this.#holders.map(({ contact }) => contact),
        closest: last.flatMap(({ lookup }) => lookup.closest()),
        complete: incompleteReasons.length === 0,
        incompleteReasons,
        tally,
        durationMs: this.#node.now - this.#startedAt,
      },
    })
  }
}

function announcedOf(command: Extract<Command, { kind: 'enter' }>): AnnouncedModel {
  const { port, impliedPort = false, seed = false } = command
  return { target: numberOf(command.target), port, impliedPort, seed }
}

// A running lookup with its queries, its owner and its deadline.

import type { Endpoint, Network, Response } from '@dht/krpc'
import { endpointFromCompact } from '@dht/krpc'
import { LookupDestinations } from '../../src/core/lookups/lookup-destinations.ts'
import type { IncompleteReason } from '../../src/core/operations/outcome.ts'
import { cancelQuery } from './core-cancel.model.ts'
import type { AskModel } from './core-facts.model.ts'
import type { OverlayModel } from './core-overlay.model.ts'
import { idOf, isCredible, isOneNode, type Peer } from './core-peer.ts'
import type { ObserverModel, QueryContent } from './core-queries.model.ts'
import { LookupModel } from './core-region.model.ts'

export interface RunOwner {
  found?(endpoints: readonly Endpoint[], holder: Peer): void
  /** The response to a get. */
  returned?(response: Response, responder: Peer): void
  /** Only stalled queries are open, so the user may get the result. */
  waits?(run: RunModel): void
  ended(run: RunModel): void
}

/** Contacts that a node named in a response. */
export interface NamedModel {
  readonly peers: readonly Peer[]
  readonly by: Peer
}

/** What a lookup is for, and what its queries say. */
export interface Sought {
  readonly target: bigint
  readonly method: 'find_node' | 'get_peers' | 'get'
  /** Whether seeds are not wanted. */
  readonly noseed?: boolean
  /** Of a get_peers: whether a write token is wanted, even in a reply of the query's length. */
  readonly isForWriting?: boolean
  /** Of a get: only versions above this one are wanted. */
  readonly known?: bigint | undefined
}

export class RunModel {
  readonly overlay: OverlayModel
  readonly lookup: LookupModel
  readonly #membersAtStart: number
  readonly #sought: Sought
  readonly #owner: RunOwner
  readonly #deadlineAt: number
  /** Why it may have missed something, in the order of the causes. */
  readonly missed: IncompleteReason[] = []
  hasEnded = false
  /** It sends no more queries. */
  #onlyListens = false
  #pending = 0
  readonly #observers: ObserverModel[] = []
  /** What may be sent to each endpoint; `lookup-destinations.test.ts` has its model. */
  readonly #destinations: LookupDestinations

  constructor(
    overlay: OverlayModel,
    owner: RunOwner,
    what: Sought & { readonly named?: NamedModel | undefined; readonly isUpkeep?: boolean },
  ) {
    const { node } = overlay
    this.overlay = overlay
    this.#membersAtStart = overlay.size
    this.#owner = owner
    this.#sought = what
    this.#destinations = new LookupDestinations(node.addresses)
    if (what.named !== undefined) {
      const { peers, by } = what.named
      const contacts = peers.map(({ contact }) => contact)
      this.#destinations.named({ contacts, namer: by.contact }, node.now)
    }
    this.#deadlineAt = node.now + node.config.lookupDeadlineMs
    const known = overlay.startingContacts(what.target, 2 * node.config.k)
    this.lookup = new LookupModel(what.target, overlay, {
      seeds: [...known, ...(what.named?.peers ?? [])],
      isUpkeep: what.isUpkeep === true,
    })
    node.counters.lookups++
  }

  advance(): void {
    const { node } = this.overlay
    if (this.hasEnded) return
    if (this.#onlyListens) {
      if (this.#pending === 0) this.#end()
      return
    }
    if (node.now >= this.#deadlineAt && !this.lookup.isOver) {
      this.#miss('deadline')
      this.lookup.abort()
    }
    while (!this.lookup.isOver) {
      const ask = this.lookup.next()
      if (ask !== undefined) this.#ask(ask)
      else if (!this.lookup.isOver) {
        if (this.lookup.waitsForStalledOnly) this.#owner.waits?.(this)
        return
      }
    }
    this.#end()
  }

  #ask(ask: AskModel): void {
    const { node } = this.overlay
    const { network } = node.config
    const { peer, toward } = ask
    const sought: Sought =
      toward === undefined ? this.#sought : { target: toward, method: 'find_node' }
    const observer: ObserverModel = {
      asked: peer,
      isSilenceFailure: sought.method !== 'get',
      isOfLookup: true,
      onResponse: (response, responder) => this.#answered(ask, response, responder),
      onError: () => this.#failed(ask),
      onFailure: () => this.#failed(ask),
      onStalled: (isSuspect) => this.#stalled(ask, isSuspect),
    }
    const { endpoint } = peer.contact
    if (!this.#destinations.take(peer.contact, node.now)) {
      this.lookup.failed(ask)
      return
    }
    if (this.overlay.ask(endpoint, questionOf(sought, network), observer)) {
      this.#pending++
      this.#observers.push(observer)
      if (this.overlay.speeds.isSlow(peer)) this.lookup.stalled(ask)
      return
    }
    if (isOneNode(endpoint) && !this.overlay.isSelf(endpoint)) {
      this.#miss(this.overlay.isTransportLost ? 'no-response' : 'too-many-queries')
    }
    this.lookup.failed(ask)
  }

  /** No contact responded, and the table has more contacts than at the start. */
  get isInVain(): boolean {
    return this.lookup.tally().responded === 0 && this.overlay.size > this.#membersAtStart
  }

  /** @returns whether a response may still come */
  stopAsking(): boolean {
    if (!this.lookup.isOver) this.#miss('late')
    this.#onlyListens = true
    this.hasEnded = this.hasEnded || this.#pending === 0
    return !this.hasEnded
  }

  #end(): void {
    if (this.missed.length === 0) {
      this.overlay.networkSize.lookupEnded(this.#sought.target, this.lookup.closest())
    }
    this.hasEnded = true
    this.#owner.ended(this)
  }

  abort(): void {
    if (!this.lookup.isOver) this.#miss('late')
    this.hasEnded = true
    this.lookup.abort()
  }

  /** The user has cancelled it. */
  cancel(): void {
    this.abort()
    for (const observer of this.#observers) cancelQuery(observer, this.overlay)
  }

  #miss(reason: IncompleteReason): void {
    if (!this.missed.includes(reason)) this.missed.push(reason)
  }

  #answered(ask: AskModel, response: Response, responder: Peer): void {
    this.#pending--
    if (this.hasEnded) return
    const from = responder.contact.endpoint
    const closer = this.overlay.closerNodes(response, from, this.overlay.family)
    this.#destinations.responded(ask.peer.contact)
    const contacts = closer.map(({ contact }) => contact)
    this.#destinations.named({ contacts, namer: responder.contact }, this.overlay.node.now)
    this.lookup.responded(ask, { responder, closer, token: response.token })
    const endpoints = (response.values ?? [])
      .map(endpointFromCompact)
      .filter((e): e is Endpoint => e !== undefined && isCredible(e, from))
    const method = ask.toward === undefined ? this.#sought.method : 'find_node'
    if (method === 'get_peers' && endpoints.length > 0) this.#owner.found?.(endpoints, responder)
    if (method === 'get') this.#owner.returned?.(response, responder)
    this.advance()
  }

  #failed(ask: AskModel): void {
    this.#pending--
    if (this.overlay.isTransportLost) this.#miss('no-response')
    this.lookup.failed(ask)
    this.advance()
  }

  #stalled(ask: AskModel, isSuspect: boolean): boolean {
    if (isSuspect) this.lookup.failed(ask)
    else this.lookup.stalled(ask)
    this.advance()
    if (isSuspect || this.hasEnded) return false
    return this.#destinations.take(ask.peer.contact, this.overlay.node.now)
  }
}

function questionOf(sought: Sought, network: Network): QueryContent {
  const target = idOf(sought.target, network)
  // As many zeros as make the query 400 bytes long, where it has a version and a short sequence.
  const pad = new Uint8Array(294)
  if (sought.method === 'get') return { method: 'get', target, seq: sought.known, pad }
  if (sought.method === 'find_node') return { method: 'find_node', target }
  const { noseed } = sought
  if (sought.isForWriting === true) {
    // As many zeros as make room for a contact, a peer over IPv6 and the token.
    return { method: 'get_peers', target, noseed, pad: new Uint8Array(44) }
  }
  return { method: 'get_peers', target, noseed }
}

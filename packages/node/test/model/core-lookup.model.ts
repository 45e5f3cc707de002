// A lookup as a list of facts that is sorted whenever the order matters, and a running lookup with
// its queries, its owner and its deadline. Distances are numbers.

import type { Contact, Endpoint, Network, Response } from '@dht/krpc'
import { endpointFromCompact } from '@dht/krpc'
import type { IncompleteReason } from '../../src/core/operations/outcome.ts'
import { cancelQuery } from './core-cancel.model.ts'
import type { OverlayModel } from './core-overlay.model.ts'
import { hostKeyOf, idOf, isCredible, isOneNode, type Peer, shared } from './core-peer.ts'
import type { ObserverModel, QueryContent } from './core-queries.model.ts'

type State = 'fresh' | 'queried' | 'stalled' | 'responded' | 'failed'

interface Fact {
  readonly peer: Peer
  /** The distance to the target; equal only for equal ids. */
  readonly distance: bigint
  /** The host key it counts under; undefined for one that responded in place of another. */
  readonly hostKey: string | undefined
  readonly hop: number
  state: State
  token: Uint8Array | undefined
  hasToldAll: boolean
  wasAsked: boolean
  everStalled: boolean
}

const MOST_QUESTIONS = 128
const MOST_FRESH = 128

export interface TallyModel {
  readonly queried: number
  readonly responded: number
  readonly stalled: number
  readonly failed: number
  readonly hops: number
}

export class LookupModel {
  readonly #target: bigint
  readonly #overlay: OverlayModel
  /** Nearest first. */
  #facts: Fact[] = []
  isOver = false

  constructor(target: bigint, overlay: OverlayModel, seeds: readonly Peer[]) {
    this.#target = target
    this.#overlay = overlay
    for (const seed of seeds) this.#hear(seed, 1)
    this.#settle()
  }

  get #k(): number {
    return this.#overlay.node.config.k
  }

  /** The contact to query; undefined: none now. */
  next(): Peer | undefined {
    const { alpha } = this.#overlay.node.config
    const nearest = this.#alive().find(({ state }) => state === 'responded')
    const slots = nearest?.hasToldAll === true ? Math.max(this.#k, alpha) : alpha
    const patient = this.#facts.filter(({ state }) => state === 'queried').length
    if (this.isOver || patient >= slots) return undefined
    const places = this.#alive().filter(({ state }) => state !== 'stalled')
    const fact = places.slice(0, this.#k).find(({ state }) => state === 'fresh')
    if (fact === undefined) return undefined
    fact.state = 'queried'
    fact.wasAsked = true
    if (this.#isSpent) this.#facts = this.#facts.filter(({ state }) => state !== 'fresh')
    return fact.peer
  }

  responded(asked: Peer, responder: Peer, closer: readonly Peer[], token?: Uint8Array): void {
    const fact = this.#open(asked)
    if (fact === undefined) return
    const isOther = responder.value !== asked.value
    fact.state = isOther ? 'failed' : 'responded'
    const speaker = isOther ? this.#enter(responder, fact.hop) : fact
    if (speaker !== undefined) {
      speaker.token = token?.slice()
      this.#learn(speaker, closer)
    }
    this.#settle()
  }

  stalled(asked: Peer): void {
    const fact = this.#open(asked)
    if (fact?.state !== 'queried') return
    fact.state = 'stalled'
    fact.everStalled = true
  }

  failed(asked: Peer): void {
    const fact = this.#open(asked)
    if (fact === undefined) return
    fact.state = 'failed'
    this.#settle()
  }

  /** Each of the k nearest has responded or stalled. */
  get waitsForStalledOnly(): boolean {
    const nearest = this.#alive().slice(0, this.#k)
    return nearest.every(({ state }) => state !== 'fresh' && state !== 'queried')
  }

  /** Those of the k nearest that have not responded so far. */
  get pending(): number {
    const nearest = this.#alive().slice(0, this.#k)
    return nearest.filter(({ state }) => state === 'queried' || state === 'stalled').length
  }

  closest(): Contact[] {
    return this.#results().map(({ peer }) => peer.contact)
  }

  writeTargets(): { readonly peer: Peer; readonly token: Uint8Array }[] {
    const mayAnswer = ({ state }: Fact): boolean => state !== 'responded' && !this.isOver
    return this.#alive()
      .filter((fact) => fact.token !== undefined || mayAnswer(fact))
      .slice(0, this.#k)
      .flatMap(({ peer, token }) => (token === undefined ? [] : [{ peer, token }]))
  }

  tally(): TallyModel {
    const asked = this.#facts.filter(({ wasAsked }) => wasAsked)
    return {
      queried: asked.length,
      responded: asked.filter(({ state }) => state === 'responded').length,
      stalled: asked.filter(({ everStalled }) => everStalled).length,
      failed: asked.filter(({ state }) => state === 'failed').length,
      hops: Math.max(0, ...this.#results().map(({ hop }) => hop)),
    }
  }

  get #isSpent(): boolean {
    return this.#facts.filter(({ wasAsked }) => wasAsked).length >= MOST_QUESTIONS
  }

  #open(asked: Peer): Fact | undefined {
    if (this.isOver) return undefined
    const fact = this.#facts.find(({ peer }) => peer.value === asked.value)
    return fact?.state === 'queried' || fact?.state === 'stalled' ? fact : undefined
  }

  #enter(peer: Peer, hop: number): Fact | undefined {
    if (!this.#isNew(peer)) return undefined
    const fact = this.#add(peer, undefined, hop)
    fact.state = 'responded'
    return fact
  }

  #learn(speaker: Fact, closer: readonly Peer[]): void {
    const { network } = this.#overlay.node.config
    const named = closer
      .filter((one, at) => closer.findIndex(({ value }) => value === one.value) === at)
      .sort((a, b) => (this.#distanceOf(a) < this.#distanceOf(b) ? -1 : 1))
      .slice(0, this.#k)
    const farthest = named.at(-1)
    speaker.hasToldAll =
      farthest !== undefined &&
      shared(farthest.value, this.#target, network) <=
        shared(speaker.peer.value, this.#target, network)
    if (this.#isSpent) return
    for (const peer of named) this.#hear(peer, speaker.hop + 1)
  }

  #hear(peer: Peer, hop: number): void {
    if (!this.#isNew(peer)) return
    const { local, node } = this.#overlay
    const hostKey = hostKeyOf(peer.contact.endpoint, node.config.network)
    if (hostKey === hostKeyOf(local, node.config.network)) return
    const fresh = this.#alive().filter(({ state }) => state === 'fresh')
    let loser = this.#facts.find((fact) => fact.hostKey === hostKey)
    if (loser !== undefined && loser.state !== 'fresh') return
    if (loser === undefined && fresh.length === MOST_FRESH) loser = fresh.at(-1)
    if (loser !== undefined && loser.distance < this.#distanceOf(peer)) return
    this.#facts = this.#facts.filter((fact) => fact !== loser)
    this.#add(peer, hostKey, hop)
  }

  #add(peer: Peer, hostKey: string | undefined, hop: number): Fact {
    const fact = newFact(peer, { distance: this.#distanceOf(peer), hostKey: hostKey, hop })
    this.#facts.push(fact)
    this.#facts.sort((a, b) => (a.distance < b.distance ? -1 : 1))
    return fact
  }

  #isNew({ value }: Peer): boolean {
    const { self } = this.#overlay.node
    return value !== self && !this.#facts.some(({ peer }) => peer.value === value)
  }

  #settle(): void {
    const nearest = this.#alive().slice(0, this.#k)
    if (nearest.every(({ state }) => state === 'responded')) this.isOver = true
  }

  #alive(): Fact[] {
    return this.#facts.filter(({ state }) => state !== 'failed')
  }

  #results(): Fact[] {
    return this.#alive()
      .filter(({ state }) => state === 'responded')
      .slice(0, this.#k)
  }

  #distanceOf({ value }: Peer): bigint {
    return value ^ this.#target
  }
}

function newFact(peer: Peer, known: Pick<Fact, 'distance' | 'hostKey' | 'hop'>): Fact {
  const rest = { token: undefined, hasToldAll: false, wasAsked: false, everStalled: false }
  return { peer, state: 'fresh', ...known, ...rest }
}

export interface RunOwner {
  found?(endpoints: readonly Endpoint[], holder: Peer): void
  /** The response to a get. */
  returned?(response: Response, responder: Peer): void
  /** Only stalled queries are open, so the user may get the result. */
  waits?(run: RunModel): void
  ended(run: RunModel): void
}

/** What a lookup is for, and what its queries say. */
export interface Sought {
  readonly target: bigint
  readonly method: 'find_node' | 'get_peers' | 'get'
  /** Whether seeds are not wanted. */
  readonly noseed?: boolean
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

  constructor(
    overlay: OverlayModel,
    owner: RunOwner,
    what: Sought & { readonly seeds?: readonly Peer[] },
  ) {
    const { node } = overlay
    this.overlay = overlay
    this.#membersAtStart = overlay.size
    this.#owner = owner
    this.#sought = what
    this.#deadlineAt = node.now + node.config.lookupDeadlineMs
    const known = overlay.startingContacts(what.target, 2 * node.config.k)
    this.lookup = new LookupModel(what.target, overlay, [...known, ...(what.seeds ?? [])])
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
      this.lookup.isOver = true
    }
    const { method } = this.#sought
    const question = questionOf(this.#sought, node.config.network)
    while (!this.lookup.isOver) {
      const peer = this.lookup.next()
      if (peer === undefined) {
        if (this.lookup.waitsForStalledOnly) this.#owner.waits?.(this)
        return
      }
      const observer: ObserverModel = {
        asked: peer,
        isSilenceFailure: method !== 'get',
        onResponse: (response, responder) => this.#answered(peer, response, responder),
        onError: () => this.#failed(peer),
        onFailure: () => this.#failed(peer),
        onStalled: (isSuspect) => this.#stalled(peer, isSuspect),
      }
      if (this.overlay.ask(peer.contact.endpoint, question, observer)) {
        this.#pending++
        this.#observers.push(observer)
        continue
      }
      if (isOneNode(peer.contact.endpoint) && !this.overlay.isSelf(peer.contact.endpoint)) {
        this.#miss(this.overlay.isTransportLost ? 'no-response' : 'too-many-queries')
      }
      this.lookup.failed(peer)
    }
    this.#end()
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
    this.hasEnded = true
    this.#owner.ended(this)
  }

  abort(): void {
    if (!this.lookup.isOver) this.#miss('late')
    this.hasEnded = true
    this.lookup.isOver = true
  }

  /** The user has cancelled it. */
  cancel(): void {
    this.abort()
    for (const observer of this.#observers) cancelQuery(observer, this.overlay)
  }

  #miss(reason: IncompleteReason): void {
    if (!this.missed.includes(reason)) this.missed.push(reason)
  }

  #answered(asked: Peer, response: Response, responder: Peer): void {
    this.#pending--
    if (this.hasEnded) return
    const from = responder.contact.endpoint
    const closer = this.overlay.closerNodes(response, from, this.overlay.family)
    this.lookup.responded(asked, responder, closer, response.token)
    const endpoints = (response.values ?? [])
      .map(endpointFromCompact)
      .filter((e): e is Endpoint => e !== undefined && isCredible(e, from))
    const { method } = this.#sought
    if (method === 'get_peers' && endpoints.length > 0) this.#owner.found?.(endpoints, responder)
    if (method === 'get') this.#owner.returned?.(response, responder)
    this.advance()
  }

  #failed(asked: Peer): void {
    this.#pending--
    if (this.overlay.isTransportLost) this.#miss('no-response')
    this.lookup.failed(asked)
    this.advance()
  }

  #stalled(asked: Peer, isSuspect: boolean): boolean {
    if (isSuspect) this.lookup.failed(asked)
    else this.lookup.stalled(asked)
    this.advance()
    return !isSuspect && !this.hasEnded
  }
}

function questionOf(sought: Sought, network: Network): QueryContent {
  const target = idOf(sought.target, network)
  // As many zeros as make the query 400 bytes long, where it has a version and a short sequence.
  const pad = new Uint8Array(294)
  if (sought.method === 'get') return { method: 'get', target, seq: sought.known, pad }
  if (sought.method === 'find_node') return { method: 'find_node', target }
  return { method: 'get_peers', target, noseed: sought.noseed }
}

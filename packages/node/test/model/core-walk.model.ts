// A walk of the model toward one target: a list of facts about ids that is sorted whenever the
// order matters. Distances are numbers. Which contact of an id is asked depends on who named it.

import type { Contact } from '@dht/krpc'
import {
  type AskModel,
  type Fact,
  isLiar,
  isUntried,
  type PathModel,
  type ReportedContact,
  type Reporter,
  type ResponseModel,
  stateOf,
  succeed,
  tokenOf,
  type Verdict,
  weightOf,
} from './core-facts.model.ts'
import { addressKeyOf, hostKeyOf, type Peer, shared } from './core-peer.ts'
import { PlacesModel, type WalkInit } from './core-places.model.ts'

const MOST_OTHERS = 128
const MOST_REPORTERS = 16

export class WalkModel extends PlacesModel implements PathModel {
  #known: number
  /** The ids of nodes that answer soon, since the first stall on the way. */
  #prompt: readonly bigint[] | undefined
  isOver = false

  constructor(init: WalkInit) {
    super(init)
    this.#known = Math.max(init.seeds.length, this.k)
    for (const peer of init.seeds) this.#hearOwn(peer)
    this.#settle()
  }

  next(): AskModel | undefined {
    const { alpha } = this.init.overlay.node.config
    const alive = this.alive()
    const nearest = alive.find((fact) => stateOf(fact) === 'responded')
    const slots = nearest?.hasToldAll === true ? Math.max(this.k, alpha) : alpha
    const patient = alive.filter((fact) => stateOf(fact) === 'queried').length
    if (this.isOver || patient >= slots) return undefined
    const fact =
      this.#promptOne() ?? this.#due(alive) ?? (patient === 0 ? this.#doubtful(alive) : undefined)
    return fact && this.#ask(fact)
  }

  responded(ask: AskModel, { responder, closer, token }: ResponseModel): Verdict {
    const fact = this.#factOf(ask)
    if (fact === undefined) return 'ignored'
    const isOther = responder.value !== fact.value
    if (isOther) this.#fail(fact, ask)
    else succeed(fact, ask)
    const speaker = isOther ? this.#enter(responder, fact.hop) : fact
    if (speaker !== undefined) {
      speaker.token = token?.slice()
      this.#learn(speaker, closer, isOther && this.init.region > 0)
    }
    this.#settle()
    if (speaker === undefined) return 'rejected'
    return isOther ? 'renamed' : 'used'
  }

  stalled(ask: AskModel): void {
    if (this.#factOf(ask) === undefined || ask.hasStalled) return
    ask.hasStalled = true
    for (const reporter of this.#reportedContactOf(ask)?.reporters ?? []) reporter.misses++
    if (this.#isOnItsWay && this.#prompt === undefined && !this.isSpent) this.#hearPrompt()
  }

  failed(ask: AskModel): void {
    const fact = this.#factOf(ask)
    if (fact === undefined) return
    this.#fail(fact, ask)
    this.#settle()
  }

  /** Each of the nearest has responded, or has stalled and has no other contact. */
  get waitsForStalledOnly(): boolean {
    return this.nearest().every((fact) => {
      const state = stateOf(fact)
      return state === 'responded' || (state === 'stalled' && this.other(fact) === undefined)
    })
  }

  /** Those of the nearest that have not responded so far. */
  get pending(): number {
    const states = this.nearest().map(stateOf)
    return states.filter((state) => state === 'queried' || state === 'stalled').length
  }

  closest(): Contact[] {
    return this.nearestPeers().map(({ contact }) => contact)
  }

  nearestPeers(): Peer[] {
    return this.results().map(({ reported }) => reported.peer)
  }

  responders(): Peer[] {
    const all = this.alive().filter((fact) => stateOf(fact) === 'responded')
    return all.map(({ reported }) => reported.peer)
  }

  writeTargets(): { readonly peer: Peer; readonly token: Uint8Array }[] {
    return this.alive()
      .filter((fact) => {
        return fact.token !== undefined || (stateOf(fact) !== 'responded' && !this.isOver)
      })
      .slice(0, this.reach())
      .flatMap(tokenOf)
  }

  tokensWithin(share: number): { readonly peer: Peer; readonly token: Uint8Array }[] {
    return this.alive()
      .filter((fact) => this.isWithin(fact.value, share))
      .flatMap(tokenOf)
  }

  unsettledWithin(share: number): Peer[] {
    return this.alive()
      .filter((fact) => stateOf(fact) !== 'responded' && this.isWithin(fact.value, share))
      .map(({ reported }) => reported.peer)
  }

  /**
   * Whether it may be asked although this walk is over: it did not respond, and it did not fail if
   * it is not known to respond.
   */
  isUnsettled(peer: Peer, isProven: boolean): boolean {
    const { local, node } = this.init.overlay
    const own = hostKeyOf(local, node.config.network)
    const isOwn = peer.address === own || addressKeyOf(peer.contact.endpoint) === own
    const fact = this.facts.find(({ value }) => value === peer.value)
    const by = this.facts.find(({ holds }) => {
      return [...holds].some((one) => one.peer.address === peer.address)
    })
    const isTaken = by !== undefined && by !== fact && !isUntried(by)
    if (peer.value === node.self || isOwn || isTaken || fact?.ended === 'responded') return false
    return isProven || fact?.ended !== 'failed'
  }

  /** Whether this id was named at this endpoint, and is asked there or may be. */
  knows({ value, address }: Peer): boolean {
    const fact = this.facts.find((one) => one.value === value)
    if (fact === undefined) return false
    const named = [fact.reported, ...fact.others].map(({ peer }) => peer)
    const open = fact.asks.filter(({ isOpen }) => isOpen).map(({ peer }) => peer)
    return [...named, ...open].some((peer) => peer.address === address)
  }

  get #isOnItsWay(): boolean {
    const nearest = this.alive().find((fact) => stateOf(fact) === 'responded')
    return nearest?.hasToldAll !== true
  }

  #hearPrompt(): void {
    const { overlay, target } = this.init
    const members = overlay.startingContacts(target, overlay.size)
    const prompt = members.filter((peer) => overlay.speeds.isPrompt(peer)).slice(0, this.k)
    for (const peer of prompt) this.#hearOwn(peer)
    this.#prompt = prompt.map(({ value }) => value)
    if (prompt.length > 0) overlay.node.note('a lookup asks for nodes that answer soon')
  }

  /** On the way, one node that answers soon for each query that has stalled. */
  #promptOne(): Fact | undefined {
    const all = this.facts.filter(({ value }) => this.#prompt?.includes(value))
    const tried = all.filter((fact) => stateOf(fact) !== 'fresh').length
    if (!this.#isOnItsWay || tried >= this.tally().stalled) return undefined
    const fresh = this.alive().filter((fact) => all.includes(fact) && stateOf(fact) === 'fresh')
    return fresh.find((fact) => weightOf(this.chosen(fact)) > 0)
  }

  #due(alive: readonly Fact[]): Fact | undefined {
    let places = this.reach()
    for (const fact of alive) {
      const state = stateOf(fact)
      if (places === 0) return undefined
      if (state === 'fresh' && weightOf(this.chosen(fact)) > 0) return fact
      if (state === 'stalled' && this.other(fact) !== undefined) return fact
      const isSettled = state === 'responded' || state === 'queried'
      if (isSettled && !isLiar(fact, this.needsProof)) places--
    }
    return undefined
  }

  /** A contact that nobody who is believed has named is asked when no other query is open. */
  #doubtful(alive: readonly Fact[]): Fact | undefined {
    let places = this.reach()
    for (const fact of alive) {
      const state = stateOf(fact)
      if (places === 0) return undefined
      if (state === 'fresh') return fact
      const isSettled = state === 'responded' || state === 'queried'
      if (isSettled && !isLiar(fact, this.needsProof)) places--
    }
    return undefined
  }

  #ask(fact: Fact): AskModel {
    const former = fact.reported
    if (stateOf(fact) === 'stalled') this.turn(fact)
    else if (this.chosen(fact) !== former) {
      fact.holds.delete(former)
      this.turn(fact)
      fact.others.push(former)
    }
    const { toward } = this.init
    const { peer } = fact.reported
    const ask = { peer, toward, path: this, hasStalled: false, isOpen: true }
    fact.asks.push(ask)
    if (this.isSpent) this.#forgetUnasked()
    return ask
  }

  #forgetUnasked(): void {
    for (const fact of this.facts.filter(isUntried)) this.forget(fact)
    for (const fact of this.facts) {
      if (stateOf(fact) === 'fresh') fact.ended = 'failed'
      fact.others = []
    }
    this.aside = []
  }

  #factOf(ask: AskModel): Fact | undefined {
    if (this.isOver || !ask.isOpen) return undefined
    return this.facts.find(({ asks }) => asks.includes(ask))
  }

  #reportedContactOf(ask: AskModel): ReportedContact | undefined {
    const held = this.facts.flatMap(({ holds }) => [...holds])
    return held.find(({ peer }) => peer === ask.peer)
  }

  #fail(fact: Fact, ask: AskModel): void {
    ask.isOpen = false
    if (!ask.hasStalled) for (const by of this.#reportedContactOf(ask)?.reporters ?? []) by.misses++
    const open = fact.asks.findLast(({ isOpen }) => isOpen)
    if (open !== undefined) fact.reported = this.#reportedContactOf(open) as ReportedContact
    else if (!this.turn(fact)) fact.ended = 'failed'
  }

  #enter(peer: Peer, hop: number): Fact | undefined {
    if (!this.isNew(peer)) return undefined
    const fact = this.add({ peer, isOwn: true, reporters: [] }, hop)
    fact.ended = 'responded'
    return fact
  }

  #learn(speaker: Fact, closer: readonly Peer[], isRenamed: boolean): void {
    const { target, mayAsk, overlay } = this.init
    const { network } = overlay.node.config
    const named = closer
      .filter((one, at) => closer.findIndex(({ value }) => value === one.value) === at)
      .filter((one) => mayAsk?.(one) !== false)
      .sort((a, b) => ((a.value ^ target) < (b.value ^ target) ? -1 : 1))
      .slice(0, this.k)
    const farthest = named.at(-1)
    speaker.hasToldAll =
      farthest !== undefined &&
      shared(farthest.value, target, network) <= shared(speaker.value, target, network)
    if (this.isSpent) return
    const by = { named: named.length, isRenamed, hits: 0, misses: 0 }
    speaker.reporter = by
    for (const peer of named) this.#hear(peer, speaker.hop + 1, by)
  }

  #hearOwn(peer: Peer): void {
    if (this.init.mayAsk?.(peer) !== false) this.#hear(peer, 1)
  }

  #hear(peer: Peer, hop: number, by?: Reporter): void {
    const { self } = this.init.overlay.node
    if (peer.value === self) return
    const known = this.facts.find(({ value }) => value === peer.value)
    if (known === undefined)
      this.admit({ peer, isOwn: by === undefined, reporters: by === undefined ? [] : [by] }, hop)
    else if (by !== undefined) this.#hearAgain(known, peer, by)
  }

  #hearAgain(fact: Fact, peer: Peer, by: Reporter): void {
    if (fact.ended === 'responded') {
      if (peer.address === fact.reported.peer.address) by.hits++
      else by.misses++
      return
    }
    const known = [fact.reported, ...fact.others].find((one) => one.peer.address === peer.address)
    if (known !== undefined && known.reporters.length < MOST_REPORTERS) known.reporters.push(by)
    if (known === undefined && fact.others.length < MOST_OTHERS) {
      fact.others.push({ peer, isOwn: false, reporters: [by] })
    }
    if (fact.ended === 'failed' && this.turn(fact)) fact.ended = undefined
  }

  #settle(): void {
    if (!this.#isSettled) return
    this.needsProof = true
    if (!this.#isSettled || this.#hearMore() || this.admitAside()) return
    this.isOver = true
  }

  get #isSettled(): boolean {
    return this.nearest().every((fact) => stateOf(fact) === 'responded')
  }

  #hearMore(): boolean {
    const believed = this.alive().filter((fact) => !isLiar(fact, true)).length
    if (this.isSpent || believed >= this.k) return false
    const before = this.facts.length
    const { overlay, target } = this.init
    let own: readonly Peer[]
    do {
      this.#known *= 2
      own = overlay.startingContacts(target, this.#known)
      for (const peer of own) this.#hearOwn(peer)
    } while (this.facts.length === before && own.length === this.#known)
    return this.facts.length > before
  }
}

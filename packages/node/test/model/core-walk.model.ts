// A lookup as a list of facts about ids that is sorted whenever the order matters. Distances are
// numbers. Several contacts may be named with one id; which is asked depends on who named them.

import type { Contact } from '@dht/krpc'
import type { OverlayModel } from './core-overlay.model.ts'
import { addressKeyOf, hostKeyOf, type Peer, shared } from './core-peer.ts'

type State = 'fresh' | 'queried' | 'stalled' | 'responded' | 'failed'

/** What became of the contacts that one response named. */
interface Reporter {
  readonly named: number
  hits: number
  misses: number
}

/** A contact under which an id was named. */
interface Sighting {
  readonly peer: Peer
  /** Undefined: it was in our table, or responded itself. */
  readonly reporters: Reporter[] | undefined
}

/** One query of a walk. */
export interface AskModel {
  readonly peer: Peer
  /** Ask for the contacts nearest to this id; undefined: ask what the lookup is for. */
  readonly toward: bigint | undefined
  readonly path: PathModel
  hasStalled: boolean
  isOpen: boolean
}

export interface TallyModel {
  readonly queried: number
  readonly responded: number
  readonly stalled: number
  readonly failed: number
  readonly hops: number
}

export type Verdict = 'used' | 'renamed' | 'rejected' | 'ignored'

export interface ResponseModel {
  readonly responder: Peer
  readonly closer: readonly Peer[]
  readonly token?: Uint8Array | undefined
}

/** A part of a lookup that sends queries of its own. */
export interface PathModel {
  next(): AskModel | undefined
  responded(ask: AskModel, response: ResponseModel): Verdict
  stalled(ask: AskModel): void
  failed(ask: AskModel): void
  tally(): TallyModel
  isOver: boolean
  readonly waitsForStalledOnly: boolean
  readonly pending: number
}

interface Fact {
  readonly value: bigint
  /** The distance to the target; equal only for equal ids. */
  readonly distance: bigint
  readonly hop: number
  /** Those asked and the one to ask next: their endpoints are taken. */
  readonly holds: Set<Sighting>
  readonly asks: AskModel[]
  sighting: Sighting
  others: Sighting[]
  ended: 'responded' | 'failed' | undefined
  token: Uint8Array | undefined
  hasToldAll: boolean
  reporter: Reporter | undefined
}

const MOST_FRESH = 128
const MOST_ASIDE = 64
const MOST_OTHERS = 32
const MOST_REPORTERS = 16
const OWN_WEIGHT = 2
const ASKED_ON_ONE_WORD = 3
const HEADS = 2 ** 32

export interface WalkInit {
  readonly target: bigint
  readonly overlay: OverlayModel
  readonly seeds: readonly Peer[]
  /** Share of the id space whose nodes are all waited for. */
  readonly region: number
  readonly mostQueries: number
  /** What its queries ask for, if not what the lookup is for. */
  readonly toward?: bigint
  readonly mayAsk?: (peer: Peer) => boolean
}

export class WalkModel implements PathModel {
  readonly #init: WalkInit
  /** Nearest first. */
  #facts: Fact[] = []
  #aside: { readonly sighting: Sighting; readonly hop: number }[] = []
  /** In the order in which endpoints were taken. */
  #takers: Fact[] = []
  #known: number
  #isWary = false
  isOver = false

  constructor(init: WalkInit) {
    this.#init = init
    for (const peer of init.seeds) this.#hearOwn(peer)
    this.#known = Math.max(init.seeds.length, this.#k)
    this.#settle()
  }

  get #k(): number {
    return this.#init.overlay.node.config.k
  }

  next(): AskModel | undefined {
    const { alpha } = this.#init.overlay.node.config
    const alive = this.#alive()
    const nearest = alive.find((fact) => stateOf(fact) === 'responded')
    const slots = nearest?.hasToldAll === true ? Math.max(this.#k, alpha) : alpha
    const patient = alive.filter((fact) => stateOf(fact) === 'queried').length
    if (this.isOver || patient >= slots) return undefined
    const fact = this.#due(alive) ?? (patient === 0 ? this.#doubtful(alive) : undefined)
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
      this.#learn(speaker, closer)
    }
    this.#settle()
    if (speaker === undefined) return 'rejected'
    return isOther ? 'renamed' : 'used'
  }

  stalled(ask: AskModel): void {
    if (this.#factOf(ask) === undefined || ask.hasStalled) return
    ask.hasStalled = true
    for (const reporter of this.#sightingOf(ask)?.reporters ?? []) reporter.misses++
  }

  failed(ask: AskModel): void {
    const fact = this.#factOf(ask)
    if (fact === undefined) return
    this.#fail(fact, ask)
    this.#settle()
  }

  /** Each of the nearest has responded, or has stalled and has no other contact. */
  get waitsForStalledOnly(): boolean {
    return this.#nearest().every((fact) => {
      const state = stateOf(fact)
      return state === 'responded' || (state === 'stalled' && this.#other(fact) === undefined)
    })
  }

  /** Those of the nearest that have not responded so far. */
  get pending(): number {
    const states = this.#nearest().map(stateOf)
    return states.filter((state) => state === 'queried' || state === 'stalled').length
  }

  closest(): Contact[] {
    return this.#results().map(({ sighting }) => sighting.peer.contact)
  }

  responders(): Peer[] {
    const all = this.#alive().filter((fact) => stateOf(fact) === 'responded')
    return all.map(({ sighting }) => sighting.peer)
  }

  writeTargets(): { readonly peer: Peer; readonly token: Uint8Array }[] {
    return this.#alive()
      .filter((fact) => {
        return fact.token !== undefined || (stateOf(fact) !== 'responded' && !this.isOver)
      })
      .slice(0, this.#reach())
      .flatMap(tokenOf)
  }

  tokensWithin(share: number): { readonly peer: Peer; readonly token: Uint8Array }[] {
    return this.#alive()
      .filter((fact) => this.isWithin(fact.value, share))
      .flatMap(tokenOf)
  }

  /** How many ids within this share are known and have not failed. */
  countWithin(share: number): number {
    const values = [...this.#alive(), ...this.#aside.map(({ sighting }) => sighting.peer)]
    return values.filter(({ value }) => this.isWithin(value, share)).length
  }

  unsettledWithin(share: number): Peer[] {
    return this.#alive()
      .filter((fact) => stateOf(fact) !== 'responded' && this.isWithin(fact.value, share))
      .map(({ sighting }) => sighting.peer)
  }

  /** Whether it may be asked although this walk is over: it neither responded nor failed. */
  isUnsettled(peer: Peer): boolean {
    const { local, node } = this.#init.overlay
    const own = hostKeyOf(local, node.config.network)
    const isOwn = peer.address === own || addressKeyOf(peer.contact.endpoint) === own
    const fact = this.#facts.find(({ value }) => value === peer.value)
    const by = this.#facts.find(({ holds }) => {
      return [...holds].some((one) => one.peer.address === peer.address)
    })
    const isTaken = by !== undefined && by !== fact && !isUntried(by)
    return peer.value !== node.self && !isOwn && !isTaken && fact?.ended === undefined
  }

  isWithin(value: bigint, share: number): boolean {
    const { network } = this.#init.overlay.node.config
    const head = Number((value ^ this.#init.target) >> BigInt(8 * network.idLength - 32))
    return head < Math.min(Math.floor(share * HEADS), HEADS - 1)
  }

  tally(): TallyModel {
    const asks = this.#facts.flatMap((fact) => fact.asks)
    const responded = this.#facts.filter(({ ended, asks: sent }) => {
      return ended === 'responded' && sent.length > 0
    }).length
    const open = asks.filter(({ isOpen }) => isOpen).length
    return {
      queried: asks.length,
      responded,
      stalled: asks.filter(({ hasStalled }) => hasStalled).length,
      failed: asks.length - responded - open,
      hops: Math.max(0, ...this.#results().map(({ hop }) => hop)),
    }
  }

  #due(alive: readonly Fact[]): Fact | undefined {
    let places = this.#reach()
    for (const fact of alive) {
      const state = stateOf(fact)
      if (places === 0) return undefined
      if (state === 'fresh' && weightOf(this.#chosen(fact)) > 0) return fact
      if (state === 'stalled' && this.#other(fact) !== undefined) return fact
      const isSettled = state === 'responded' || state === 'queried'
      if (isSettled && !isLiar(fact, this.#isWary)) places--
    }
    return undefined
  }

  /** A contact that nobody who is believed has named is asked when no other query is open. */
  #doubtful(alive: readonly Fact[]): Fact | undefined {
    let places = this.#reach()
    for (const fact of alive) {
      const state = stateOf(fact)
      if (places === 0) return undefined
      if (state === 'fresh') return fact
      const isSettled = state === 'responded' || state === 'queried'
      if (isSettled && !isLiar(fact, this.#isWary)) places--
    }
    return undefined
  }

  #ask(fact: Fact): AskModel {
    const former = fact.sighting
    if (stateOf(fact) === 'stalled') this.#turn(fact)
    else if (this.#chosen(fact) !== former) {
      fact.holds.delete(former)
      this.#turn(fact)
      fact.others.push(former)
    }
    const { toward } = this.#init
    const { peer } = fact.sighting
    const ask = { peer, toward, path: this, hasStalled: false, isOpen: true }
    fact.asks.push(ask)
    if (this.#isSpent) this.#forgetUnasked()
    return ask
  }

  #forgetUnasked(): void {
    for (const fact of this.#facts.filter(isUntried)) this.#forget(fact)
    for (const fact of this.#facts) {
      if (stateOf(fact) === 'fresh') fact.ended = 'failed'
      fact.others = []
    }
    this.#aside = []
  }

  get #isSpent(): boolean {
    return this.tally().queried >= this.#init.mostQueries
  }

  #factOf(ask: AskModel): Fact | undefined {
    if (this.isOver || !ask.isOpen) return undefined
    return this.#facts.find(({ asks }) => asks.includes(ask))
  }

  #sightingOf(ask: AskModel): Sighting | undefined {
    const held = this.#facts.flatMap(({ holds }) => [...holds])
    return held.find(({ peer }) => peer === ask.peer)
  }

  /** The contact that a fresh id is asked at. */
  #chosen(fact: Fact): Sighting {
    const other = this.#other(fact)
    return other !== undefined && weightOf(other) > weightOf(fact.sighting) ? other : fact.sighting
  }

  #other(fact: Fact): Sighting | undefined {
    const least = fact.asks.length < ASKED_ON_ONE_WORD ? 1 : 2
    const usable = fact.others.filter((each) => {
      return weightOf(each) >= least && this.#claim(each.peer, fact) === 'free'
    })
    const most = Math.max(...usable.map(weightOf))
    return usable.find((each) => weightOf(each) === most)
  }

  #turn(fact: Fact): boolean {
    const other = this.#other(fact)
    if (other === undefined) return false
    fact.others = fact.others.filter((each) => each !== other)
    fact.sighting = other
    this.#take(fact)
    return true
  }

  #take(fact: Fact): void {
    fact.holds.add(fact.sighting)
    this.#takers.push(fact)
  }

  #fail(fact: Fact, ask: AskModel): void {
    ask.isOpen = false
    if (!ask.hasStalled) for (const by of this.#sightingOf(ask)?.reporters ?? []) by.misses++
    const open = fact.asks.findLast(({ isOpen }) => isOpen)
    if (open !== undefined) fact.sighting = this.#sightingOf(open) as Sighting
    else if (!this.#turn(fact)) fact.ended = 'failed'
  }

  #enter(peer: Peer, hop: number): Fact | undefined {
    if (!this.#isNew(peer)) return undefined
    const fact = this.#add({ peer, reporters: undefined }, hop)
    fact.ended = 'responded'
    return fact
  }

  #learn(speaker: Fact, closer: readonly Peer[]): void {
    const { target, mayAsk, overlay } = this.#init
    const { network } = overlay.node.config
    const named = closer
      .filter((one, at) => closer.findIndex(({ value }) => value === one.value) === at)
      .filter((one) => mayAsk?.(one) !== false)
      .sort((a, b) => ((a.value ^ target) < (b.value ^ target) ? -1 : 1))
      .slice(0, this.#k)
    const farthest = named.at(-1)
    speaker.hasToldAll =
      farthest !== undefined &&
      shared(farthest.value, target, network) <= shared(speaker.value, target, network)
    if (this.#isSpent) return
    const by = { named: named.length, hits: 0, misses: 0 }
    speaker.reporter = by
    for (const peer of named) this.#hear(peer, speaker.hop + 1, by)
  }

  #hearOwn(peer: Peer): void {
    if (this.#init.mayAsk?.(peer) !== false) this.#hear(peer, 1)
  }

  #hear(peer: Peer, hop: number, by?: Reporter): void {
    const { self } = this.#init.overlay.node
    if (peer.value === self) return
    const known = this.#facts.find(({ value }) => value === peer.value)
    if (known === undefined) this.#admit({ peer, reporters: by && [by] }, hop)
    else if (by !== undefined) this.#hearAgain(known, peer, by)
  }

  #hearAgain(fact: Fact, peer: Peer, by: Reporter): void {
    if (fact.ended === 'responded') {
      if (peer.address === fact.sighting.peer.address) by.hits++
      else by.misses++
      return
    }
    const known = [fact.sighting, ...fact.others].find((one) => one.peer.address === peer.address)
    if (known?.reporters !== undefined && known.reporters.length < MOST_REPORTERS) {
      known.reporters.push(by)
    }
    if (known === undefined && fact.others.length < MOST_OTHERS) {
      fact.others.push({ peer, reporters: [by] })
    }
    if (fact.ended === 'failed' && this.#turn(fact)) fact.ended = undefined
  }

  #admit(sighting: Sighting, hop: number): void {
    const claim = this.#claim(sighting.peer)
    if (claim === 'taken') return
    if (claim === 'full') {
      this.#setAside(sighting, hop)
      return
    }
    const loser = typeof claim === 'object' ? claim.by : this.#farthestOfFull()
    const distance = this.#distanceOf(sighting.peer)
    const isBetter = loser === undefined || distance < loser.distance
    if (loser !== undefined && isBetter) this.#forget(loser)
    if (isBetter) this.#take(this.#add(sighting, hop))
    if (typeof claim !== 'object' || !claim.isCrowded) return
    if (isBetter) this.#setAside(claim.by.sighting, claim.by.hop)
    else this.#setAside(sighting, hop)
  }

  #farthestOfFull(): Fact | undefined {
    const fresh = this.#alive().filter((fact) => stateOf(fact) === 'fresh')
    return fresh.length < MOST_FRESH ? undefined : fresh.filter(isUntried).at(-1)
  }

  #claim(
    { address, contact }: Peer,
    of?: Fact,
  ): 'free' | 'taken' | 'full' | { readonly by: Fact; readonly isCrowded: boolean } {
    const { local, node } = this.#init.overlay
    const { network } = node.config
    const own = hostKeyOf(local, network)
    const where = addressKeyOf(contact.endpoint)
    const by = this.#facts.find(({ holds }) =>
      [...holds].some((one) => one.peer.address === address),
    )
    if (address === own) return 'taken'
    if (by !== undefined) return isUntried(by) ? { by, isCrowded: false } : 'taken'
    if (where === own) return 'taken'
    const there = [...new Set(this.#takers)].filter(({ holds }) => {
      return [...holds].some(({ peer }) => addressKeyOf(peer.contact.endpoint) === where)
    })
    const most = network.oneNodePerAddress ? 1 : 3
    if (there.length < most || (of !== undefined && there.includes(of))) return 'free'
    const untried = there.filter(isUntried)
    const farthest = untried.reduce<Fact | undefined>((one, other) => {
      return one !== undefined && this.#headOf(one) >= this.#headOf(other) ? one : other
    }, undefined)
    return farthest === undefined ? 'full' : { by: farthest, isCrowded: true }
  }

  #headOf({ distance }: Fact): bigint {
    return distance >> BigInt(8 * this.#init.overlay.node.config.network.idLength - 32)
  }

  #setAside(sighting: Sighting, hop: number): void {
    const { value } = sighting.peer
    if (this.#aside.some((each) => each.sighting.peer.value === value)) return
    this.#aside.push({ sighting, hop })
    const distanceOf = (each: { readonly sighting: Sighting }): bigint => {
      return this.#distanceOf(each.sighting.peer)
    }
    this.#aside.sort((a, b) => (distanceOf(a) < distanceOf(b) ? -1 : 1))
    this.#aside.length = Math.min(this.#aside.length, MOST_ASIDE)
  }

  #add(sighting: Sighting, hop: number): Fact {
    const { value } = sighting.peer
    const fact = newFact(sighting, this.#distanceOf(sighting.peer), hop)
    this.#aside = this.#aside.filter((each) => each.sighting.peer.value !== value)
    this.#facts.push(fact)
    this.#facts.sort((a, b) => (a.distance < b.distance ? -1 : 1))
    return fact
  }

  #forget(fact: Fact): void {
    this.#facts = this.#facts.filter((each) => each !== fact)
    this.#takers = this.#takers.filter((each) => each !== fact)
  }

  #isNew({ value }: Peer): boolean {
    const { self } = this.#init.overlay.node
    return value !== self && !this.#facts.some((fact) => fact.value === value)
  }

  #settle(): void {
    if (!this.#isSettled) return
    this.#isWary = true
    if (!this.#isSettled || this.#hearMore() || this.#admitAside()) return
    this.isOver = true
  }

  get #isSettled(): boolean {
    return this.#nearest().every((fact) => stateOf(fact) === 'responded')
  }

  #hearMore(): boolean {
    const believed = this.#alive().filter((fact) => !isLiar(fact, true)).length
    if (this.#isSpent || believed >= this.#k) return false
    const before = this.#facts.length
    const { overlay, target } = this.#init
    let own: readonly Peer[]
    do {
      this.#known *= 2
      own = overlay.startingContacts(target, this.#known)
      for (const peer of own) this.#hearOwn(peer)
    } while (this.#facts.length === before && own.length === this.#known)
    return this.#facts.length > before
  }

  #admitAside(): boolean {
    const before = this.#facts.length
    for (const { sighting, hop } of [...this.#aside]) {
      if (this.#alive().length >= this.#k) break
      const { address } = sighting.peer
      const isTaken = this.#facts.some(({ holds }) => {
        return [...holds].some(({ peer }) => peer.address === address)
      })
      if (!isTaken) this.#take(this.#add(sighting, hop))
    }
    return this.#facts.length > before
  }

  #alive(): Fact[] {
    return this.#facts.filter((fact) => stateOf(fact) !== 'failed')
  }

  /** How many of the nearest are waited for: k, and up to 2k of those in the region. */
  #reach(): number {
    const { region } = this.#init
    const inside = this.#alive().filter(({ value }) => this.isWithin(value, region))
    return Math.max(this.#k, Math.min(2 * this.#k, inside.length))
  }

  /** The nearest that are waited for, and liars among them. */
  #nearest(): Fact[] {
    const alive = this.#alive()
    const honest = alive.filter((fact) => !isLiar(fact, this.#isWary))
    const last = honest[this.#reach() - 1]
    return last === undefined ? alive : alive.slice(0, alive.indexOf(last) + 1)
  }

  #results(): Fact[] {
    return this.#alive()
      .filter((fact) => stateOf(fact) === 'responded')
      .slice(0, this.#k)
  }

  #distanceOf({ value }: Peer): bigint {
    return value ^ this.#init.target
  }
}

function newFact(sighting: Sighting, distance: bigint, hop: number): Fact {
  return {
    ...{ value: sighting.peer.value, distance, hop, sighting },
    ...{ holds: new Set(), asks: [], others: [], ended: undefined },
    ...{ token: undefined, hasToldAll: false, reporter: undefined },
  }
}

function stateOf({ ended, asks }: Fact): State {
  if (ended !== undefined) return ended
  const open = asks.filter(({ isOpen }) => isOpen)
  if (open.length === 0) return 'fresh'
  return open.every(({ hasStalled }) => hasStalled) ? 'stalled' : 'queried'
}

const isUntried = (fact: Fact): boolean => stateOf(fact) === 'fresh' && fact.asks.length === 0

function succeed(fact: Fact, ask: AskModel): void {
  for (const each of fact.asks) each.isOpen = false
  fact.ended = 'responded'
  fact.sighting = [...fact.holds].find(({ peer }) => peer === ask.peer) ?? fact.sighting
  for (const reporter of fact.sighting.reporters ?? []) {
    reporter.hits++
    if (ask.hasStalled) reporter.misses--
  }
  for (const other of fact.others) for (const reporter of other.reporters ?? []) reporter.misses++
}

const isLost = ({ hits, misses }: Reporter): boolean => misses > hits + 1

function weightOf({ reporters }: Sighting): number {
  if (reporters === undefined) return OWN_WEIGHT
  return reporters.filter((reporter) => !isLost(reporter)).length
}

/** Whether hardly anything that it named is true; then it takes no place among the nearest. */
function isLiar({ reporter }: Fact, isWary: boolean): boolean {
  if (reporter === undefined) return false
  return isLost(reporter) || (isWary && reporter.named > 0 && reporter.hits === 0)
}

function tokenOf({ sighting, token }: Fact): { readonly peer: Peer; readonly token: Uint8Array }[] {
  return token === undefined ? [] : [{ peer: sighting.peer, token }]
}

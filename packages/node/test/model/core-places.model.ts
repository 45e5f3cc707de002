// Which ids a walk of the model knows, which contacts have places, and which are the nearest.

import {
  type Fact,
  isLiar,
  isUntried,
  newFact,
  type ReportedContact,
  stateOf,
  type TallyModel,
  weightOf,
} from './core-facts.model.ts'
import type { OverlayModel } from './core-overlay.model.ts'
import { addressKeyOf, hostKeyOf, type Peer } from './core-peer.ts'

const MOST_FRESH = 128
const MOST_ASIDE = 64
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

export class PlacesModel {
  protected readonly init: WalkInit
  /** Nearest first. */
  protected facts: Fact[] = []
  protected aside: { readonly reported: ReportedContact; readonly hop: number }[] = []
  /** In the order in which endpoints were taken. */
  #takers: Fact[] = []
  protected needsProof = false

  constructor(init: WalkInit) {
    this.init = init
  }

  protected get k(): number {
    return this.init.overlay.node.config.k
  }

  isWithin(value: bigint, share: number): boolean {
    const { network } = this.init.overlay.node.config
    const head = Number((value ^ this.init.target) >> BigInt(8 * network.idLength - 32))
    return head < Math.min(Math.floor(share * HEADS), HEADS - 1)
  }

  /** How many ids within this share are known and have not failed. */
  countWithin(share: number): number {
    const values = [...this.alive(), ...this.aside.map(({ reported }) => reported.peer)]
    return values.filter(({ value }) => this.isWithin(value, share)).length
  }

  tally(): TallyModel {
    const asks = this.facts.flatMap((fact) => fact.asks)
    const responded = this.facts.filter(({ ended, asks: sent }) => {
      return ended === 'responded' && sent.length > 0
    }).length
    const open = asks.filter(({ isOpen }) => isOpen).length
    return {
      queried: asks.length,
      responded,
      stalled: asks.filter(({ hasStalled }) => hasStalled).length,
      failed: asks.length - responded - open,
      hops: Math.max(0, ...this.results().map(({ hop }) => hop)),
    }
  }

  protected get isSpent(): boolean {
    return this.tally().queried >= this.init.mostQueries
  }

  /** The contact that a fresh id is asked at. */
  protected chosen(fact: Fact): ReportedContact {
    const other = this.other(fact)
    return other !== undefined && weightOf(other) > weightOf(fact.reported) ? other : fact.reported
  }

  protected other(fact: Fact): ReportedContact | undefined {
    const least = fact.asks.length < ASKED_ON_ONE_WORD ? 1 : 2
    const usable = fact.others.filter((each) => {
      return weightOf(each) >= least && this.#claim(each.peer, fact) === 'free'
    })
    const most = Math.max(...usable.map(weightOf))
    return usable.find((each) => weightOf(each) === most)
  }

  protected turn(fact: Fact): boolean {
    const other = this.other(fact)
    if (other === undefined) return false
    fact.others = fact.others.filter((each) => each !== other)
    fact.reported = other
    this.take(fact)
    return true
  }

  protected take(fact: Fact): void {
    fact.holds.add(fact.reported)
    this.#takers.push(fact)
  }

  protected admit(reported: ReportedContact, hop: number): void {
    const claim = this.#claim(reported.peer)
    if (claim === 'taken') return
    if (claim === 'full') {
      this.#setAside(reported, hop)
      return
    }
    const loser = typeof claim === 'object' ? claim.by : this.#farthestOfFull()
    const distance = this.distanceOf(reported.peer)
    const isBetter = loser === undefined || distance < loser.distance
    if (loser !== undefined && isBetter) this.forget(loser)
    if (isBetter) this.take(this.add(reported, hop))
    if (typeof claim !== 'object' || !claim.isCrowded) return
    if (isBetter) this.#setAside(claim.by.reported, claim.by.hop)
    else this.#setAside(reported, hop)
  }

  #farthestOfFull(): Fact | undefined {
    const fresh = this.alive().filter((fact) => stateOf(fact) === 'fresh')
    return fresh.length < MOST_FRESH ? undefined : fresh.filter(isUntried).at(-1)
  }

  #claim(
    { address, contact }: Peer,
    of?: Fact,
  ): 'free' | 'taken' | 'full' | { readonly by: Fact; readonly isCrowded: boolean } {
    const { local, node } = this.init.overlay
    const { network } = node.config
    const own = hostKeyOf(local, network)
    const where = addressKeyOf(contact.endpoint)
    const by = this.facts.find(({ holds }) =>
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
    return distance >> BigInt(8 * this.init.overlay.node.config.network.idLength - 32)
  }

  #setAside(reported: ReportedContact, hop: number): void {
    const { value } = reported.peer
    if (this.aside.some((each) => each.reported.peer.value === value)) return
    this.aside.push({ reported, hop })
    const distanceOf = (each: { readonly reported: ReportedContact }): bigint => {
      return this.distanceOf(each.reported.peer)
    }
    this.aside.sort((a, b) => (distanceOf(a) < distanceOf(b) ? -1 : 1))
    this.aside.length = Math.min(this.aside.length, MOST_ASIDE)
  }

  protected add(reported: ReportedContact, hop: number): Fact {
    const { value } = reported.peer
    const fact = newFact(reported, this.distanceOf(reported.peer), hop)
    this.aside = this.aside.filter((each) => each.reported.peer.value !== value)
    this.facts.push(fact)
    this.facts.sort((a, b) => (a.distance < b.distance ? -1 : 1))
    return fact
  }

  protected forget(fact: Fact): void {
    this.facts = this.facts.filter((each) => each !== fact)
    this.#takers = this.#takers.filter((each) => each !== fact)
  }

  protected isNew({ value }: Peer): boolean {
    const { self } = this.init.overlay.node
    return value !== self && !this.facts.some((fact) => fact.value === value)
  }

  protected admitAside(): boolean {
    const before = this.facts.length
    for (const { reported, hop } of [...this.aside]) {
      if (this.alive().length >= this.k) break
      const { address } = reported.peer
      const isTaken = this.facts.some(({ holds }) => {
        return [...holds].some(({ peer }) => peer.address === address)
      })
      if (!isTaken) this.take(this.add(reported, hop))
    }
    return this.facts.length > before
  }

  protected alive(): Fact[] {
    return this.facts.filter((fact) => stateOf(fact) !== 'failed')
  }

  /** How many of the nearest are waited for: k, and up to 2k of those in the region. */
  protected reach(): number {
    const { region } = this.init
    const inside = this.alive().filter(({ value }) => this.isWithin(value, region))
    return Math.max(this.k, Math.min(2 * this.k, inside.length))
  }

  /** The nearest that are waited for, and liars among them. */
  protected nearest(): Fact[] {
    const alive = this.alive()
    const honest = alive.filter((fact) => !isLiar(fact, this.needsProof))
    const last = honest[this.reach() - 1]
    return last === undefined ? alive : alive.slice(0, alive.indexOf(last) + 1)
  }

  protected results(): Fact[] {
    return this.alive()
      .filter((fact) => stateOf(fact) === 'responded')
      .slice(0, this.k)
  }

  protected distanceOf({ value }: Peer): bigint {
    return value ^ this.init.target
  }
}

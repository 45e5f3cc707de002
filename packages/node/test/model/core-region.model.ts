// A lookup that sweeps a region where too many nodes crowd around the target: a walk toward the
// target, then walks toward random points of the parts of the region, and a query to each node
// found there.

import type { Contact } from '@dht/krpc'
import type { AskModel, PathModel, ResponseModel, TallyModel, Verdict } from './core-facts.model.ts'
import type { OverlayModel } from './core-overlay.model.ts'
import { type Peer, shared, sweepSubnetOf } from './core-peer.ts'
import { WalkModel } from './core-walk.model.ts'

const MOST_QUERIES = 128
const AWAITED = 0.75
const SWEPT = 2
const LARGEST_CHECKED = 1 / 8
const PARTS = 5
const WALKS_PER_PART = 3
const QUERIES_PER_WALK = 32
const MOST_SWEEP_QUERIES = 256
const PER_SUBNET = 3
/** Parts of the region, and how many times k nodes there are a reason to walk there again. */
const DENSE = [
  [0.25, 0.875],
  [0.5, 1.25],
  [1, 1.875],
] as const
/** Parts of the region, and how many times k nodes are too many there. */
const CROWDED = [
  [0.25, 1],
  [0.5, 2],
  [1, 3],
] as const

interface SweepQueryModel {
  readonly peer: Peer
  readonly shared: number
  ask: AskModel | undefined
  ended: 'responded' | 'failed' | undefined
  token: Uint8Array | undefined
}

/** Queries to nodes of the region, each once, whatever the others return. */
class SweepQueriesModel implements PathModel {
  readonly #overlay: OverlayModel
  readonly #target: bigint
  #sweepQueries: SweepQueryModel[] = []
  /** Every place given at a subnet; those forgotten keep theirs. */
  readonly #placed: Peer[] = []
  isOver = false

  constructor(overlay: OverlayModel, target: bigint) {
    this.#overlay = overlay
    this.#target = target
  }

  knows({ value, address }: Peer): boolean {
    return this.#sweepQueries.some(({ peer }) => peer.value === value && peer.address === address)
  }

  add(peer: Peer, isProven: boolean): void {
    const { network } = this.#overlay.node.config
    const isKnown =
      this.#placed.some(({ address }) => address === peer.address) ||
      (!isProven && this.#placed.some(({ value }) => value === peer.value))
    if (this.isOver || isKnown || this.#sweepQueries.length >= MOST_SWEEP_QUERIES) return
    const subnet = sweepSubnetOf(peer.contact.endpoint)
    const there = this.#placed.filter((one) => sweepSubnetOf(one.contact.endpoint) === subnet)
    if (there.length >= PER_SUBNET) return
    this.#placed.push(peer)
    const bits = shared(peer.value, this.#target, network)
    this.#sweepQueries.push({
      peer,
      shared: bits,
      ask: undefined,
      ended: undefined,
      token: undefined,
    })
  }

  next(): AskModel | undefined {
    const patient = this.#sweepQueries.filter(({ ask, ended }) => {
      return ended === undefined && ask?.hasStalled === false
    })
    if (this.isDone || patient.length >= this.#overlay.node.config.k) return undefined
    const rank = (query: SweepQueryModel): number => {
      const alike = this.#sweepQueries.filter(({ ask, shared: bits }) => {
        return ask !== undefined && bits === query.shared
      })
      return 1000 * alike.length + query.shared
    }
    const fresh = this.#sweepQueries.filter(({ ask }) => ask === undefined)
    const first = fresh.sort((a, b) => rank(a) - rank(b))[0]
    if (first === undefined) return undefined
    const { peer } = first
    first.ask = { peer, toward: undefined, path: this, hasStalled: false, isOpen: true }
    return first.ask
  }

  responded(ask: AskModel, { responder, token }: ResponseModel): Verdict {
    const query = this.#open(ask)
    if (query === undefined) return 'ignored'
    query.ended = responder.value === query.peer.value ? 'responded' : 'failed'
    if (query.ended === 'failed') return 'rejected'
    query.token = token?.slice()
    return 'used'
  }

  stalled(ask: AskModel): void {
    if (this.#open(ask) !== undefined) ask.hasStalled = true
  }

  failed(ask: AskModel): void {
    const query = this.#open(ask)
    if (query !== undefined) query.ended = 'failed'
  }

  dropFresh(): void {
    this.#sweepQueries = this.#sweepQueries.filter(({ ask }) => ask !== undefined)
  }

  get isDone(): boolean {
    return this.isOver || this.#sweepQueries.every(({ ended }) => ended !== undefined)
  }

  get waitsForStalledOnly(): boolean {
    return this.#sweepQueries.every(
      ({ ask, ended }) => ended !== undefined || ask?.hasStalled === true,
    )
  }

  get pending(): number {
    return this.#sweepQueries.filter(({ ask, ended }) => ask !== undefined && ended === undefined)
      .length
  }

  writeTargets(): { readonly peer: Peer; readonly token: Uint8Array }[] {
    return this.#sweepQueries.flatMap(({ peer, token }) =>
      token === undefined ? [] : [{ peer, token }],
    )
  }

  tally(): TallyModel {
    const asked = this.#sweepQueries.filter(({ ask }) => ask !== undefined)
    const count = (wanted: SweepQueryModel['ended']): number => {
      return asked.filter(({ ended }) => ended === wanted).length
    }
    return {
      queried: asked.length,
      responded: count('responded'),
      stalled: asked.filter(({ ask }) => ask?.hasStalled).length,
      failed: count('failed'),
      hops: 0,
    }
  }

  #open(ask: AskModel): SweepQueryModel | undefined {
    if (this.isOver) return undefined
    return this.#sweepQueries.find((query) => query.ask === ask && query.ended === undefined)
  }
}

interface PartWalk {
  /** Undefined: all of the region. */
  readonly part: number | undefined
  readonly walk: WalkModel
}

export class LookupModel {
  readonly #overlay: OverlayModel
  readonly #target: bigint
  readonly #region: number
  readonly #main: WalkModel
  readonly #sweepQueries: SweepQueriesModel
  readonly #walks: PartWalk[] = []
  #last: readonly PartWalk[] = []
  #phase: 'approach' | 'check' | 'sweep' | 'complete' | 'aborted' = 'approach'

  /** @param isUpkeep - it keeps our table up to date, and sweeps nothing */
  constructor(
    target: bigint,
    overlay: OverlayModel,
    { seeds, isUpkeep }: { readonly seeds: readonly Peer[]; readonly isUpkeep: boolean },
  ) {
    this.#target = target
    this.#overlay = overlay
    this.#region = isUpkeep ? 0 : overlay.networkSize.region
    this.#main = new WalkModel({
      ...{ target, overlay, seeds, region: AWAITED * this.#region, mostQueries: MOST_QUERIES },
    })
    this.#sweepQueries = new SweepQueriesModel(overlay, target)
    this.#review()
  }

  get isOver(): boolean {
    return this.#phase === 'complete' || this.#phase === 'aborted'
  }

  next(): AskModel | undefined {
    if (this.isOver) return undefined
    if (this.#walks.length > 0 && this.tally().queried >= MOST_SWEEP_QUERIES) {
      this.#sweepQueries.dropFresh()
      this.#last = []
      for (const { walk } of this.#walks) walk.isOver = true
    }
    const paths: PathModel[] =
      this.#phase === 'approach' ? [this.#main] : [this.#sweepQueries, ...this.#walks.map(walkOf)]
    for (const path of paths) {
      const ask = path.next()
      if (ask !== undefined) return ask
    }
    this.#review()
    return undefined
  }

  responded(ask: AskModel, response: ResponseModel): void {
    const verdict = ask.path.responded(ask, response)
    if (this.#phase !== 'approach' && (verdict === 'used' || verdict === 'renamed')) {
      if (ask.path === this.#sweepQueries) this.#addToSweep(response.closer, false)
      else this.#addToSweep([response.responder], true)
    }
    this.#review()
  }

  stalled(ask: AskModel): void {
    ask.path.stalled(ask)
    this.#review()
  }

  failed(ask: AskModel): void {
    ask.path.failed(ask)
    this.#review()
  }

  abort(): void {
    if (this.isOver) return
    for (const path of this.#paths) path.isOver = true
    this.#phase = 'aborted'
  }

  get waitsForStalledOnly(): boolean {
    if (this.#phase === 'aborted') return false
    if (this.#phase === 'approach') return this.#main.waitsForStalledOnly
    const rest = [
      ...this.#walks.map(walkOf),
      ...(this.#sweepQueries.isDone ? [] : [this.#sweepQueries]),
    ]
    return rest.every((path) => path.isOver || path.waitsForStalledOnly)
  }

  get pending(): number {
    return this.#main.pending + this.#sweepQueries.pending
  }

  closest(): Contact[] {
    return this.#main.closest()
  }

  writeTargets(): { readonly peer: Peer; readonly token: Uint8Array }[] {
    const nearest = this.#main.writeTargets()
    if (this.#walks.length === 0) return nearest
    const inside = this.#main.tokensWithin(this.#swept)
    const found = nearest.length > inside.length ? nearest : inside
    return [...found, ...this.#sweepQueries.writeTargets()]
  }

  tally(): TallyModel {
    const tallies = this.#paths.map((path) => path.tally())
    const sum = (name: keyof TallyModel): number => tallies.reduce((all, one) => all + one[name], 0)
    return {
      queried: sum('queried'),
      responded: sum('responded'),
      stalled: sum('stalled'),
      failed: sum('failed'),
      hops: Math.max(...tallies.map(({ hops }) => hops)),
    }
  }

  get #paths(): PathModel[] {
    return [this.#main, this.#sweepQueries, ...this.#walks.map(walkOf)]
  }

  get #swept(): number {
    return Math.min(1, SWEPT * this.#region)
  }

  #isCrowded(walk: WalkModel, limits: typeof CROWDED | typeof DENSE = CROWDED): boolean {
    const { k } = this.#overlay.node.config
    return limits.some(([part, times]) => walk.countWithin(part * this.#region) >= times * k)
  }

  #review(): void {
    if (this.#phase === 'approach' && this.#main.isOver) {
      if (this.#isCrowded(this.#main)) this.#sweep()
      else if (this.#region <= LARGEST_CHECKED && this.#isCrowded(this.#main, DENSE)) this.#check()
      else this.#phase = 'complete'
    }
    if (this.#phase === 'check') this.#reviewCheck()
    if (this.#phase === 'sweep') this.#reviewSweep()
  }

  #check(): void {
    this.#phase = 'check'
    this.#overlay.node.note('check')
    const size = 8 * this.#overlay.node.config.network.idLength
    const free = BigInt(size - Math.min(Math.floor(-Math.log2(this.#region)), size - 1))
    const point = ((this.#target >> free) << free) | this.#drawn(free)
    this.#last = [{ part: undefined, walk: this.#newWalk(point, () => true) }]
    this.#walks.push(...this.#last)
  }

  #reviewCheck(): void {
    const [first] = this.#walks
    if (first === undefined || !(first.walk.isOver || first.walk.waitsForStalledOnly)) return
    const farthest = this.#main.nearestPeers().at(-1)
    const isMissed = ({ value }: Peer): boolean => {
      if (farthest === undefined) return false
      return (value ^ this.#target) < (farthest.value ^ this.#target)
    }
    if (first.walk.responders().some(isMissed)) this.#sweep()
    else if (this.#sweepQueries.isDone) this.#complete()
  }

  #sweep(): void {
    this.#phase = 'sweep'
    this.#overlay.node.note('sweep')
    this.#addToSweep(this.#main.unsettledWithin(this.#swept), false)
    this.#walkTo(Array.from({ length: PARTS }, (_, part) => part))
  }

  #complete(): void {
    for (const { walk } of this.#walks) walk.isOver = true
    this.#phase = 'complete'
  }

  #reviewSweep(): void {
    if (!this.#walks.every(({ walk }) => walk.isOver || walk.waitsForStalledOnly)) return
    const again = this.#last
      .filter(({ walk }) => this.#isCrowded(walk))
      .flatMap(({ part }) => part ?? [])
      .filter((part) => this.#walks.filter((one) => one.part === part).length < WALKS_PER_PART)
    if (again.length > 0) this.#walkTo(again)
    else if (this.#sweepQueries.isDone) this.#complete()
  }

  #walkTo(parts: readonly number[]): void {
    this.#last = parts.map((part) => ({ part, walk: this.#walkToPart(part) }))
    this.#walks.push(...this.#last)
  }

  /** Nodes nearer to the target than the part are those that crowd; they are not asked. */
  #walkToPart(part: number): WalkModel {
    const { network } = this.#overlay.node.config
    const size = 8 * network.idLength
    const bits = Math.min(Math.floor(-Math.log2(this.#swept)) + part, size - 1)
    const free = BigInt(size - bits - 1)
    const first = (this.#target >> free) ^ 1n
    const point = (first << free) | this.#drawn(free)
    return this.#newWalk(point, ({ value }) => shared(value, this.#target, network) <= bits)
  }

  /** The last bits of a random id. */
  #drawn(bits: bigint): bigint {
    return this.#overlay.node.drawnId() & ((1n << bits) - 1n)
  }

  /** A walk through nodes that are not known. */
  #newWalk(point: bigint, isInPart: (peer: Peer) => boolean): WalkModel {
    return new WalkModel({
      ...{ target: point, toward: point, overlay: this.#overlay, region: 0 },
      seeds: this.#overlay.startingContacts(point, 2 * this.#overlay.node.config.k),
      mostQueries: Math.min(QUERIES_PER_WALK, MOST_QUERIES),
      mayAsk: (peer) =>
        isInPart(peer) && !this.#main.knows(peer) && !this.#sweepQueries.knows(peer),
    })
  }

  #addToSweep(peers: readonly Peer[], isProven: boolean): void {
    const size = 2 ** (8 * this.#overlay.node.config.network.idLength)
    for (const peer of peers) {
      const isNear = Number(peer.value ^ this.#target) / size <= this.#swept
      if (isNear && this.#main.isUnsettled(peer, isProven)) this.#sweepQueries.add(peer, isProven)
    }
  }
}

const walkOf = ({ walk }: PartWalk): WalkModel => walk

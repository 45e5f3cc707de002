// The model of joins and refreshes: an attempt queries the bootstrap endpoints, looks up our own id
// and then each prefix level up to that of the nearest nodes. Later a refresh looks up one stale
// bucket at a time. The core draws the instant of the next attempt; the model has a span for it.

import { type Endpoint, formatEndpoint, type Response } from '@dht/krpc'
import { type NamedModel, RunModel } from './core-lookup.model.ts'
import type { OverlayModel } from './core-overlay.model.ts'
import { numberOf, type Peer, shared } from './core-peer.ts'

const MOST_BOOTSTRAP = 32
const MOST_KNOWN = 1_024
const LEVELS_AT_ONCE = 3

/** An instant that is not decided yet, from `from` to before `until`. */
export interface Span {
  readonly from: number
  readonly until: number
}

export class JoinModel {
  readonly #overlay: OverlayModel
  readonly #owner: { joined(contacts: number): void; heardOf(named: NamedModel): void }
  endpoints: readonly Endpoint[] = []
  isPending = false
  /** The running attempt, else the last one. */
  #latest: AttemptModel | undefined
  attempt: AttemptModel | undefined
  nextAt: number | Span | undefined
  joined = false
  hasTried = false
  #isAlone = true
  /** Number of attempts that found no contact. */
  #failures = 0
  waitMs: number
  #waiting: { joined(contacts: number): void }[] = []

  constructor(
    overlay: OverlayModel,
    owner: { joined(contacts: number): void; heardOf(named: NamedModel): void },
  ) {
    this.#overlay = overlay
    this.#owner = owner
    this.waitMs = overlay.node.config.rejoinMs
  }

  /** Bootstrap endpoints that it queried, and those that have responded since. */
  get asked(): number {
    return this.#latest?.asked ?? 0
  }

  get answered(): number {
    return this.#latest?.answered ?? 0
  }

  get isApproaching(): boolean {
    return !this.hasTried && this.attempt?.isApproaching === true
  }

  /** The endpoints in the order of an attempt: each failed attempt moves on by 32. */
  get turn(): readonly Endpoint[] {
    const { length } = this.endpoints
    if (length <= MOST_BOOTSTRAP) return this.endpoints
    return this.endpoints.map(
      (_, at) => this.endpoints[(at + MOST_BOOTSTRAP * this.#failures) % length]!,
    )
  }

  know(endpoints: readonly Endpoint[], isPending: boolean): void {
    const texts = endpoints.map(formatEndpoint)
    const before = this.endpoints.map(formatEndpoint)
    this.isPending = isPending
    this.endpoints = endpoints
      .filter((_, at) => texts.indexOf(texts[at]!) === at)
      .slice(0, MOST_KNOWN)
    const isNews = this.endpoints.some(
      (each) => !before.includes(formatEndpoint(each)) && !this.#overlay.isSelf(each),
    )
    if (this.attempt !== undefined) this.attempt.hear()
    else if (isNews && this.hasTried && this.#overlay.hasNoLiveContacts) this.#begin(undefined)
  }

  await(owner: { joined(contacts: number): void }): void {
    if (this.joined && this.attempt === undefined) owner.joined(this.#overlay.size)
    else {
      this.#waiting.push(owner)
      this.start()
    }
  }

  start(named?: NamedModel): void {
    if (this.attempt !== undefined) return
    if (this.#overlay.hasNoLiveContacts)
      this.#overlay.node.oracle.tell({ kind: 'bootstrap-needed' })
    this.#begin(named)
  }

  suggest(named: NamedModel): void {
    if (named.peers.length > 0 && this.#overlay.hasNoLiveContacts) this.start(named)
  }

  welcome(): void {
    if (!this.#isAlone || this.attempt !== undefined || this.#overlay.hasNoLiveContacts) return
    this.#isAlone = false
    this.#startAnew()
  }

  review(): void {
    const isIdle = this.joined && this.attempt === undefined && this.nextAt === undefined
    if (isIdle && this.#overlay.hasNoLiveContacts) this.#startAnew()
  }

  wake(): void {
    if (typeof this.nextAt === 'number' && this.nextAt <= this.#overlay.node.now) this.start()
  }

  heardOf(named: NamedModel): void {
    this.#owner.heardOf(named)
  }

  ended(): void {
    const { node, family, hasNoLiveContacts: isDeserted, size } = this.#overlay
    const contacts = isDeserted ? 0 : size
    this.joined = !isDeserted
    this.attempt = undefined
    this.hasTried = true
    this.#isAlone = contacts === 0
    if (!this.joined) this.#failures++
    node.trace({ kind: 'joined', family, contacts })
    const told = [this.#owner, ...this.#waiting]
    this.#waiting = []
    for (const owner of told) owner.joined(contacts)
    const { table } = this.#overlay
    const good = table.members.filter((member) => table.standingOf(member) === 'good')
    const isContent = good.length >= node.config.k || this.waitMs >= node.config.rejoinMaxMs
    if (!this.joined || !isContent) this.#later()
  }

  #begin(named: NamedModel | undefined): void {
    const { node, family, size } = this.#overlay
    const seeds =
      Math.min(this.endpoints.length, MOST_BOOTSTRAP) + (named?.peers.length ?? 0) + size
    node.trace({ kind: 'joining', family, startingContacts: seeds })
    this.nextAt = undefined
    this.attempt = new AttemptModel(this.#overlay, this)
    this.#latest = this.attempt
    this.attempt.start(named)
  }

  #startAnew(): void {
    this.waitMs = this.#overlay.node.config.rejoinMs
    this.#later()
  }

  #later(): void {
    const { now, config } = this.#overlay.node
    this.nextAt = { from: now + 0.5 * this.waitMs, until: now + 1.5 * this.waitMs }
    this.waitMs = Math.min(2 * this.waitMs, config.rejoinMaxMs)
  }
}

export class AttemptModel {
  readonly #overlay: OverlayModel
  readonly #owner: JoinModel
  #runs: RunModel[] = []
  isApproaching = true
  #walked = 0
  /** Most contacts that a lookup of our own id found. */
  #neighbours = 0
  #hasLookedAgain = false
  readonly #asked: string[] = []
  asked = 0
  answered = 0
  /** When it started or last queried a bootstrap endpoint. */
  askedAt: number
  #asking = 0
  #isWelcome = false
  #hasEnded = false

  constructor(overlay: OverlayModel, owner: JoinModel) {
    this.#overlay = overlay
    this.#owner = owner
    this.askedAt = overlay.node.now
  }

  start(named: NamedModel | undefined): void {
    const overlay = this.#overlay
    this.#askTheList()
    const count = named?.peers.length ?? 0
    if (overlay.size + count > 0) this.#lookUp(overlay.node.self, named)
    else this.#proceed()
  }

  /** The bootstrap list has changed, or whether more of it may follow. */
  hear(): void {
    if (!this.isApproaching) return
    this.#askTheList()
    this.#proceed()
  }

  get #mayBeAnswered(): boolean {
    return this.#asking > 0 || this.#owner.isPending
  }

  #askTheList(): void {
    const overlay = this.#overlay
    const target = overlay.table.setup.self
    const question = { method: 'find_node', target, want: { n4: true, n6: true } } as const
    for (const to of this.#owner.turn) {
      const text = formatEndpoint(to)
      if (this.#asked.includes(text) || this.#asked.length === MOST_BOOTSTRAP) continue
      this.#asked.push(text)
      const isSent = overlay.ask(to, question, {
        onResponse: (response, responder) => {
          this.answered++
          this.#welcome(response, responder)
        },
        onError: () => {
          this.answered++
          this.#refused()
        },
        onFailure: () => this.#refused(),
        onStalled: () => this.isApproaching,
      })
      if (!isSent) continue
      this.asked++
      this.askedAt = overlay.node.now
      this.#asking++
    }
  }

  #welcome(response: Response, responder: Peer): void {
    const overlay = this.#overlay
    const from = responder.contact.endpoint
    this.#asking--
    const others = overlay.closerNodes(response, from, overlay.family === 4 ? 6 : 4)
    this.#owner.heardOf({ peers: others, by: responder })
    if (!this.isApproaching || (this.#isWelcome && overlay.size > 0)) return
    const heard = overlay.closerNodes(response, from, overlay.family)
    if (heard.length === 0 && overlay.size === 0 && this.#mayBeAnswered) return
    this.#isWelcome = true
    this.#lookUp(overlay.node.self, { peers: [responder, ...heard], by: responder })
  }

  #refused(): void {
    this.#asking--
    if (this.isApproaching) this.#proceed()
  }

  #proceed(): void {
    if (this.isApproaching) {
      if (this.#runs.length > 0 || (this.#mayBeAnswered && !this.#isWelcome)) return
      this.isApproaching = false
    }
    while (this.#runs.length < LEVELS_AT_ONCE && this.#walked < this.#levelsToWalk()) {
      this.#walked++
      this.#lookUp(this.#targetAt(this.#walked - 1), undefined)
    }
    if (this.#hasEnded || this.#runs.length > 0) return
    const { node, size } = this.#overlay
    if (!this.#hasLookedAgain && this.#neighbours < node.config.k && size > this.#neighbours) {
      node.note('joined through few')
      this.#hasLookedAgain = true
      this.#lookUp(node.self, undefined)
      return
    }
    this.#hasEnded = true
    this.#owner.ended()
  }

  #lookUp(target: bigint, named: NamedModel | undefined): void {
    const owner = {
      found: () => {},
      waits: (run: RunModel) => this.#waits(run),
      ended: (run: RunModel) => this.#ended(run),
    }
    const run = new RunModel(this.#overlay, owner, {
      ...{ target, method: 'find_node', isUpkeep: true },
      named,
    })
    this.#runs.push(run)
    run.advance()
  }

  #waits(run: RunModel): void {
    if (run.lookup.closest().length > 0) this.#ended(run)
  }

  #ended(run: RunModel): void {
    if (!this.#runs.includes(run)) return
    this.#runs = this.#runs.filter((other) => other !== run)
    const found = run.lookup.closest().length
    if (this.isApproaching) this.#neighbours = Math.max(this.#neighbours, found)
    const foundNobody = run.lookup.closest().length === 0 || this.#overlay.size === 0
    const isAlone = this.isApproaching && foundNobody
    if (isAlone) this.#isWelcome = false
    if (!isAlone || !this.#mayBeAnswered) this.#proceed()
  }

  #levelsToWalk(): number {
    const { node, table } = this.#overlay
    const { network, k } = node.config
    const nearest = this.#overlay.closest(node.self, k)
    if (nearest.length === 0) return 0
    // With fewer than k, these are all nodes.
    const deepest = nearest.length < k ? 0 : shared(table.self, nearest[k - 1]!.value, network)
    return Math.min(deepest, 31) + 1
  }

  /** The id that the core chose at this level. The next query shows it, if one is sent. */
  #targetAt(level: number): bigint {
    const { node } = this.#overlay
    const { network } = node.config
    const message = node.oracle.peekMessage()
    if (message?.kind === 'query' && message.method === 'find_node') {
      const target = numberOf(message.target)
      if (shared(target, node.self, network) === level) {
        node.sawDrawn(target)
        return target
      }
    }
    node.unseenTargets++
    return node.self ^ (1n << BigInt(8 * network.idLength - 1 - level))
  }
}

type Ids = Readonly<Record<'low' | 'high', bigint>>

export class RefreshModel {
  readonly #overlay: OverlayModel
  #run: RunModel | undefined
  #notBefore = Number.NEGATIVE_INFINITY
  #deepestAt = Number.NEGATIVE_INFINITY

  constructor(overlay: OverlayModel) {
    this.#overlay = overlay
  }

  get isRunning(): boolean {
    return this.#run !== undefined
  }

  get nextAt(): number | undefined {
    if (this.#run !== undefined || this.#overlay.size === 0) return undefined
    return Math.max(this.#overlay.table.refreshDueAt(), this.#notBefore)
  }

  wake(): void {
    const { node, family } = this.#overlay
    if (this.nextAt === undefined || this.nextAt > node.now) return
    const range = this.#nextRange()
    if (range === undefined) return
    this.#notBefore = node.now + node.config.refreshSpacingMs
    const event = node.oracle.peek('trace')?.event
    if (event?.kind !== 'refreshing') throw new Error('REFRESH-1: a quiet bucket is not refreshed')
    const target = numberOf(event.target)
    if (target < range.low || target >= range.high) throw new Error('REFRESH-2: outside the bucket')
    node.trace({ kind: 'refreshing', family, target: event.target })
    node.sawDrawn(target)
    const owner = {
      found: () => {},
      ended: () => {
        this.#run = undefined
      },
    }
    this.#overlay.pingNearestBad(target)
    this.#run = new RunModel(this.#overlay, owner, {
      ...{ target, method: 'find_node', isUpkeep: true },
    })
    this.#run.advance()
  }

  /** The ranges with fewer than k expected nodes are one. */
  #nextRange(): Ids | undefined {
    const { node, table } = this.#overlay
    for (let due = table.takeRefresh(); due !== undefined; due = table.takeRefresh()) {
      const deepest = this.#deepest
      if (deepest === undefined || due.high - due.low >= deepest.high - deepest.low) return due
      if (node.now < this.#deepestAt + node.config.quietMs) continue
      this.#deepestAt = node.now
      return deepest
    }
    return undefined
  }

  /** The ids around ours among which k nodes are expected, if the size of the network is known. */
  get #deepest(): Ids | undefined {
    const { node, table, networkSize } = this.#overlay
    const { nodes } = networkSize
    if (nodes === undefined) return undefined
    let [low, high] = [0n, 1n << BigInt(table.bits)]
    for (let expected = nodes / 2; expected >= node.config.k; expected /= 2) {
      const middle = (low + high) / 2n
      if (table.self < middle) high = middle
      else low = middle
    }
    return { low, high }
  }
}

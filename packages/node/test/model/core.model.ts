// A whole node once more, the plain way: flat lists, ids as numbers, everything found by looking at
// all of it, made of the models of its parts. It predicts every effect of every step.
//
// Exact, in order, to the byte: all effects. What is drawn is set-valued, and each draw must lie in
// what is permitted: a transaction id (any 4 bytes that no open question has), the target of a
// prefix level or of a refresh (any id in there), which stored peers a reply carries and in which
// order (no entry twice, as many as asked for and as fit), the bytes of a write token (8; in one
// epoch the same, else never seen before), the instants of the next round and of the next join
// (within the jitter). Of peers stored at one instant, either may be named first.
//
// Exact in the snapshot: all of it, but that a core may operation to be woken early for a check or
// a refresh, and never late. Taken on trust: the wire, whose model is another, and options.

import type { Id } from '@dht/id'
import {
  type Contact,
  type Endpoint,
  endpointFromCompact,
  type Family,
  formatEndpoint,
  TRANSACTION_DEFAULTS,
} from '@dht/krpc'
import type { CoreConfig } from '../../src/core/config/core-options.ts'
import type { Command } from '../../src/core/operations/command.ts'
import { messageOf } from '../support/messages.ts'
import { AnswersModel } from './core-answers.model.ts'
import { NodeContext } from './core-context.ts'
import { JoinModel, RefreshModel } from './core-join.model.ts'
import type { Oracle } from './core-oracle.ts'
import { type OverlayModel as Overlay, OverlayModel } from './core-overlay.model.ts'
import { isOneNode, numberOf, type Peer, peerOfContact } from './core-peer.ts'
import { PublisherModel } from './core-publish.model.ts'
import { DeskModel } from './core-wishes.model.ts'

export interface SideModel {
  readonly overlay: Overlay
  readonly join: JoinModel
  readonly refresh: RefreshModel
}

const SWEEP_SPACING_MS = 60_000
/** As long as a first query to an endpoint that nothing is known of may take to stall. */
const STALL_MS = TRANSACTION_DEFAULTS.firstTimeoutMs

export class NodeModel extends NodeContext {
  readonly sides: Map<Family, SideModel> = new Map()
  readonly answers: AnswersModel
  readonly publisher: PublisherModel
  readonly desk: DeskModel
  #sweptAt = Number.NEGATIVE_INFINITY

  constructor(selfId: Id, config: CoreConfig) {
    super(selfId, config)
    const isSeeking = (): boolean => this.isSeeking
    const atHome = (target: bigint): Endpoint[] => this.atHome(target)
    const { sides } = this
    this.answers = new AnswersModel(this, { sides, portOf: (target) => this.#portOf(target) })
    this.publisher = new PublisherModel(this, { sides, isSeeking })
    this.desk = new DeskModel(this, { sides, isSeeking, atHome, publisher: this.publisher })
  }

  #portOf(target: bigint): number | undefined {
    const { entries, isLeaving } = this.publisher
    return isLeaving ? undefined : entries.find((entry) => entry.target === target)?.port
  }

  bound(local: Endpoint): void {
    const overlay = new OverlayModel(this, local)
    const owner = {
      joined: (contacts: number) => {
        this.publisher.joined(contacts)
        if (contacts === 0) this.warnOfSilence()
      },
      heardOf: (peers: readonly Peer[]) => {
        const family = peers[0]?.contact.endpoint.family
        if (family !== undefined) this.sides.get(family)?.join.suggest(peers)
      },
    }
    const join = new JoinModel(overlay, owner)
    this.sides.set(local.family, { overlay, join, refresh: new RefreshModel(overlay) })
  }

  /** Nobody is known in any family, none is being looked for, and all of the list kept silent. */
  warnOfSilence(): void {
    const sides = [...this.sides.values()]
    const isOver = sides.every(({ join, overlay }) => !join.attempt && overlay.isDeserted)
    const isSilent = sides.some(({ join }) => join.asked > 0)
    if (!isOver || !isSilent || sides.some(({ join }) => join.answered > 0)) return
    this.warn('DHT_BOOTSTRAP_SILENT')
  }

  /** Everything that happens at `now`, beside what the core made of it. */
  step(now: number, oracle: Oracle, happen: () => void): void {
    this.now = now
    this.oracle = oracle
    for (const { overlay } of this.sides.values()) {
      overlay.table.now = now
      overlay.questions.now = now
    }
    happen()
    oracle.end()
  }

  receive(bytes: Uint8Array, from: Endpoint): void {
    const side = this.sides.get(from.family)
    if (side === undefined || !isOneNode(from)) return
    this.counters.datagramsReceived++
    this.counters.bytesReceived += bytes.length
    const message = messageOf(bytes, this.config.network)
    if (message.kind === 'query') this.answers.answer(message, from)
    if (message.kind === 'response') {
      side.overlay.receiveResponse(message, from)
      side.join.welcome()
    }
    if (message.kind === 'error') {
      side.overlay.receiveError(message, from)
      side.join.welcome()
    }
    if (message.kind === 'malformed') {
      this.counters.datagramsMalformed++
      side.overlay.receiveMalformed(message, from)
      this.answers.complain(message, from)
    }
    this.desk.release()
  }

  undeliverable(to: Endpoint, code: string): void {
    const side = this.sides.get(to.family)
    side?.overlay.undeliverable(to, code)
    side?.join.review()
    this.desk.release()
  }

  lost(family: Family): void {
    const overlay = this.sides.get(family)?.overlay
    if (overlay === undefined || overlay.isAway) return
    this.trace({ kind: 'transport-lost', family })
    overlay.isAway = true
    overlay.undeliverable('anybody', 'ENETDOWN')
    this.desk.release()
  }

  reopened(local: Endpoint): void {
    const side = this.sides.get(local.family)
    if (side === undefined || !side.overlay.isAway) return
    side.overlay.isAway = false
    side.overlay.local = local
    this.trace({ kind: 'transport-reopened', family: local.family, local })
    this.#wakeSide(side)
    this.desk.release()
  }

  #wakeSide({ overlay, join, refresh }: SideModel): void {
    if (overlay.isAway) return
    overlay.wake()
    join.review()
    join.wake()
    refresh.wake()
  }

  wake(): void {
    for (const side of this.sides.values()) this.#wakeSide(side)
    this.publisher.wake()
    this.desk.release()
    if ((this.sweepAt ?? Number.POSITIVE_INFINITY) <= this.now) {
      this.#sweptAt = this.now
      this.answers.store.live(this.now)
    }
  }

  begin(command: Command): void {
    this.desk.obey(command)
  }

  restore(contacts: readonly Contact[]): number {
    let taken = 0
    for (const [family, { overlay }] of this.sides) {
      const peers = contacts
        .filter(({ endpoint }) => endpoint.family === family && isOneNode(endpoint))
        .map((each) => this.know(peerOfContact(each)))
      taken += overlay.table.restore(peers)
    }
    return taken
  }

  /** When stored peers are next swept; none that has lapsed is served before. */
  get sweepAt(): number | undefined {
    const [oldest] = this.answers.store.live(Number.NEGATIVE_INFINITY)
    if (oldest === undefined) return undefined
    const expiryAt = oldest.stampedAt + this.config.peerLifetimeMs + 1
    return Math.max(expiryAt, this.#sweptAt + SWEEP_SPACING_MS)
  }

  get isSeeking(): boolean {
    return this.seekingUntil !== undefined
  }

  /**
   * Somebody is looked for before anybody, or anybody but a few, could be asked: of a family that
   * has somebody, another is waited for in its first join only, and for as long as a first query
   * to it may take to stall.
   */
  get seekingUntil(): number | undefined {
    let [until, isOneReady, isOneSeeking] = [this.now, false, false]
    for (const { overlay, join } of this.sides.values()) {
      const isNew = join.isApproaching && overlay.size < this.config.alpha
      const seeks = join.attempt !== undefined && (overlay.size === 0 || isNew)
      isOneReady ||= !seeks && overlay.size > 0
      isOneSeeking ||= seeks
      if (seeks && !join.hasTried) until = Math.max(until, join.attempt!.askedAt + STALL_MS)
    }
    if (!isOneSeeking) return undefined
    if (!isOneReady) return Number.POSITIVE_INFINITY
    return until > this.now ? until : undefined
  }

  /** What we know of a target at home: our own entry, then our store's, oldest first. */
  atHome(target: bigint): Endpoint[] {
    const port = this.#portOf(target)
    const sides = [...this.sides.values()]
    const own = sides.map(({ overlay }) => ({ ...overlay.nearby, port: port ?? 0 }))
    const stored = this.answers.store
      .live(this.now)
      .filter((each) => numberOf(each.target) === target)
      .map(({ peer, stampedAt }) => ({ endpoint: endpointFromCompact(peer)!, stampedAt }))
    const told = (this.oracle.peek('found')?.endpoints ?? []).map(formatEndpoint)
    const rank = (e: Endpoint): number => told.indexOf(formatEndpoint(e))
    stored.sort((a, b) => a.stampedAt - b.stampedAt || rank(a.endpoint) - rank(b.endpoint))
    return [...(port === undefined ? [] : own), ...stored.map(({ endpoint }) => endpoint)]
  }
}

// The publishing part of the model of a core: announcements with one due time and at most one round
// each, found by looking at all of them. The instant of the next round is partly random: the report
// names it, and it must lie within the jitter around the regular one.

import type { RoundReport } from '../../src/core/operations/outcome.ts'
import type { AnnouncedModel } from './core-announced.model.ts'
import type { NodeContext } from './core-context.ts'
import type { OverlayModel } from './core-overlay.model.ts'
import { idOf, type Peer } from './core-peer.ts'
import type { Families } from './core-responder.model.ts'
import { type PublicationModel, RoundModel } from './core-round.model.ts'
import { type HolderModel, WithdrawalsModel } from './core-withdraw.model.ts'

const RETRIES_FOR_A_FEW = 5

export interface EntryModel extends AnnouncedModel {
  readonly operationId: number
  dueAt: number
  misses: number
  round: RoundModel | undefined
  last: RoundReport | undefined
  /** The holders of the last round that had any. */
  holders: readonly HolderModel[]
  reviewAt: number
  /** The nearest contacts at the last review. */
  neighbours: readonly bigint[]
  /** What the first report of a round said of the next one. */
  told?: number | undefined
}

type RoundOutcome = ReturnType<RoundModel['outcome']>

interface Parts {
  readonly families: Families
  readonly isSeeking: () => boolean
}

export class PublisherModel {
  readonly node: NodeContext
  readonly parts: Parts
  entries: EntryModel[] = []
  readonly withdrawals: WithdrawalsModel
  isLeaving = false

  constructor(node: NodeContext, parts: Parts) {
    this.node = node
    this.parts = parts
    this.withdrawals = new WithdrawalsModel(node, () => this.wake())
  }

  enter(announced: AnnouncedModel, operationId: number): void {
    const { target, port, impliedPort } = announced
    const { now, config } = this.node
    const former = this.#withdraw(target)
    const isSame = former?.port === port && former.impliedPort === impliedPort
    if (former !== undefined && !isSame) this.withdrawals.add(target, former.holders)
    if (this.entries.length >= config.maxAnnouncements) {
      this.node.settle(operationId, { kind: 'busy' })
      return
    }
    const holders = isSame ? former.holders : []
    const review = { reviewAt: Number.POSITIVE_INFINITY, neighbours: [] }
    const rest = { round: undefined, last: undefined, holders, ...review }
    this.entries.push({ ...announced, operationId, dueAt: now, misses: 0, ...rest })
    this.wake()
  }

  delete(target: bigint): void {
    const former = this.#withdraw(target)
    if (former !== undefined) this.withdrawals.add(target, former.holders)
    this.wake()
  }

  /** A lost holder, or a new contact that is nearer than a holder of the same family. */
  #review(entry: EntryModel): void {
    const { target, holders, neighbours } = entry
    const standing = holders.filter(({ peer, overlay: { table } }) => {
      const member = table.members.find(({ id }) => id === peer.value)
      return member === undefined || !table.isBad(member)
    })
    const isNew = this.#near(target).some(({ peer, overlay }) => {
      const ofFamily = holders.filter((holder) => holder.overlay === overlay)
      const isKnown = [...neighbours, ...ofFamily.map((holder) => holder.peer.value)]
      const farthest = ofFamily.map((holder) => holder.peer.value ^ target)
      return !isKnown.includes(peer.value) && farthest.some((far) => (peer.value ^ target) < far)
    })
    const hasChanged = isNew || standing.length < holders.length
    if (hasChanged) entry.dueAt = this.node.now
    this.node.note(hasChanged ? 'review: changed' : 'review: the same')
    entry.holders = standing
    this.#look(entry)
  }

  #look(entry: EntryModel): void {
    entry.neighbours = this.#near(entry.target).map(({ peer }) => peer.value)
    entry.reviewAt = this.node.now + this.node.config.reviewMs
  }

  /** The k nearest of each family that have responded. */
  #near(target: bigint): { readonly peer: Peer; readonly overlay: OverlayModel }[] {
    const { k } = this.node.config
    return [...this.parts.families.values()].flatMap(({ overlay }) =>
      overlay.verified(target, k).map((peer) => ({ peer, overlay })),
    )
  }

  leave(operationId: number): void {
    this.isLeaving = true
    for (const entry of this.entries) {
      const holders = mayHold(entry)
      entry.round?.abort()
      entry.round = undefined
      this.withdrawals.add(entry.target, holders)
    }
    this.withdrawals.finish(operationId)
  }

  /**
   * When a round may begin; undefined: there is no announcement, or as many rounds as allowed run.
   */
  get nextAt(): number | undefined {
    const next = this.#next()
    const dueAt = next !== undefined && this.#mayStart() ? firstAt(next) : undefined
    const all = [dueAt, this.withdrawals.nextAt].filter((at) => at !== undefined)
    return all.length === 0 ? undefined : Math.min(...all)
  }

  wake(): void {
    this.withdrawals.wake()
    while (this.#mayStart()) {
      const entry = this.#next()
      if (entry === undefined || firstAt(entry) > this.node.now) return
      if (entry.dueAt > this.node.now) {
        this.#review(entry)
        continue
      }
      this.node.counters.rounds++
      entry.round = this.#roundOf(entry)
      entry.round.start()
    }
  }

  #roundOf(announced: EntryModel): RoundModel {
    const overlays = [...this.parts.families.values()].map(({ overlay }) => overlay)
    const reported = (round: RoundModel): void => this.#roundReported(round)
    const ended = (round: RoundModel): void => this.#roundEnded(round)
    const publication = publicationOf(announced, this.node)
    return new RoundModel({ publication, node: this.node, overlays, reported, ended })
  }

  joined(contacts: number): void {
    if (contacts === 0) return
    for (const entry of this.entries) {
      if (entry.misses > 0) entry.dueAt = Math.min(entry.dueAt, this.node.now)
    }
    this.wake()
  }

  #roundEnded(round: RoundModel): void {
    const { node } = this
    const entry = this.entries.find((each) => each.round === round)
    if (entry === undefined) return
    const outcome = round.outcome()
    entry.holders = holdersOf(entry)
    entry.round = undefined
    entry.misses = outcome.complete && !round.isThin ? 0 : entry.misses + 1
    const report = node.oracle.peek('round')?.report
    entry.dueAt = report?.nextAt ?? Number.NaN
    this.#checkDue(entry, outcome)
    this.#look(entry)
    const isRetried = entry.misses > 0
    if (entry.told !== undefined && !isRetried && entry.told !== entry.dueAt) {
      throw new Error(`PUB-1: next at ${entry.dueAt}, but ${entry.told} was told`)
    }
    entry.told = undefined
    entry.last = this.#reportOf(entry, outcome, entry.dueAt)
    node.oracle.tell({ kind: 'round', operationId: entry.operationId, report: entry.last })
    node.trace({ kind: 'published', report: entry.last })
    node.note(outcome.complete ? 'round: complete' : 'round: incomplete')
    this.wake()
  }

  /** The first writes have ended: the next round is a regular one, as far as is known. */
  #roundReported(round: RoundModel): void {
    const { node } = this
    const entry = this.entries.find((each) => each.round === round)
    if (entry === undefined) return
    const outcome = round.outcome()
    const nextAt = node.oracle.peek('round')?.report.nextAt ?? Number.NaN
    const { republishMs, republishJitterMs } = node.config
    if (!(Math.abs(nextAt - outcome.startedAt - republishMs) <= republishJitterMs)) {
      throw new Error(`PUB-1: next at ${nextAt}, too far from a regular round`)
    }
    entry.told = nextAt
    entry.last = this.#reportOf(entry, outcome, nextAt)
    node.oracle.tell({ kind: 'round', operationId: entry.operationId, report: entry.last })
    node.trace({ kind: 'published', report: entry.last })
    node.note('round: more to come')
  }

  #reportOf({ port }: EntryModel, outcome: RoundOutcome, nextAt: number): RoundReport {
    return { ...outcome, port, durationMs: this.node.now - outcome.startedAt, nextAt }
  }

  #checkDue(entry: EntryModel, outcome: RoundOutcome): void {
    const { now, config } = this.node
    const { accepted, refused, unreachable, startedAt } = outcome
    const regular = startedAt + config.republishMs
    const halfStands = accepted.length > 0 && accepted.length >= refused.length + unreachable.length
    const isContent = entry.misses === 0 || (entry.misses > RETRIES_FOR_A_FEW && halfStands)
    const waitMs = Math.min(config.retryMs * 2 ** (entry.misses - 1), config.retryMaxMs)
    const cap = isContent ? Number.POSITIVE_INFINITY : now + waitMs
    const least = Math.min(regular - config.republishJitterMs, cap)
    const most = Math.min(regular + config.republishJitterMs, cap)
    if (!(entry.dueAt >= least && entry.dueAt <= most)) {
      throw new Error(`PUB-1, PUB-8: next at ${entry.dueAt}, expected ${least} to ${most}`)
    }
  }

  #mayStart(): boolean {
    const rounds = this.entries.filter(({ round }) => round !== undefined).length
    return !this.isLeaving && rounds < this.node.config.maxRounds && !this.parts.isSeeking()
  }

  #next(): EntryModel | undefined {
    const idle = this.entries.filter(
      ({ round, target }) => round === undefined && !this.withdrawals.concerns(target),
    )
    const earliest = Math.min(...idle.map(firstAt))
    return idle.find((entry) => firstAt(entry) === earliest)
  }

  #withdraw(target: bigint): EntryModel | undefined {
    const entry = this.entries.find((each) => each.target === target)
    if (entry === undefined) return undefined
    this.entries = this.entries.filter((each) => each !== entry)
    entry.holders = mayHold(entry)
    entry.round?.abort()
    this.node.settle(entry.operationId, { kind: 'withdrawn' })
    return entry
  }
}

function publicationOf(announced: AnnouncedModel, { config }: NodeContext): PublicationModel {
  const { target, port, impliedPort, seed } = announced
  const written = { target: idOf(target, config.network), port, impliedPort, seed }
  return {
    sought: { target, method: 'get_peers', noseed: seed, isForWriting: true },
    write: (_peer, token) => ({ method: 'announce_peer', ...written, token }),
  }
}

/** When something is to be done about it. */
const firstAt = ({ dueAt, reviewAt }: EntryModel): number => Math.min(dueAt, reviewAt)

/** Those of the running round, if any accepted or may have; else those of the round before. */
/** Those of the running round, and those of an earlier one that were not written to again yet. */
function mayHold({ round, holders }: EntryModel): readonly HolderModel[] {
  const latest = round?.holders ?? []
  const isLeft = ({ peer }: HolderModel): boolean => latest.every((each) => each.peer !== peer)
  return [...latest, ...holders.filter(isLeft)]
}

function holdersOf({ round, holders }: EntryModel): readonly HolderModel[] {
  const latest = round?.holders ?? []
  return latest.length > 0 ? latest : holders
}

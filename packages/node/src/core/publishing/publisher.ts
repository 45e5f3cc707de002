// What this node publishes, and when (the original system's tracker, PUB-*). An announcement has
// one time at which it is due and at most one round. Entering its id again or deleting it ends that
// round, so an older round can have no effect (PUB-2, PUB-3). The number of rounds at once is
// bounded, so that many announcements due at once do not send all queries at once (PUB-9).

import { type Id, idKey } from '@dht/id'
import type { Contact, Family } from '@dht/krpc'
import type { RoundReport } from '../operations/outcome.ts'
import { waitsForContacts } from '../overlay/first-contacts.ts'
import type { JoinOwner } from '../overlay/join.ts'
import type { Overlay } from '../overlay/overlay.ts'
import { draw, type Services } from '../services.ts'
import type { Announced } from './announced.ts'
import {
  type Announcement,
  type AnnouncementInfo,
  type AnnouncementInspection,
  firstAt,
  holdersAfter,
  holdersOf,
} from './announcement.ts'
import { hasDisappeared, hasNewcomer, idsOf, type NearestIds, nearestOf } from './nearest-ids.ts'
import { peerPublication } from './publication.ts'
import { Round, type RoundOutcome, type RoundOwner } from './round.ts'
import { Schedule } from './schedule.ts'
import { Withdrawals, type WithdrawalsOwner } from './withdrawals.ts'

/**
 * Retries in a row while at least half of the copies stand: ours, a quarter of an hour by default.
 * Nodes that are silent for longer are gone, and must not cause a round every few minutes for ever.
 */
const RETRIES_FOR_A_FEW = 5

const NO_NEIGHBOURS: NearestIds = new Set()

export class Publisher implements RoundOwner, JoinOwner, WithdrawalsOwner {
  readonly #services: Services
  readonly #overlays: ReadonlyMap<Family, Overlay>
  readonly #announcements = new Map<string, Announcement>()
  readonly #withdrawals: Withdrawals
  /** The node is about to close. */
  #isLeaving = false
  #isStarting = false
  #rounds = 0
  readonly #schedule = new Schedule()

  constructor(services: Services, overlays: ReadonlyMap<Family, Overlay>) {
    this.#services = services
    this.#overlays = overlays
    this.#withdrawals = new Withdrawals(services, this)
  }

  /**
   * Publishes at once and from then on. The same id again replaces the former announcement. With
   * another port, the first round waits until the former one is withdrawn: the nodes that store it
   * can't tell the two apart.
   */
  enter(announced: Announced, operationId: number, now: number): void {
    const { target } = announced
    const { outbox, config } = this.#services
    const former = this.#remove(idKey(target))
    const isRenewal = former !== undefined && hasSamePort(former, announced)
    if (former !== undefined && !isRenewal) this.#withdraw(former, now)
    if (this.#announcements.size >= config.maxAnnouncements) {
      outbox.settle(operationId, { kind: 'busy' })
      return
    }
    const holders = isRenewal ? former.holders : []
    const review = { reviewAt: Number.POSITIVE_INFINITY, neighbours: NO_NEIGHBOURS }
    const first = { dueAt: now, misses: 0, round: undefined, regularAt: now, last: undefined }
    const announcement = { ...announced, operationId, ...first, holders, ...review }
    this.#announcements.set(idKey(target), announcement)
    this.#plan(announcement)
    this.handleTimeout(now)
  }

  /** Stops publishing at once, and withdraws what was written, where the network can do that. */
  delete(target: Id, now: number): void {
    const former = this.#remove(idKey(target))
    if (former !== undefined) this.#withdraw(former, now)
    this.handleTimeout(now)
  }

  /**
   * Withdraws everything before the node closes, and publishes nothing from here on. The operation
   * is settled when that is done, after two seconds at the latest.
   */
  leave(operationId: number, now: number): void {
    this.#isLeaving = true
    for (const announcement of this.#announcements.values()) {
      const holders = holdersOf(announcement)
      announcement.round?.abort()
      this.#endRound(announcement)
      this.#withdrawals.add(announcement.target, holders, now)
    }
    this.#withdrawals.finish(operationId, now)
  }

  /** The operation of a `leave` under way. */
  get leaving(): number | undefined {
    return this.#withdrawals.finishing
  }

  /** What is published under an id; undefined: nothing is. */
  announcedUnder(target: Id): Announced | undefined {
    return this.#isLeaving ? undefined : this.#announcements.get(idKey(target))
  }

  /** Number of announcements. */
  get size(): number {
    return this.#announcements.size
  }

  info(): AnnouncementInfo[] {
    return Array.from(this.#announcements.values(), (announcement) => ({
      id: announcement.target,
      port: announcement.port,
      impliedPort: announcement.impliedPort,
      seed: announcement.seed,
      dueAt: announcement.dueAt,
      publishing: announcement.round !== undefined,
      last: announcement.last,
    }))
  }

  /** The nodes that may store each announcement, in the order of `info`. */
  holders(): (readonly Contact[])[] {
    const announcements = [...this.#announcements.values()]
    return announcements.map((each) => holdersOf(each).map(({ contact }) => contact))
  }

  /** The same with the inner state, for inspection. */
  inspect(): AnnouncementInspection[] {
    const announcements = [...this.#announcements.values()]
    return this.info().map((info, i) => {
      const { target, operationId, misses, round, reviewAt } = announcements[i] as Announcement
      const isBlocked = this.#isLeaving || this.#withdrawals.concerns(target)
      return { ...info, operationId, misses, startedAt: round?.startedAt, reviewAt, isBlocked }
    })
  }

  /** The earliest instant at which a round, a check or the end of a withdrawal is due. */
  nextAt(now: number): number | undefined {
    const announcement = this.#schedule.first
    const dueAt =
      announcement !== undefined && this.#mayStart(now) ? firstAt(announcement) : undefined
    const endsAt = this.#withdrawals.nextAt()
    if (dueAt === undefined || endsAt === undefined) return dueAt ?? endsAt
    return Math.min(dueAt, endsAt)
  }

  handleTimeout(now: number): void {
    this.#withdrawals.handleTimeout(now)
    // A round that can send no query ends, and calls this, within `#start`: then the outer loop
    // goes on, for nested calls would overflow the stack where announcements are many.
    if (this.#isStarting) return
    this.#isStarting = true
    try {
      this.#startDue(now)
    } finally {
      this.#isStarting = false
    }
  }

  #startDue(now: number): void {
    while (this.#mayStart(now)) {
      const announcement = this.#schedule.first
      if (announcement === undefined || firstAt(announcement) > now) return
      if (announcement.dueAt > now) this.#review(announcement, now)
      else this.#start(announcement, now)
    }
  }

  /** A join has ended. With contacts, announcements whose last round fell short are due at once. */
  joined(contacts: number, now: number): void {
    if (contacts === 0) return
    for (const announcement of this.#announcements.values()) {
      if (announcement.misses === 0) continue
      announcement.dueAt = Math.min(announcement.dueAt, now)
      this.#plan(announcement)
    }
    this.handleTimeout(now)
  }

  /** An announcement may have waited for it. */
  withdrawalOver(target: Id, now: number): void {
    const announcement = this.#announcements.get(idKey(target))
    if (announcement !== undefined) this.#plan(announcement)
    this.handleTimeout(now)
  }

  roundEnded(round: Round, now: number): void {
    const announcement = this.#announcements.get(idKey(round.target))
    if (announcement?.round !== round) return
    const outcome = round.outcome()
    announcement.holders = holdersAfter(announcement)
    this.#endRound(announcement)
    announcement.misses = outcome.complete && !round.isThin ? 0 : announcement.misses + 1
    announcement.dueAt = this.#dueAfter(announcement, outcome, now)
    this.#note(announcement, this.#near(announcement.target), now)
    this.#plan(announcement)
    this.#report(announcement, { ...outcome, nextAt: announcement.dueAt }, now)
    this.handleTimeout(now)
  }

  /** Nodes that may still respond are no reason for a retry. */
  roundReported(round: Round, now: number): void {
    const announcement = this.#announcements.get(idKey(round.target))
    if (announcement?.round !== round) return
    this.#report(announcement, { ...round.outcome(), nextAt: announcement.regularAt }, now)
  }

  #report(
    announcement: Announcement,
    report: Omit<RoundReport, 'port' | 'durationMs'>,
    now: number,
  ): void {
    const { outbox } = this.#services
    const { port } = announcement
    announcement.last = { ...report, port, durationMs: now - report.startedAt }
    outbox.round(announcement.operationId, announcement.last)
    outbox.trace({ kind: 'published', report: announcement.last })
  }

  /** Whether a round may start: one more fits, and waiting for contacts would gain nothing. */
  #mayStart(now: number): boolean {
    const hasPlace = this.#rounds < this.#services.config.maxRounds
    return hasPlace && !this.#isLeaving && !waitsForContacts(this.#overlays, now)
  }

  #start(announcement: Announcement, now: number): void {
    const overlays = [...this.#overlays.values()]
    const init = { publication: peerPublication(announcement), owner: this, overlays }
    announcement.round = new Round(init, this.#services, now)
    const { republishMs, republishJitterMs } = this.#services.config
    const jitter = (2 * draw(this.#services.random) - 1) * republishJitterMs
    announcement.regularAt = now + republishMs + jitter
    this.#rounds++
    this.#plan(announcement)
    this.#services.counters.rounds++
    announcement.round.start(now)
  }

  /** A round is due at once when a holder is bad or a nearer node has come (PUB-13). */
  #review(announcement: Announcement, now: number): void {
    const near = this.#near(announcement.target)
    const standing = announcement.holders.filter((holder) => !hasDisappeared(holder, now))
    const isLess = standing.length < announcement.holders.length
    if (isLess || hasNewcomer(near, announcement, announcement.target)) announcement.dueAt = now
    announcement.holders = standing
    this.#note(announcement, near, now)
    this.#plan(announcement)
  }

  #near(target: Id): readonly Contact[] {
    const overlays = [...this.#overlays.values()]
    return nearestOf(overlays, target, this.#services.config.k)
  }

  #note(announcement: Announcement, near: readonly Contact[], now: number): void {
    announcement.neighbours = idsOf(near)
    announcement.reviewAt = now + this.#services.config.reviewMs
  }

  /**
   * A regular round is due at a fixed time after the start of the last one, so that rounds never
   * drift; a retry at a time after its end (PUB-8).
   */
  #dueAfter(announcement: Announcement, outcome: RoundOutcome, now: number): number {
    const { retryMs, retryMaxMs } = this.#services.config
    const { regularAt } = announcement
    const isGoodEnough = announcement.misses > RETRIES_FOR_A_FEW && halfStands(outcome)
    if (announcement.misses === 0 || isGoodEnough) return regularAt
    return Math.min(regularAt, now + Math.min(retryMs * 2 ** (announcement.misses - 1), retryMaxMs))
  }

  /** Ends an announcement, its round and its operation. */
  #remove(key: string): Announcement | undefined {
    const announcement = this.#announcements.get(key)
    if (announcement === undefined) return undefined
    this.#announcements.delete(key)
    announcement.round?.abort()
    announcement.holders = holdersOf(announcement)
    this.#endRound(announcement)
    this.#schedule.delete(announcement)
    this.#services.outbox.settle(announcement.operationId, { kind: 'withdrawn' })
    return announcement
  }

  #withdraw({ target, holders }: Announcement, now: number): void {
    this.#withdrawals.add(target, holders, now)
  }

  #endRound(announcement: Announcement): void {
    if (announcement.round !== undefined) this.#rounds--
    announcement.round = undefined
  }

  /** Call it after every change of when an announcement is due, or of what it waits for. */
  #plan(announcement: Announcement): void {
    const isBlocked =
      announcement.round !== undefined || this.#withdrawals.concerns(announcement.target)
    this.#schedule.set(announcement, isBlocked)
  }
}

/** Whether the nodes store the same endpoint for both. */
function hasSamePort(a: Announced, b: Announced): boolean {
  return a.port === b.port && a.impliedPort === b.impliedPort
}

/** Whether at least half of the writes were accepted. */
function halfStands({ accepted, refused, unreachable }: RoundOutcome): boolean {
  return accepted.length > 0 && accepted.length >= refused.length + unreachable.length
}

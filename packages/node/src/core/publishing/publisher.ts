// What this node publishes, and when each entry is due (the original's tracker, PUB-*). An entry
// has one due point and at most one round; entering again or deleting ends the round that is under
// way, so nothing of an older generation can have an effect (PUB-2, PUB-3). Rounds wait for one of
// a few places, so that many entries due at once make a queue and not a storm (PUB-9).

import { type Id, idKey } from '@dht/id'
import type { Contact, Family } from '@dht/krpc'
import type { RoundReport } from '../operations/outcome.ts'
import { waitsForContacts } from '../overlay/first-contacts.ts'
import type { JoinOwner } from '../overlay/join.ts'
import type { Overlay } from '../overlay/overlay.ts'
import { draw, type Services } from '../services.ts'
import {
  type Announcement,
  type AnnouncementInfo,
  type AnnouncementInspection,
  firstAt,
  holdersAfter,
  holdersOf,
} from './announcement.ts'
import { hasDisappeared, hasNewcomer, idsOf, type NearestIds, nearestOf } from './nearest-ids.ts'
import { Round, type RoundOutcome, type RoundOwner } from './round.ts'
import { Schedule } from './schedule.ts'
import { Withdrawals, type WithdrawalsOwner } from './withdrawals.ts'

/**
 * Retries in a row for the sake of a few copies: ours, a quarter of an hour by default. Whoever is
 * silent for longer is so for good, and must not have us publish every few minutes for ever.
 */
const RETRIES_FOR_A_FEW = 5

const NOBODY: NearestIds = new Set()

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
   * Publishes at once and from then on; the same id again replaces port and operation id. Under
   * another port it waits until the former is taken back, lest that takes back the new one.
   */
  enter(
    operation: { readonly target: Id; readonly port: number; readonly operationId: number },
    now: number,
  ): void {
    const { target, port, operationId } = operation
    const { outbox, config } = this.#services
    const former = this.#remove(idKey(target))
    if (former !== undefined && former.port !== port) this.#takeBack(former, now)
    if (this.#announcements.size >= config.maxAnnouncements) {
      outbox.settle(operationId, { kind: 'busy' })
      return
    }
    const holders = former?.port === port ? former.holders : []
    const review = { reviewAt: Number.POSITIVE_INFINITY, neighbours: NOBODY }
    const first = { dueAt: now, misses: 0, round: undefined, regularAt: now, last: undefined }
    const entry = { target, port, operationId, ...first, holders, ...review }
    this.#announcements.set(idKey(target), entry)
    this.#plan(entry)
    this.handleTimeout(now)
  }

  /** Stops publishing at once and takes back what the last round wrote, where that can be done. */
  delete(target: Id, now: number): void {
    const former = this.#remove(idKey(target))
    if (former !== undefined) this.#takeBack(former, now)
    this.handleTimeout(now)
  }

  /**
   * Takes back everything, for the node is about to close: nothing is published from here on. The
   * operation id is settled when that is done, after two seconds at the latest.
   */
  leave(operationId: number, now: number): void {
    this.#isLeaving = true
    for (const entry of this.#announcements.values()) {
      const holders = holdersOf(entry)
      entry.round?.abort()
      this.#endRound(entry)
      this.#withdrawals.add(entry.target, holders, now)
    }
    this.#withdrawals.finish(operationId, now)
  }

  /** The operation id of a `leave` under way. */
  get leaving(): number | undefined {
    return this.#withdrawals.finishing
  }

  /** At which port we publish this; undefined: we don't, or no longer. */
  portOf(target: Id): number | undefined {
    return this.#isLeaving ? undefined : this.#announcements.get(idKey(target))?.port
  }

  info(): AnnouncementInfo[] {
    return Array.from(this.#announcements.values(), ({ target, port, dueAt, round, last }) => ({
      id: target,
      port,
      dueAt,
      publishing: round !== undefined,
      last,
    }))
  }

  /** The same with what only onlookers care for. */
  inspect(): AnnouncementInspection[] {
    const entries = [...this.#announcements.values()]
    return this.info().map((info, i) => {
      const { target, operationId, misses, round, reviewAt } = entries[i] as Announcement
      const isBlocked = this.#isLeaving || this.#withdrawals.concerns(target)
      return { ...info, operationId, misses, startedAt: round?.startedAt, reviewAt, isBlocked }
    })
  }

  /** The earliest instant at which a round or the end of a withdrawal is due. */
  nextAt(now: number): number | undefined {
    const entry = this.#schedule.first
    const dueAt = entry !== undefined && this.#mayStart(now) ? firstAt(entry) : undefined
    const endsAt = this.#withdrawals.nextAt()
    if (dueAt === undefined || endsAt === undefined) return dueAt ?? endsAt
    return Math.min(dueAt, endsAt)
  }

  handleTimeout(now: number): void {
    this.#withdrawals.handleTimeout(now)
    // A round that finds nobody ends, and calls this, before `#start` returns: the loop below goes
    // on with the next entry. Calls within calls would overflow the stack where entries are many.
    if (this.#isStarting) return
    this.#isStarting = true
    this.#startDue(now)
    this.#isStarting = false
  }

  #startDue(now: number): void {
    while (this.#mayStart(now)) {
      const entry = this.#schedule.first
      if (entry === undefined || firstAt(entry) > now) return
      if (entry.dueAt > now) this.#review(entry, now)
      else this.#start(entry, now)
    }
  }

  /** Somebody can be asked (again): what could not be published is due at once. */
  joined(contacts: number, now: number): void {
    if (contacts === 0) return
    for (const entry of this.#announcements.values()) {
      if (entry.misses === 0) continue
      entry.dueAt = Math.min(entry.dueAt, now)
      this.#plan(entry)
    }
    this.handleTimeout(now)
  }

  /** An entry may have waited for it. */
  withdrawalOver(target: Id, now: number): void {
    const entry = this.#announcements.get(idKey(target))
    if (entry !== undefined) this.#plan(entry)
    this.handleTimeout(now)
  }

  roundEnded(round: Round, now: number): void {
    const entry = this.#announcements.get(idKey(round.target))
    if (entry?.round !== round) return
    const outcome = round.outcome()
    entry.holders = holdersAfter(entry)
    this.#endRound(entry)
    entry.misses = outcome.complete && !round.isThin ? 0 : entry.misses + 1
    entry.dueAt = this.#dueAfter(entry, outcome, now)
    this.#note(entry, this.#near(entry.target), now)
    this.#plan(entry)
    this.#report(entry, { ...outcome, nextAt: entry.dueAt }, now)
    this.handleTimeout(now)
  }

  /** What is only pending is no reason to try again. */
  roundReported(round: Round, now: number): void {
    const entry = this.#announcements.get(idKey(round.target))
    if (entry?.round !== round) return
    this.#report(entry, { ...round.outcome(), nextAt: entry.regularAt }, now)
  }

  #report(entry: Announcement, report: Omit<RoundReport, 'durationMs'>, now: number): void {
    const { outbox } = this.#services
    entry.last = { ...report, durationMs: now - report.startedAt }
    outbox.round(entry.operationId, entry.last)
    outbox.trace({ kind: 'published', report: entry.last })
  }

  /**
   * There is a place for one more round, and nothing to be gained by waiting for contacts.
   */
  #mayStart(now: number): boolean {
    const hasPlace = this.#rounds < this.#services.config.maxRounds
    return hasPlace && !this.#isLeaving && !waitsForContacts(this.#overlays, now)
  }

  #start(entry: Announcement, now: number): void {
    const { target, port } = entry
    const overlays = [...this.#overlays.values()]
    const init = { target, port, owner: this, overlays }
    entry.round = new Round(init, this.#services, now)
    const { republishMs, republishJitterMs } = this.#services.config
    const jitter = (2 * draw(this.#services.random) - 1) * republishJitterMs
    entry.regularAt = now + republishMs + jitter
    this.#rounds++
    this.#plan(entry)
    this.#services.counters.rounds++
    entry.round.start(now)
  }

  /** A round comes forward when a holder is lost or a nearer node has come (PUB-13). */
  #review(entry: Announcement, now: number): void {
    const near = this.#near(entry.target)
    const standing = entry.holders.filter((holder) => !hasDisappeared(holder, now))
    const isLess = standing.length < entry.holders.length
    if (isLess || hasNewcomer(near, entry, entry.target)) entry.dueAt = now
    entry.holders = standing
    this.#note(entry, near, now)
    this.#plan(entry)
  }

  #near(target: Id): readonly Contact[] {
    const overlays = [...this.#overlays.values()]
    return nearestOf(overlays, target, this.#services.config.k)
  }

  #note(entry: Announcement, near: readonly Contact[], now: number): void {
    entry.neighbours = idsOf(near)
    entry.reviewAt = now + this.#services.config.reviewMs
  }

  /**
   * A regular round from the last one's start, so that rounds never drift; a retry from its end
   * (PUB-8).
   */
  #dueAfter(entry: Announcement, outcome: RoundOutcome, now: number): number {
    const { retryMs, retryMaxMs } = this.#services.config
    const { regularAt } = entry
    const isGoodEnough = entry.misses > RETRIES_FOR_A_FEW && halfStands(outcome)
    if (entry.misses === 0 || isGoodEnough) return regularAt
    return Math.min(regularAt, now + Math.min(retryMs * 2 ** (entry.misses - 1), retryMaxMs))
  }

  /** Ends the entry and its round; its operation id hears of it. */
  #remove(key: string): Announcement | undefined {
    const entry = this.#announcements.get(key)
    if (entry === undefined) return undefined
    this.#announcements.delete(key)
    entry.round?.abort()
    entry.holders = holdersOf(entry)
    this.#endRound(entry)
    this.#schedule.delete(entry)
    this.#services.outbox.settle(entry.operationId, { kind: 'withdrawn' })
    return entry
  }

  #takeBack({ target, holders }: Announcement, now: number): void {
    this.#withdrawals.add(target, holders, now)
  }

  #endRound(entry: Announcement): void {
    if (entry.round !== undefined) this.#rounds--
    entry.round = undefined
  }

  /** To be called after every change of when an announcement is due, or of what it waits for. */
  #plan(entry: Announcement): void {
    const isBlocked = entry.round !== undefined || this.#withdrawals.concerns(entry.target)
    this.#schedule.set(entry, isBlocked)
  }
}

/** Whether at least half of the copies that were written stand. */
function halfStands({ accepted, refused, unreachable }: RoundOutcome): boolean {
  return accepted.length > 0 && accepted.length >= refused.length + unreachable.length
}

// A naive model of what a node publishes: a list of announcements, each with the time at which it
// is due and the events of its round. It is told the effects of the node in order. It predicts
// every start of a round, the nodes that are written to, every report and every due time, and
// throws at the first difference. It does not model the lookup: it only sees responses and the end.

import { compareDistance, type Id, idToHex } from '@dht/id'
import type { Contact } from '@dht/krpc'
import type { RoundReport } from '../../src/core/operations/outcome.ts'

export interface Terms {
  readonly k: number
  readonly alpha: number
  readonly republishMs: number
  readonly republishJitterMs: number
  readonly retryMs: number
  readonly retryMaxMs: number
  readonly maxRounds: number
  readonly maxAnnouncements: number
}

/** Retries while at least half of the copies stand. */
const RETRIES = 5

export type WriteEnd = 'open' | 'accepted' | 'refused' | 'unreachable'

export interface ModelWrite {
  readonly contact: Contact
  readonly token: string
  readonly sentAt: number
  end: WriteEnd
  code?: number
}

export interface ModelRound {
  readonly startedAt: number
  /** The nodes that responded, with their tokens; `isCertain`: in time for the lookup. */
  readonly answers: { contact: Contact; token: string | undefined; isCertain: boolean }[]
  readonly writes: ModelWrite[]
  /** The first of two reports has come. */
  hasReported?: boolean
}

export interface ModelAnnouncement {
  readonly target: Id
  readonly port: number
  readonly operationId: number
  dueAt: number
  misses: number
  round: ModelRound | undefined
  last: RoundReport | undefined
}

/** By contact, since a contact makes a new endpoint at each access. */
const addresses = new WeakMap<Contact, string>()

export function addressOf(contact: Contact): string {
  const known = addresses.get(contact)
  if (known !== undefined) return known
  const { address, port } = contact.endpoint
  addresses.set(contact, `${address}:${port}`)
  return `${address}:${port}`
}

export class PublishingModel {
  readonly terms: Terms
  announcements: ModelAnnouncement[] = []
  /** A join is under way. */
  isJoining = false
  /** The first join looks up the own id. The world sets this, since joins are not modelled. */
  isApproaching = false
  /** A join has ended. */
  hasTried = false
  members = 0
  rounds = 0
  /** Ended operations, each with the kind of its one outcome. */
  readonly settled: Map<number, string> = new Map()

  constructor(terms: Terms) {
    this.terms = terms
  }

  announcementOf(target: Id): ModelAnnouncement | undefined {
    return this.announcements.find(
      (announcement) => idToHex(announcement.target) === idToHex(target),
    )
  }

  get running(): ModelAnnouncement[] {
    return this.announcements.filter(({ round }) => round !== undefined)
  }

  /** The one that is due first among those that wait; of several, the oldest. */
  get next(): ModelAnnouncement | undefined {
    const waiting = this.announcements.filter(({ round }) => round === undefined)
    return waiting.reduce<ModelAnnouncement | undefined>(
      (first, each) => (first === undefined || each.dueAt < first.dueAt ? each : first),
      undefined,
    )
  }

  get mayStart(): boolean {
    return this.running.length < this.terms.maxRounds && !this.isSeeking
  }

  get isSeeking(): boolean {
    const isNew = this.isApproaching && this.members < this.terms.alpha
    return this.isJoining && (this.members === 0 || isNew)
  }

  enter(target: Id, port: number, operationId: number, now: number): void {
    this.#withdraw(target)
    if (this.announcements.length >= this.terms.maxAnnouncements) {
      this.settled.set(operationId, 'busy')
      return
    }
    const fresh = { dueAt: now, misses: 0, round: undefined, last: undefined }
    this.announcements.push({ target, port, operationId, ...fresh })
    this.fill(now)
  }

  delete(target: Id, now: number): void {
    this.#withdraw(target)
    this.fill(now)
  }

  /** A join has ended. With contacts, announcements whose last round fell short are due. */
  joined(contacts: number, now: number): void {
    this.isJoining = false
    this.isApproaching = false
    this.hasTried = true
    if (contacts === 0) return
    for (const announcement of this.announcements) {
      if (announcement.misses > 0 && announcement.round === undefined)
        announcement.dueAt = Math.min(announcement.dueAt, now)
    }
    this.fill(now)
  }

  /** Starts the rounds that are due, while one more is allowed. */
  fill(now: number): void {
    while (this.mayStart) {
      const { next } = this
      if (next === undefined || next.dueAt > now) return
      next.round = { startedAt: now, answers: [], writes: [] }
      this.rounds++
    }
  }

  /**
   * Compares a report with the expected one.
   *
   * @param seen - its operation id, and how many misses the node counts since
   * @returns what is wrong with it
   */
  reported(
    report: RoundReport,
    { operationId, misses }: { readonly operationId: number; readonly misses: number | undefined },
    now: number,
  ): string[] {
    const announcement = this.announcementOf(report.target)
    const round = announcement?.round
    if (announcement === undefined || round === undefined) return ['a report of no round']
    if (report.pending > 0) return this.#reportedEarly(announcement, report, operationId, now)
    const { accepted, refused, unreachable } = endsOf(round)
    const reachable = Math.min(this.terms.k, round.answers.length)
    const certain = Math.min(this.terms.k, round.answers.filter((a) => a.isCertain).length)
    const isSettled = unreachable.length === 0
    const wants = (count: number): boolean => count > 0 && isSettled && 2 * accepted.length >= count
    const isComplete = certain === reachable ? wants(certain) : report.complete
    // Between 1 and k - 1 nodes responded. Responses that may be too late leave this undecided.
    const mayBeThin = reachable > 0 && certain < this.terms.k
    const isThin = mayBeThin && (certain === reachable || misses !== 0)
    announcement.misses = isComplete && !isThin ? 0 : announcement.misses + 1
    const isContent = announcement.misses === 0
    const { retryAt, regularAt } = this.#dueAfter(announcement, { round, isContent }, now)
    const { republishJitterMs } = this.terms
    const isRegular = Math.abs(report.nextAt - regularAt) <= republishJitterMs
    const isRetry = report.nextAt === retryAt && retryAt <= regularAt + republishJitterMs
    const expected = {
      operationId: announcement.operationId,
      port: announcement.port,
      startedAt: round.startedAt,
      durationMs: now - round.startedAt,
      accepted: accepted.map(({ contact }) => addressOf(contact)),
      refused: refused.map(({ contact, code }) => `${addressOf(contact)} ${code}`),
      unreachable: unreachable.map(({ contact }) => addressOf(contact)),
      complete: isComplete,
      isDueThen: true,
    }
    const actual = {
      operationId,
      port: report.port,
      startedAt: report.startedAt,
      durationMs: report.durationMs,
      accepted: report.accepted.map(addressOf),
      refused: report.refused.map(({ contact, code }) => `${addressOf(contact)} ${code}`),
      unreachable: report.unreachable.map(addressOf),
      complete: report.complete,
      isDueThen: report.nextAt <= retryAt && (isRegular || isRetry),
    }
    announcement.dueAt = report.nextAt
    announcement.last = report
    announcement.round = undefined
    this.fill(now)
    const [a, b] = [expected, actual].map((each) => JSON.stringify(each))
    return a === b ? [] : [`report: expected ${a}, got ${b}`]
  }

  /** The first writes have ended. The round goes on and waits for slow nodes. */
  #reportedEarly(
    announcement: ModelAnnouncement,
    report: RoundReport,
    operationId: number,
    now: number,
  ): string[] {
    const round = announcement.round!
    const { republishMs, republishJitterMs } = this.terms
    const found: string[] = []
    if (round.hasReported === true) found.push('a third report of a round')
    if (operationId !== announcement.operationId) found.push('a report for another operationId')
    const seen = [report.accepted, report.refused.map(({ contact }) => contact), report.unreachable]
    const { accepted, refused, unreachable } = endsOf(round)
    const meant = [accepted, refused, unreachable]
    const text = (lists: readonly (readonly string[])[]): string => JSON.stringify(lists)
    const isSame =
      text(seen.map((each) => each.map(addressOf))) ===
      text(meant.map((each) => each.map(({ contact }) => addressOf(contact))))
    if (!isSame) found.push('an early report of other writes')
    if (report.startedAt !== round.startedAt || report.durationMs !== now - round.startedAt) {
      found.push('an early report of another time')
    }
    const offMs = Math.abs(report.nextAt - round.startedAt - republishMs)
    if (offMs > republishJitterMs) found.push('what is pending is no reason for a retry')
    round.hasReported = true
    announcement.last = report
    return found
  }

  /** The nodes that a round has to write to: the nearest of those that gave a token. */
  targetsOf({ target, round }: ModelAnnouncement): string[] {
    return round!.answers
      .filter(({ token }) => token !== undefined)
      .sort((a, b) => compareDistance(a.contact.id, b.contact.id, target))
      .slice(0, this.terms.k)
      .filter(({ isCertain }) => isCertain)
      .map(({ contact }) => addressOf(contact))
  }

  #dueAfter(
    announcement: ModelAnnouncement,
    { round, isContent }: { readonly round: ModelRound; readonly isContent: boolean },
    now: number,
  ): { readonly retryAt: number; readonly regularAt: number } {
    const { republishMs } = this.terms
    const regularAt = round.startedAt + republishMs
    const { accepted, refused, unreachable } = endsOf(round)
    const hasHalf = accepted.length > 0 && accepted.length >= refused.length + unreachable.length
    if (isContent || (announcement.misses > RETRIES && hasHalf))
      return { retryAt: Number.POSITIVE_INFINITY, regularAt }
    return { retryAt: now + this.#waitMs(announcement.misses), regularAt }
  }

  /** The wait after this many misses in a row. */
  #waitMs(misses: number): number {
    const { retryMs, retryMaxMs } = this.terms
    return Math.min(retryMs * 2 ** (misses - 1), retryMaxMs)
  }

  #withdraw(target: Id): void {
    const announcement = this.announcementOf(target)
    if (announcement === undefined) return
    this.announcements = this.announcements.filter((each) => each !== announcement)
    this.settled.set(announcement.operationId, 'withdrawn')
  }
}

/** Writes that are open at the report count as unreachable. */
function endsOf({
  writes,
}: ModelRound): Readonly<Record<'accepted' | 'refused' | 'unreachable', ModelWrite[]>> {
  const of = (...ends: readonly WriteEnd[]): ModelWrite[] =>
    writes.filter(({ end }) => ends.includes(end))
  return {
    accepted: of('accepted'),
    refused: of('refused'),
    unreachable: of('unreachable', 'open'),
  }
}

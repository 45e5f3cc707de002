// What a node publishes, kept naively: a list of entries, each with the instant at which it is due
// and what has happened in its round. It is told the effects of the node in their order, predicts
// every start of a round, whom its writes go to, every report and every due point, and throws at
// the first that is not so. Knows nothing of how a lookup goes on: it sees its answers and its end.

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

/** Retries for the sake of a few copies. */
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
  /** Who answered, certainly or perhaps too late for the lookup, with what token. */
  readonly answers: { contact: Contact; token: string | undefined; isCertain: boolean }[]
  readonly writes: ModelWrite[]
  /** An early report has come. */
  hasReported?: boolean
}

export interface ModelEntry {
  readonly target: Id
  readonly port: number
  readonly operationId: number
  dueAt: number
  misses: number
  round: ModelRound | undefined
  last: RoundReport | undefined
}

/** By contact, for a contact makes its endpoint anew each time. */
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
  entries: ModelEntry[] = []
  /** A join is under way. */
  isJoining = false
  /** The first join looks for our own id; told by the world, for joins are not modelled here. */
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

  entryOf(target: Id): ModelEntry | undefined {
    return this.entries.find((entry) => idToHex(entry.target) === idToHex(target))
  }

  get running(): ModelEntry[] {
    return this.entries.filter(({ round }) => round !== undefined)
  }

  /** The one due first among those that wait; of several that entered first. */
  get next(): ModelEntry | undefined {
    const waiting = this.entries.filter(({ round }) => round === undefined)
    return waiting.reduce<ModelEntry | undefined>(
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
    if (this.entries.length >= this.terms.maxAnnouncements) {
      this.settled.set(operationId, 'busy')
      return
    }
    const fresh = { dueAt: now, misses: 0, round: undefined, last: undefined }
    this.entries.push({ target, port, operationId, ...fresh })
    this.fill(now)
  }

  delete(target: Id, now: number): void {
    this.#withdraw(target)
    this.fill(now)
  }

  /** A join has ended with somebody: what failed is due. */
  joined(contacts: number, now: number): void {
    this.isJoining = false
    this.isApproaching = false
    this.hasTried = true
    if (contacts === 0) return
    for (const entry of this.entries) {
      if (entry.misses > 0 && entry.round === undefined) entry.dueAt = Math.min(entry.dueAt, now)
    }
    this.fill(now)
  }

  /** Starts what is due, while there is a place. */
  fill(now: number): void {
    while (this.mayStart) {
      const { next } = this
      if (next === undefined || next.dueAt > now) return
      next.round = { startedAt: now, answers: [], writes: [] }
      this.rounds++
    }
  }

  /**
   * A report has come: it has to be this one.
   *
   * @param seen - its operation id, and how many misses the node counts since
   * @returns what is wrong with it
   */
  reported(
    report: RoundReport,
    { operationId, misses }: { readonly operationId: number; readonly misses: number | undefined },
    now: number,
  ): string[] {
    const entry = this.entryOf(report.target)
    const round = entry?.round
    if (entry === undefined || round === undefined) return ['a report of no round']
    if (report.pending > 0) return this.#reportedEarly(entry, report, operationId, now)
    const { accepted, refused, unreachable } = endsOf(round)
    const reachable = Math.min(this.terms.k, round.answers.length)
    const certain = Math.min(this.terms.k, round.answers.filter((a) => a.isCertain).length)
    const isSettled = unreachable.length === 0
    const wants = (count: number): boolean => count > 0 && isSettled && 2 * accepted.length >= count
    const isComplete = certain === reachable ? wants(certain) : report.complete
    // Somebody was there, and fewer than k; who answered too late to count leaves that to the node.
    const mayBeThin = reachable > 0 && certain < this.terms.k
    const isThin = mayBeThin && (certain === reachable || misses !== 0)
    entry.misses = isComplete && !isThin ? 0 : entry.misses + 1
    const isContent = entry.misses === 0
    const { retryAt, regularAt } = this.#dueAfter(entry, { round, isContent }, now)
    const { republishJitterMs } = this.terms
    const isRegular = Math.abs(report.nextAt - regularAt) <= republishJitterMs
    const isRetry = report.nextAt === retryAt && retryAt <= regularAt + republishJitterMs
    const expected = {
      operationId: entry.operationId,
      port: entry.port,
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
    entry.dueAt = report.nextAt
    entry.last = report
    entry.round = undefined
    this.fill(now)
    const [a, b] = [expected, actual].map((each) => JSON.stringify(each))
    return a === b ? [] : [`report: expected ${a}, got ${b}`]
  }

  /** The first writes have ended, and slow nodes are waited for: the round goes on. */
  #reportedEarly(
    entry: ModelEntry,
    report: RoundReport,
    operationId: number,
    now: number,
  ): string[] {
    const round = entry.round!
    const { republishMs, republishJitterMs } = this.terms
    const found: string[] = []
    if (round.hasReported === true) found.push('a third report of a round')
    if (operationId !== entry.operationId) found.push('a report for another operationId')
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
    entry.last = report
    return found
  }

  /** Whom the writes of a round have to go to: of those that answered with a token, the nearest. */
  targetsOf({ target, round }: ModelEntry): string[] {
    return round!.answers
      .filter(({ token }) => token !== undefined)
      .sort((a, b) => compareDistance(a.contact.id, b.contact.id, target))
      .slice(0, this.terms.k)
      .filter(({ isCertain }) => isCertain)
      .map(({ contact }) => addressOf(contact))
  }

  #dueAfter(
    entry: ModelEntry,
    { round, isContent }: { readonly round: ModelRound; readonly isContent: boolean },
    now: number,
  ): { readonly retryAt: number; readonly regularAt: number } {
    const { republishMs } = this.terms
    const regularAt = round.startedAt + republishMs
    const { accepted, refused, unreachable } = endsOf(round)
    const hasHalf = accepted.length > 0 && accepted.length >= refused.length + unreachable.length
    if (isContent || (entry.misses > RETRIES && hasHalf))
      return { retryAt: Number.POSITIVE_INFINITY, regularAt }
    return { retryAt: now + this.#waitMs(entry.misses), regularAt }
  }

  /** After so many misses in a row. */
  #waitMs(misses: number): number {
    const { retryMs, retryMaxMs } = this.terms
    return Math.min(retryMs * 2 ** (misses - 1), retryMaxMs)
  }

  #withdraw(target: Id): void {
    const entry = this.entryOf(target)
    if (entry === undefined) return
    this.entries = this.entries.filter((each) => each !== entry)
    this.settled.set(entry.operationId, 'withdrawn')
  }
}

/** Silence is no answer: what is still open when the report comes was given up. */
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

// The model of a table: one flat list of members, one of waiting contacts, and the ranges that
// result from halving the id space around our own id. Everything is found by looking at all of it,
// and ids are numbers. It implements the rules of the README and uses no code under test.

import { idToBigInt } from '@dht/id'
import type { Standing } from '../../src/index.ts'
import type { Node } from '../support/world.ts'
import {
  type Answer,
  byAge,
  type Fact,
  isRival,
  isSame,
  NEVER,
  type Range,
  type Setup,
  show,
  viewOf,
  viewOfCandidate,
  viewOfRange,
} from './facts.ts'
import { candidateToCheck, checkDueIn, memberToCheck, nextCheck } from './table-checks.ts'
import { quietest } from './table-refresh.ts'
import {
  exceedsLimits,
  type Placement,
  placementWithinLimits,
  rangesWithRoom,
} from './table-room.ts'

export class TableModel {
  readonly setup: Setup
  readonly self: bigint
  readonly bits: number
  members: Fact[] = []
  /** In the order in which they came. */
  candidates: Fact[] = []
  /** Far to near; the last one holds our own id. */
  ranges: Range[]
  /** The latest of all instants; the present one may be earlier, because clocks are set back. */
  latest = 0
  #now = 0
  /** Whether the last check was of a member. */
  wasMember = false

  constructor(setup: Setup) {
    this.setup = setup
    this.self = idToBigInt(setup.self)
    this.bits = 8 * setup.self.length
    const all = { low: 0n, high: 1n << BigInt(this.bits) }
    const never = { refreshedAt: NEVER, checkedAt: NEVER, checkingSince: NEVER, heardAt: NEVER }
    this.ranges = [{ ...all, ...never, checking: undefined, suspect: undefined }]
  }

  get now(): number {
    return this.#now
  }
  set now(at: number) {
    this.#now = at
    this.latest = Math.max(this.latest, at)
  }

  queried(contact: Node): Answer {
    return this.#learn(contact, 'query')
  }

  responded(contact: Node): Answer {
    return this.#learn(contact, 'response')
  }

  respondedLate(contact: Node, failedAt: number): Answer {
    const fact = this.#factOf(contact)
    const member = this.members.find((each) => isSame(each, fact))
    const stands = member !== undefined && member.respondedAt < failedAt
    if (stands) member.failures = Math.max(0, member.failures - 1)
    return this.#learn(contact, 'late response')
  }

  failed(contact: Node): Answer {
    const fact = this.#factOf(contact)
    this.#settle(fact)
    const member = this.members.find((each) => isSame(each, fact))
    if (member !== undefined) {
      member.failures++
      const standing = this.standingOf(member)
      const succession = standing === 'bad' ? this.#succession(member) : undefined
      return succession ?? { kind: 'failed', standing }
    }
    const candidate = this.candidates.find((each) => isSame(each, fact))
    if (candidate === undefined) return { kind: 'unknown' }
    this.candidates = this.candidates.filter((each) => each !== candidate)
    return { kind: 'dropped' }
  }

  forget(id: bigint): boolean {
    const before = this.members.length + this.candidates.length
    this.members = this.members.filter((each) => each.id !== id)
    this.candidates = this.candidates.filter((each) => each.id !== id)
    return this.members.length + this.candidates.length < before
  }

  restore(contacts: readonly Node[]): number {
    let taken = 0
    for (const contact of contacts) {
      const fact = this.#factOf(contact)
      const isTaken = this.members.some((each) => isRival(each, fact))
      if (fact.id === this.self || isTaken || !this.hasRoomFor(fact.id)) continue
      if (exceedsLimits(this, fact, undefined)) continue
      taken += this.#join('free', fact) === undefined ? 1 : 0
    }
    return taken
  }

  closest(
    target: bigint,
    count: number,
    exclude: bigint | undefined,
    includeBad: boolean,
    verifiedOnly = false,
  ): string[] {
    return this.members
      .filter((each) => each.id !== exclude && (includeBad || !this.isBad(each)))
      .filter(({ seenAt }) => !verifiedOnly || Number.isFinite(seenAt))
      .sort((a, b) => ((a.id ^ target) < (b.id ^ target) ? -1 : 1))
      .slice(0, Math.max(0, count))
      .map(({ contact }) => show(contact))
  }

  /** The nearest bad member. */
  lost(target: bigint): string | undefined {
    const alive = this.closest(target, Infinity, undefined, false)
    return this.closest(target, Infinity, undefined, true).find((each) => !alive.includes(each))
  }

  takeCheck(): string | undefined {
    const due = nextCheck(this)
    if (due === undefined) return undefined
    this.wasMember = due.isMember
    return due.isMember ? this.#checkMember(due.range) : this.#checkCandidate(due.range)
  }

  /** The earliest instant from which `takeCheck` has something, if nothing else happens. */
  checkDueAt(): number {
    return Math.min(...this.ranges.map((range) => checkDueIn(this, range)))
  }

  takeRefresh(): { readonly low: bigint; readonly high: bigint } | undefined {
    const { ranges, low, high } = quietest(this)
    if (this.now < this.refreshDueAt()) return undefined
    for (const range of ranges) range.refreshedAt = this.now
    return { low, high }
  }

  refreshDueAt(): number {
    return quietest(this).activeAt + this.setup.refreshAfterMs
  }

  /** When the next check may start here. */
  freeAt({ checkedAt }: Range): number {
    return checkedAt + this.setup.checkIntervalMs
  }

  /** When the next member may be checked here. */
  memberFreeAt({ checking, checkingSince }: Range): number {
    return checking === undefined ? NEVER : checkingSince + this.setup.checkTimeoutMs
  }

  isBad({ failures }: Fact): boolean {
    return failures >= this.setup.badAfter
  }

  standingOf(fact: Fact): Standing {
    if (this.isBad(fact)) return 'bad'
    return this.now < fact.seenAt + this.setup.questionableAfterMs ? 'good' : 'questionable'
  }

  rangeOf(id: bigint): Range {
    return this.ranges.find(({ low, high }) => low <= id && id < high)!
  }

  membersOf(range: Range): Fact[] {
    return this.members.filter(({ id }) => range.low <= id && id < range.high)
  }

  /** First those that never responded, then the others; in the order in which they came. */
  candidatesOf(range: Range): Fact[] {
    const here = this.candidates.filter(({ id }) => range.low <= id && id < range.high)
    const hasAnswered = ({ seenAt }: Fact) => seenAt !== NEVER
    return [...here.filter((each) => !hasAnswered(each)), ...here.filter(hasAnswered)]
  }

  /** The whole state as text. */
  view(): string {
    return this.ranges
      .map((range) => {
        const members = this.membersOf(range).map(viewOf).sort()
        const candidates = this.candidatesOf(range).map(viewOfCandidate)
        const { low, high, checking } = range
        const span = `${low.toString(16)}+${(high - low).toString(16)}`
        const checked = checking && show(checking.contact)
        return viewOfRange({ ...range, span, members, candidates, checked })
      })
      .join('\n')
  }

  copy(): TableModel {
    const copies = new Map<Fact, Fact>()
    const copyOf = (fact: Fact): Fact => {
      const copy = copies.get(fact) ?? { ...fact }
      copies.set(fact, copy)
      return copy
    }
    const copy = new TableModel(this.setup)
    copy.members = this.members.map(copyOf)
    copy.candidates = this.candidates.map(copyOf)
    copy.ranges = this.ranges.map((range) => ({
      ...range,
      checking: range.checking && copyOf(range.checking),
      suspect: range.suspect && copyOf(range.suspect),
    }))
    copy.now = this.now
    copy.wasMember = this.wasMember
    return copy
  }

  #factOf(contact: Node): Fact {
    const address = this.setup.heedsAddresses ? contact.address : undefined
    const id = idToBigInt(contact.id)
    const history = { seenAt: NEVER, failures: 0, messagesSinceCheck: 0, respondedAt: NEVER }
    return { contact, first: contact, id, address, ...history, isSurplus: false }
  }

  #learn(contact: Node, what: 'query' | 'response' | 'late response'): Answer {
    const hasAnswered = what !== 'query'
    const fact = this.#factOf(contact)
    if (fact.id === this.self) return { kind: 'refused', reason: 'self' }
    const range = this.rangeOf(fact.id)
    if (what === 'response') this.#settle(fact)
    const member = this.members.find((each) => isSame(each, fact))
    if (member !== undefined) {
      this.#note(member, contact, what)
      if (hasAnswered) this.#dropRivals(member)
      if (hasAnswered && range.suspect === member) range.suspect = undefined
      if (this.standingOf(member) !== 'good') range.suspect = member
      return { kind: 'updated' }
    }
    const occupant = this.members.find((each) => each.id !== fact.id && isRival(each, fact))
    if (occupant !== undefined && !this.isBad(occupant)) {
      // A refused contact no longer waits.
      this.candidates = this.candidates.filter((each) => !isSame(each, fact))
      this.rangeOf(occupant.id).suspect = occupant
      return { kind: 'refused', reason: 'address' }
    }
    const newcomer = this.candidates.find((each) => isSame(each, fact)) ?? fact
    this.#note(newcomer, contact, what)
    const wanted = this.#placementFor(newcomer)
    const placement =
      wanted === 'address' ? wanted : placementWithinLimits(this, newcomer, wanted, hasAnswered)
    if (placement === 'address' || placement === undefined) {
      this.candidates = this.candidates.filter((each) => each !== newcomer)
      return { kind: 'refused', reason: placement ?? 'admission' }
    }
    if (hasAnswered && placement !== 'none') {
      const left = this.#join(placement, newcomer)
      return left ? { kind: 'replaced', evicted: show(left.contact) } : { kind: 'added' }
    }
    const reason = this.#hold(newcomer, range, placement === 'free')
    if (reason !== undefined) return { kind: 'refused', reason }
    range.heardAt = this.now
    return { kind: 'waiting' }
  }

  #note(fact: Fact, contact: Node, what: 'query' | 'response' | 'late response'): void {
    fact.messagesSinceCheck = Math.min(3, fact.messagesSinceCheck + 1)
    const hasAnswered = what !== 'query'
    if (hasAnswered) fact.contact = contact
    if (what === 'response') {
      fact.failures = 0
      fact.respondedAt = Math.max(fact.respondedAt, this.now)
    }
    if (hasAnswered || fact.seenAt !== NEVER) fact.seenAt = Math.max(fact.seenAt, this.now)
  }

  #settle(fact: Fact): void {
    const range = this.rangeOf(fact.id)
    if (range.checking !== undefined && isSame(range.checking, fact)) range.checking = undefined
  }

  #placementFor(newcomer: Fact): Placement | 'address' {
    const incumbent = this.members.find(({ id }) => id === newcomer.id)
    const occupant = this.members.find(({ id, address }) => {
      return id !== newcomer.id && address !== undefined && address === newcomer.address
    })
    if (incumbent !== undefined && !this.isBad(incumbent)) return 'none'
    if (occupant !== undefined && !this.isBad(occupant)) return 'none'
    if (incumbent !== undefined) return occupant === undefined ? incumbent : 'address'
    const range = this.rangeOf(newcomer.id)
    if (occupant !== undefined && this.rangeOf(occupant.id) === range) return occupant
    if (this.hasRoomFor(newcomer.id)) return occupant ?? 'free'
    if (occupant !== undefined) return 'address'
    const weakest = this.weakest(range)
    return weakest !== undefined && this.isBad(weakest) ? weakest : 'none'
  }

  /** The member that is replaced first. */
  weakest(range: Range): Fact | undefined {
    const rank = (fact: Fact) => (this.isBad(fact) ? fact.failures : 0)
    return this.membersOf(range).sort((a, b) => {
      return rank(a) === rank(b) ? byAge(a, b, this.self) : rank(b) - rank(a)
    })[0]
  }

  hasRoomFor(id: bigint): boolean {
    return rangesWithRoom(this, id) !== undefined
  }

  /** @returns the member that left for it */
  #join(placement: Fact | 'free', newcomer: Fact): Fact | undefined {
    this.members = this.members.filter((each) => each !== placement)
    this.ranges = rangesWithRoom(this, newcomer.id)!
    this.#dropRivals(newcomer)
    newcomer.isSurplus = exceedsLimits(this, newcomer, undefined, 0)
    this.members.push(newcomer)
    if (placement !== 'free') return placement
    const { k } = this.setup
    const overdue = this.members.find(
      (each) => each.isSurplus && exceedsLimits(this, each, each, k),
    )
    this.members = this.members.filter((each) => each !== overdue)
    return overdue
  }

  #dropRivals(fact: Fact): void {
    const { low, high } = this.rangeOf(fact.id)
    const isHere = ({ id }: Fact) => low <= id && id < high
    this.candidates = this.candidates.filter((each) => !(isHere(each) && isRival(each, fact)))
  }

  #hold(newcomer: Fact, range: Range, hasRoom: boolean): string | undefined {
    const isHeavy = newcomer.seenAt !== NEVER
    const rivals = this.candidatesOf(range).filter((each) => isRival(each, newcomer))
    if (!isHeavy && rivals.some(({ seenAt }) => seenAt !== NEVER)) return 'address'
    this.#dropRivals(newcomer)
    const waiting = this.candidatesOf(range)
    if (waiting.length >= this.setup.cacheSize) {
      const mayTakeOver = isHeavy || hasRoom || waiting[0]?.seenAt === NEVER
      if (waiting.length === 0 || !mayTakeOver) return 'full'
      this.candidates = this.candidates.filter((each) => each !== waiting[0])
    }
    this.candidates.push(newcomer)
    return undefined
  }

  #succession(doubted: Fact): Answer | undefined {
    for (const candidate of this.candidatesOf(this.rangeOf(doubted.id)).reverse()) {
      if (this.standingOf(candidate) !== 'good') continue
      const placement = this.#placementFor(candidate)
      if (typeof placement === 'string' || exceedsLimits(this, candidate, placement)) continue
      this.#join(placement, candidate)
      return { kind: 'replaced', evicted: show(placement.contact), by: show(candidate.contact) }
    }
    return undefined
  }

  #checkMember(range: Range): string {
    const { fact } = memberToCheck(this, range)!
    if (range.suspect === fact) range.suspect = undefined
    Object.assign(range, { checking: fact, checkingSince: this.now, checkedAt: this.now })
    return show(fact.contact)
  }

  #checkCandidate(range: Range): string {
    const fact = candidateToCheck(this, range)!
    range.checkedAt = this.now
    fact.messagesSinceCheck = 0
    // It is the next of its kind to be replaced.
    this.candidates = [fact, ...this.candidates.filter((each) => each !== fact)]
    return show(fact.contact)
  }
}

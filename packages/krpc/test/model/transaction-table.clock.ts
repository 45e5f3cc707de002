// The transaction table among endpoints that respond after their round trip. The laws follow from
// the round trips alone. Timeouts are not computed here, so a wrong timeout in the table is not
// repeated in the test.

import { TRANSACTION_DEFAULTS, type Transaction, TransactionTable } from '@dht/krpc'
import { seededRandom } from '@dht/testing'
import type { Census } from '@dht/testing/census'
import { type Route, roundTripOf, Traffic } from '@dht/testing/round-trips'
import { expect } from 'vitest'
import type { TimedCase } from './transaction-table.clock.cases.ts'
import { hasId } from './transaction-table.model.ts'
import { ENDPOINTS, pick } from './transaction-table.steps.ts'

/** An endpoint and what happened to it. */
interface Peer {
  readonly endpoint: (typeof ENDPOINTS)[number]
  readonly route: Route
  /** Queries sent to it. */
  asked: number
  /** Failures in a row that no response took back, at most MOST_FAILURES. */
  failures: number
  /** Instant of the last of them. They count for a limited time. */
  failedAt: number
  lateInARow: number
  roundTripMs: number | undefined
}

interface Question {
  readonly transaction: Transaction<number>
  readonly peer: Peer
  /** Round trip of both transmissions; undefined: no response. */
  readonly roundTripMs: number | undefined
  hasStalled: boolean
  /** Responses to it that are on their way. */
  awaited: number
  end: 'answered' | 'expired' | 'cancelled' | undefined
}

interface Answer {
  readonly question: Question
  readonly id: Uint8Array
  readonly sentAt: number
}

export interface TimedSetup {
  readonly seed: number
  readonly maxOpen: number
  readonly routes: readonly Route[]
}

const { giveUpMs, keepExpiredMs, suspectMs } = TRANSACTION_DEFAULTS

/** More than the queries of a script. */
const IDS = 100
const MOST_FAILURES = 6
const LATE_ANSWERS = 3
const STRANGER = {
  ...{ asked: 0, failures: 0, failedAt: Number.NEGATIVE_INFINITY },
  ...{ lateInARow: 0, roundTripMs: undefined },
}

export class TimedTable {
  #now = 0
  readonly #maxOpen: number
  readonly #census: Census<TimedCase>
  readonly #table: TransactionTable<number>
  readonly #traffic = new Traffic<Answer>()
  readonly #peers: readonly Peer[]
  readonly #questions: Question[] = []
  #remembered: readonly { readonly question: Question; readonly until: number }[] = []
  #draws = 0

  constructor({ seed, maxOpen, routes }: TimedSetup, census: Census<TimedCase>) {
    this.#maxOpen = maxOpen
    this.#census = census
    const random = seededRandom(seed)
    this.#table = new TransactionTable((length) => this.#draw(random, length), { maxOpen })
    this.#peers = routes.map((route, at) => {
      const endpoint = ENDPOINTS[at]!
      return { endpoint, route, ...STRANGER }
    })
  }

  open(to: number): void {
    const peer = pick(this.#peers, to)!
    this.#forget()
    this.#draws = 0
    const transaction = this.#table.open(peer.endpoint, this.#questions.length, this.#now)
    if (transaction === undefined) {
      expect(this.#open).toHaveLength(this.#maxOpen)
      this.#census.count('refused')
      return
    }
    expect(
      this.#inUse.filter((each) => hasId(each.transaction, transaction.transactionId)),
    ).toEqual([])
    expect(transaction.isSuspect).toBe(this.#standing(peer) > 0)
    if (peer.failures > this.#standing(peer)) this.#census.count('suspect no longer')
    if (this.#draws > 1) this.#census.count('drew an id in use')
    if (transaction.isSuspect) this.#census.count('suspect')
    this.#census.count(peer.route.distance)
    const roundTripMs = roundTripOf(peer.route, peer.asked)
    const question: Question = {
      ...{ transaction, peer, roundTripMs },
      ...{ hasStalled: false, awaited: 0, end: undefined },
    }
    peer.asked += 1
    this.#questions.push(question)
    this.#send(question, transaction.transactionId)
  }

  cancel(which: number): void {
    const question = pick(this.#open, which)
    if (question === undefined) return
    expect(this.#table.cancel(question.transaction)).toBe(true)
    question.end = 'cancelled'
  }

  /** Lets time pass. Each event happens at its own instant. */
  pass(ms: number): void {
    const end = this.#now + ms
    for (let at = this.#nextAt; at <= end; at = this.#nextAt) this.#happen(at)
    this.#now = end
  }

  /** Lets time pass until the next event. */
  step(): void {
    if (Number.isFinite(this.#nextAt)) this.#happen(this.#nextAt)
  }

  /**
   * The process is suspended. Then it reads the datagrams that arrived before it handles timeouts.
   */
  sleep(ms: number): void {
    this.#happen(this.#now + ms)
  }

  /** Lets time pass until no response is on its way and no query is open. */
  finish(): void {
    while (Number.isFinite(this.#nextAt)) this.step()
    expect(this.#open).toEqual([])
    for (const question of this.#questions) {
      if (this.#isDue(question)) expect(question.end).not.toBe('expired')
    }
  }

  get #open(): Question[] {
    return this.#questions.filter(({ end }) => end === undefined)
  }

  get #inUse(): Question[] {
    return [...this.#open, ...this.#remembered.map(({ question }) => question)]
  }

  get #nextAt(): number {
    return Math.min(this.#traffic.nextAt(), this.#table.nextTimeout() ?? Number.POSITIVE_INFINITY)
  }

  /**
   * Few ids, so many are in use. Never the id of an ended query to which a response is on its way.
   */
  #draw(random: (length: number) => Uint8Array, length: number): Uint8Array {
    this.#draws += 1
    for (;;) {
      const [first, last] = random(length)
      const id = Uint8Array.of(first! & 0x80, 0, 0, last! % IDS)
      const owner = this.#questions.find(
        ({ transaction, awaited }) => awaited > 0 && hasId(transaction, id),
      )
      if (owner === undefined || this.#inUse.includes(owner)) return id
    }
  }

  #send(question: Question, id: Uint8Array): void {
    const { roundTripMs } = question
    if (roundTripMs === undefined) return
    question.awaited += 1
    this.#traffic.send({ question, id, sentAt: this.#now }, this.#now + roundTripMs)
  }

  #happen(at: number): void {
    this.#now = at
    for (;;) {
      const answer = this.#traffic.receive(at)
      if (answer === undefined) break
      this.#arrive(answer)
    }
    this.#handleTimeout()
    expect(this.#table.size).toBe(this.#open.length)
    expect(this.#table.expired).toBe(this.#remembered.length)
  }

  #handleTimeout(): void {
    this.#forget()
    for (const lapse of this.#table.handleTimeout(this.#now)) {
      const question = this.#questions[lapse.transaction.context]!
      expect(question.end).toBeUndefined()
      if (lapse.kind === 'expired') this.#expire(question)
      else {
        question.hasStalled = true
        this.#send(question, lapse.secondId)
      }
    }
  }

  /** The failures that still count. */
  #standing({ failures, failedAt }: Peer): number {
    return this.#now < failedAt + suspectMs ? failures : 0
  }

  /** Whether its response must be in time. Not known for a suspect, whose queries expire early. */
  #isDue({ transaction, roundTripMs = Number.POSITIVE_INFINITY }: Question): boolean {
    return !transaction.isSuspect && roundTripMs <= giveUpMs
  }

  #expire(question: Question): void {
    const { peer } = question
    expect(this.#isDue(question)).toBe(false)
    question.end = 'expired'
    peer.failures = Math.min(this.#standing(peer) + 1, MOST_FAILURES)
    peer.failedAt = this.#now
    if (this.#remembered.length === this.#maxOpen) this.#census.count('forgotten: too many')
    const record = { question, until: this.#now + keepExpiredMs }
    this.#remembered = [...this.#remembered, record].slice(-this.#maxOpen)
  }

  #forget(): void {
    const kept = this.#remembered.filter(({ until }) => until > this.#now)
    if (kept.length < this.#remembered.length) this.#census.count('forgotten: too old')
    this.#remembered = kept
  }

  #arrive(answer: Answer): void {
    const { question, id } = answer
    const { peer, transaction } = question
    question.awaited -= 1
    const isOpen = question.end === undefined
    const settled = this.#table.settle(id, peer.endpoint, this.#now)
    expect(settled).toBe(isOpen ? transaction : undefined)
    if (isOpen) this.#arriveInTime(answer)
    else this.#arriveLate(answer)
  }

  #arriveInTime(answer: Answer): void {
    const { question } = answer
    const { peer } = question
    question.end = 'answered'
    peer.failures = 0
    peer.lateInARow = 0
    this.#learn(answer)
    this.#census.count(question.hasStalled ? 'answered after a stall' : 'answered before a stall')
  }

  #arriveLate(answer: Answer): void {
    const { question, id } = answer
    const { peer, transaction } = question
    this.#forget()
    const isRemembered = this.#remembered.some((each) => each.question === question)
    const late = this.#table.settleLate(id, peer.endpoint, this.#now)
    expect(late?.transaction).toBe(isRemembered ? transaction : undefined)
    if (late === undefined) {
      if (question.end === 'expired') this.#census.count('late: recognized before, or forgotten')
      return
    }
    this.#remembered = this.#remembered.filter((each) => each.question !== question)
    peer.lateInARow += 1
    const isFailure = peer.lateInARow === LATE_ANSWERS
    expect(late.isFailure).toBe(isFailure)
    if (isFailure) peer.lateInARow = 0
    else peer.failures = Math.max(peer.failures - 1, 0)
    this.#learn(answer)
    if (isFailure) this.#census.count('late: the third in a row')
    else
      this.#census.count(peer.failures > 0 ? 'late: still a suspect' : 'late: no longer a suspect')
  }

  /** RFC 6298, §2: the mean moves by an eighth of the difference to the measured value. */
  #learn({ question: { peer }, sentAt }: Answer): void {
    const ms = this.#now - sentAt
    const before = peer.roundTripMs ?? ms
    peer.roundTripMs = before + (ms - before) / 8
    expect(this.#table.roundTripMs(peer.endpoint)).toBeCloseTo(peer.roundTripMs, 6)
  }
}

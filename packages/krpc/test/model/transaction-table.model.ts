// The model of the transaction table: a list of queries, and a log of all responses and expiries.
// The log is read from its beginning whenever a timeout is computed. Only types of the code under
// test are used.

import type { Endpoint, TimeoutEvent, Transaction, TransactionConfig } from '@dht/krpc'

export type Asked = Transaction<number>

/** How a query ended. */
export type End = 'settled' | 'cancelled' | 'failed' | 'expired'

interface Learnt {
  readonly endpoint: Endpoint
  /** A response in time, a response after the expiry, or the expiry. */
  readonly what: 'answer' | 'late answer' | 'expiry'
  /** The round trip; `undefined` for an expiry, and where the clock was set back. */
  readonly ms: number | undefined
  readonly at: number
  /** The median deviation of all endpoints before it; undefined: too few were known. */
  readonly usualDeviation: number | undefined
}

/** What the log says of one endpoint. */
interface Record {
  readonly estimate: Estimate | undefined
  /** Expiries since the last response, less those that a late response took back. */
  readonly lost: number
  /** Instant of the last of them; -Infinity: there was none. */
  readonly lostAt: number
  /** Late responses in a row, fewer than three. */
  readonly late: number
}

/** An expired query that is remembered. */
export interface Remembered {
  readonly asked: Asked
  readonly expiredAt: number
}

interface Estimate {
  readonly mean: number
  readonly deviation: number
}

export interface Forecast {
  readonly stallMs: number
  readonly expireMs: number
  readonly isSuspect: boolean
  /** What the computed timeout is based on, and which of its bounds was reached. */
  readonly basis: 'own' | 'typical' | 'overall' | 'initial'
  readonly bounds: readonly (
    | 'minTimeoutMs'
    | 'maxTimeoutMs'
    | 'minGiveUpMs'
    | 'giveUpMs of a suspect'
  )[]
}

export class TransactionModel {
  readonly #config: TransactionConfig
  readonly all: Asked[] = []
  readonly ends: Map<Asked, End[]> = new Map()
  /** Those that have stalled, and when that was reported. */
  readonly stalled: Map<Asked, number> = new Map()
  /** Those that have not ended, in the order in which they were sent. */
  open: readonly Asked[] = []
  /** Those that nodes may ignore: their expiry says nothing about an endpoint. */
  readonly #ignorable = new Set<Asked>()
  /** Expired queries that are remembered, in the order in which they expired. */
  expired: readonly Remembered[] = []
  readonly #log: Learnt[] = []
  /** What is remembered of each endpoint after the last log record that was read. */
  #remembered: readonly (readonly Learnt[])[] = []
  #recordsRead = 0
  #overall: Estimate | undefined
  now = 0

  constructor(config: TransactionConfig) {
    this.#config = config
  }

  get isFull(): boolean {
    return this.open.length >= this.#config.maxOpen
  }

  opened(asked: Asked, mayBeIgnored = false): void {
    if (mayBeIgnored) this.#ignorable.add(asked)
    this.all.push(asked)
    this.open = [...this.open, asked]
    this.ends.set(asked, [])
  }

  /** The open query to which a response with this id from there belongs. */
  match(id: Uint8Array, from: Endpoint): Asked | undefined {
    return this.open.find((asked) => this.#isAnswered(asked, id, from))
  }

  /** The expired query to which a response with this id from there belongs. */
  matchLate(id: Uint8Array, from: Endpoint): Remembered | undefined {
    return this.expired.find(({ asked }) => this.#isAnswered(asked, id, from))
  }

  #isAnswered(asked: Asked, id: Uint8Array, from: Endpoint): boolean {
    return asked.to === from && this.idsOf(asked).some((each) => sameBytes(each, id))
  }

  /** Forgets those that have been kept long enough, oldest first. */
  forget(): void {
    const keepMs = this.#config.keepExpiredMs
    const first = this.expired.findIndex(({ expiredAt }) => expiredAt + keepMs > this.now)
    this.expired = first < 0 ? [] : this.expired.slice(first)
  }

  /** An expired query got a response. @returns whether it still counts as failed */
  answeredLate({ asked }: Remembered, id: Uint8Array): boolean {
    this.expired = this.expired.filter((each) => each.asked !== asked)
    const { late } = this.recordOf(asked.to)
    const ms = this.#msTo(asked, id)
    this.#learn(asked, 'late answer', ms < 0 ? undefined : ms)
    return late === 2
  }

  #msTo(asked: Asked, id: Uint8Array): number {
    const isFirst = sameBytes(id, asked.transactionId)
    return this.now - (isFirst ? asked.sentAt : this.stalled.get(asked)!)
  }

  /** Whether an open query or a remembered expired one has this id, or will have it. */
  isTaken(id: Uint8Array): boolean {
    const remembered = this.expired.map(({ asked }) => asked)
    return [...this.open, ...remembered].some((asked) => hasId(asked, id))
  }

  /** The transaction ids under which a query was sent, in order. */
  idsOf(asked: Asked): Uint8Array[] {
    return [asked.transactionId, ...(this.stalled.has(asked) ? [secondIdOf(asked)] : [])]
  }

  /** @param id - of the response that settled it */
  ended(asked: Asked, how: End, id: Uint8Array = asked.transactionId): void {
    const ms = this.#msTo(asked, id)
    this.ends.get(asked)?.push(how)
    this.open = this.open.filter((each) => each !== asked)
    if (how === 'expired') {
      if (!this.#ignorable.has(asked)) this.#learn(asked, 'expiry', undefined)
      const remembered = [...this.expired, { asked, expiredAt: this.now }]
      this.expired = remembered.slice(-this.#config.maxOpen)
    }
    if (how === 'settled' && ms >= 0) this.#learn(asked, 'answer', ms)
  }

  #learn({ to: endpoint }: Asked, what: Learnt['what'], ms: number | undefined): void {
    const usualDeviation = this.#typical()?.deviation
    this.#log.push({ endpoint, what, ms, at: this.now, usualDeviation })
  }

  /** The next instant at which an open query stalls or expires. */
  dueAt(asked: Asked): number {
    return this.stalled.has(asked) ? asked.expireAt : asked.stallAt
  }

  nextAt(): number | undefined {
    const moments = this.open.map((asked) => this.dueAt(asked))
    return moments.length === 0 ? undefined : Math.min(...moments)
  }

  /** What `handleTimeout` now has to report, in the order of the instants. */
  lapses(): TimeoutEvent<number>[] {
    return this.open
      .filter((asked) => this.dueAt(asked) <= this.now)
      .sort((a, b) => this.dueAt(a) - this.dueAt(b))
      .map((asked) =>
        asked.expireAt <= this.now
          ? { kind: 'expired', transaction: asked }
          : { kind: 'stalled', transaction: asked, secondId: secondIdOf(asked) },
      )
  }

  /** The timeout of a query that is sent now. */
  forecast(to: Endpoint): Forecast {
    const { estimate: own, lost: all, lostAt } = this.recordOf(to)
    const lost = this.now < lostAt + this.#config.suspectMs ? all : 0
    const { estimate, basis } = this.#expected(own)
    const { firstTimeoutMs, minTimeoutMs, maxTimeoutMs, minMarginMs } = this.#config
    const { giveUpMs, minGiveUpMs } = this.#config
    const plainMs =
      estimate === undefined
        ? firstTimeoutMs
        : estimate.mean + Math.max(4 * estimate.deviation, minMarginMs)
    const stallMs = Math.min(Math.max(plainMs, minTimeoutMs), maxTimeoutMs)
    const suspectMs = 2 * stallMs * 2 ** lost
    const bounds = new Set<Forecast['bounds'][number]>()
    if (plainMs < minTimeoutMs) bounds.add('minTimeoutMs')
    if (plainMs > maxTimeoutMs) bounds.add('maxTimeoutMs')
    if (lost > 0 && suspectMs < minGiveUpMs) bounds.add('minGiveUpMs')
    if (lost > 0 && suspectMs > giveUpMs) bounds.add('giveUpMs of a suspect')
    return {
      stallMs,
      expireMs: lost === 0 ? giveUpMs : Math.min(Math.max(suspectMs, minGiveUpMs), giveUpMs),
      isSuspect: lost > 0,
      basis,
      bounds: [...bounds],
    }
  }

  /** When a query to an endpoint of which nothing is known would stall. */
  usualMs(): number {
    const { estimate } = this.#expected(undefined)
    return estimate === undefined ? this.#config.firstTimeoutMs : this.#stallMs(estimate)
  }

  #stallMs({ mean, deviation }: Estimate): number {
    const { minTimeoutMs, maxTimeoutMs, minMarginMs } = this.#config
    const plainMs = mean + Math.max(4 * deviation, minMarginMs)
    return Math.min(Math.max(plainMs, minTimeoutMs), maxTimeoutMs)
  }

  #expected(own: Estimate | undefined): Pick<Forecast, 'basis'> & { estimate?: Estimate } {
    const typical = this.#typical()
    if (own !== undefined) return { estimate: own, basis: 'own' }
    if (typical !== undefined) return { estimate: typical, basis: 'typical' }
    if (this.#overall === undefined) return { basis: 'initial' }
    return { estimate: this.#overall, basis: 'overall' }
  }

  /** The median of the endpoints' means, and the median of their distances from it. */
  #typical(): Estimate | undefined {
    this.#readOn()
    const means = this.#remembered.flatMap(([first]) => {
      return this.roundTripMs(first!.endpoint) ?? []
    })
    if (means.length < 5) return undefined
    const mean = medianOf(means)
    return { mean, deviation: medianOf(means.map((each) => Math.abs(each - mean))) }
  }

  /** What the log says of an endpoint, old expiries included. */
  recordOf(to: Endpoint): Record {
    const { suspectMs } = this.#config
    const nothing: Record = { estimate: undefined, lost: 0, lostAt: -Infinity, late: 0 }
    return this.#memoryOf(to).reduce((all, learnt) => recordAfter(all, learnt, suspectMs), nothing)
  }

  roundTripMs(to: Endpoint): number | undefined {
    return this.recordOf(to).estimate?.mean
  }

  /** Whether something was learnt of this endpoint and has been forgotten. */
  hasForgotten(endpoint: Endpoint): boolean {
    const known = this.#log.some((learnt) => learnt.endpoint === endpoint)
    return known && this.#memoryOf(endpoint).length === 0
  }

  /** The log records of one endpoint since it was last forgotten. */
  #memoryOf(endpoint: Endpoint): readonly Learnt[] {
    this.#readOn()
    return this.#remembered.find(([first]) => first?.endpoint === endpoint) ?? []
  }

  #readOn(): void {
    for (const learnt of this.#log.slice(this.#recordsRead)) {
      const remembered = this.#remembered
      const own = remembered.find(([first]) => first?.endpoint === learnt.endpoint) ?? []
      const all = [...remembered.filter((other) => other !== own), [...own, learnt]]
      this.#remembered = all.slice(-this.#config.maxEndpoints)
      this.#overall = estimateAfter(this.#overall, learnt)
    }
    this.#recordsRead = this.#log.length
  }
}

function recordAfter(before: Record, learnt: Learnt, suspectMs: number): Record {
  const { lost, lostAt, late } = before
  const { what, at } = learnt
  const estimate = ownEstimateAfter(before.estimate, learnt)
  if (what === 'expiry') {
    const standing = at < lostAt + suspectMs ? lost : 0
    return { estimate, lost: Math.min(standing + 1, 6), lostAt: at, late }
  }
  if (what === 'answer') return { estimate, lost: 0, lostAt, late: 0 }
  if (late === 2) return { estimate, lost, lostAt, late: 0 }
  return { estimate, lost: Math.max(lost - 1, 0), lostAt, late: late + 1 }
}

/** The least of the values such that at least half of them are not above it. */
function medianOf(values: readonly number[]): number {
  const isMiddle = (value: number): boolean => {
    return 2 * values.filter((each) => each <= value).length >= values.length
  }
  return Math.min(...values.filter(isMiddle))
}

/** The first deviation is at most the usual one. */
function ownEstimateAfter(before: Estimate | undefined, learnt: Learnt): Estimate | undefined {
  const after = estimateAfter(before, learnt)
  if (before !== undefined || after === undefined) return after
  const { usualDeviation = after.deviation } = learnt
  return { mean: after.mean, deviation: Math.min(after.deviation, usualDeviation) }
}

/** RFC 6298, §2, with its two equations as published. */
function estimateAfter(estimate: Estimate | undefined, { ms }: Learnt): Estimate | undefined {
  if (ms === undefined) return estimate
  if (estimate === undefined) return { mean: ms, deviation: ms / 2 }
  const { mean, deviation } = estimate
  return {
    deviation: (3 / 4) * deviation + (1 / 4) * Math.abs(mean - ms),
    mean: (7 / 8) * mean + (1 / 8) * ms,
  }
}

/** The id under which a query is sent again: its first bit is inverted. */
export function secondIdOf({ transactionId: [first, ...rest] }: Asked): Uint8Array {
  return Uint8Array.of((first! + 128) % 256, ...rest)
}

/** Whether a query has this id, or will have it when it is sent again. */
export function hasId(asked: Asked, id: Uint8Array): boolean {
  return [asked.transactionId, secondIdOf(asked)].some((each) => sameBytes(each, id))
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}

// The simple truth about open questions: a list of them, and a diary of what was learnt, which is
// read page by page before anybody is told how long to wait. Nothing of the code under test is
// used, only its types.

import type { Endpoint, Lapse, Transaction, TransactionConfig } from '@dht/krpc'

export type Asked = Transaction<number>

/** How a question ended. */
export type End = 'settled' | 'cancelled' | 'failed' | 'expired'

interface Learnt {
  readonly endpoint: Endpoint
  /** The round trip; `undefined` when the question expired. */
  readonly ms: number | undefined
}

interface Estimate {
  readonly mean: number
  readonly deviation: number
}

export interface Forecast {
  readonly stallMs: number
  readonly expireMs: number
  readonly isSuspect: boolean
  /** What the forecast rests on, and which of the bounds it came up against. */
  readonly basis: 'own' | 'overall' | 'initial'
  readonly bounds: readonly ('maxStallMs' | 'minExpireMs' | 'maxExpireMs')[]
}

export class TransactionModel {
  readonly #config: TransactionConfig
  readonly all: Asked[] = []
  readonly ends: Map<Asked, End[]> = new Map()
  /** Those that have stalled, and when that was told. */
  readonly stalled: Map<Asked, number> = new Map()
  /** Those without an end, in the order in which they were put. */
  open: readonly Asked[] = []
  readonly #diary: Learnt[] = []
  /** What is remembered at the page that was read last, endpoint by endpoint. */
  #remembered: readonly (readonly Learnt[])[] = []
  #pagesRead = 0
  #overall: Estimate | undefined
  now = 0

  constructor(config: TransactionConfig) {
    this.#config = config
  }

  get isFull(): boolean {
    return this.open.length >= this.#config.maxOpen
  }

  opened(asked: Asked): void {
    this.all.push(asked)
    this.open = [...this.open, asked]
    this.ends.set(asked, [])
  }

  /** The open question that an answer with this id from there belongs to. */
  match(id: Uint8Array, from: Endpoint): Asked | undefined {
    const isOne = (asked: Asked) => this.idsOf(asked).some((each) => sameBytes(each, id))
    return this.open.find((asked) => asked.to === from && isOne(asked))
  }

  /** The transaction ids under which a question was put, in order. */
  idsOf(asked: Asked): Uint8Array[] {
    return [asked.transactionId, ...(this.stalled.has(asked) ? [secondIdOf(asked)] : [])]
  }

  /** @param id - of the answer that settled it */
  ended(asked: Asked, how: End, id: Uint8Array = asked.transactionId): void {
    const isFirst = sameBytes(id, asked.transactionId)
    const ms = this.now - (isFirst ? asked.sentAt : this.stalled.get(asked)!)
    this.ends.get(asked)?.push(how)
    this.open = this.open.filter((each) => each !== asked)
    if (how === 'expired') this.#diary.push({ endpoint: asked.to, ms: undefined })
    if (how === 'settled' && ms >= 0) this.#diary.push({ endpoint: asked.to, ms })
  }

  /** When something next happens to an open question by time alone. */
  dueAt(asked: Asked): number {
    return this.stalled.has(asked) ? asked.expireAt : asked.stallAt
  }

  nextAt(): number | undefined {
    const moments = this.open.map((asked) => this.dueAt(asked))
    return moments.length === 0 ? undefined : Math.min(...moments)
  }

  /** What a `wake` now has to tell, in order of when it was due. */
  lapses(): Lapse<number>[] {
    return this.open
      .filter((asked) => this.dueAt(asked) <= this.now)
      .sort((a, b) => this.dueAt(a) - this.dueAt(b))
      .map((asked) =>
        asked.expireAt <= this.now
          ? { kind: 'expired', transaction: asked }
          : { kind: 'stalled', transaction: asked, secondId: secondIdOf(asked) },
      )
  }

  /** How long a question put now would be waited for. */
  forecast(to: Endpoint): Forecast {
    const own = this.#memoryOf(to)
    const estimate = estimateOf(own) ?? this.#overall
    const { initialStallMs, initialExpireMs, minMarginMs, expireFactor } = this.#config
    const { maxStallMs, minExpireMs, maxExpireMs } = this.#config
    const stallMs =
      estimate === undefined
        ? initialStallMs
        : estimate.mean + Math.max(4 * estimate.deviation, minMarginMs)
    const plainMs = estimate === undefined ? initialExpireMs : expireFactor * stallMs
    const lost = own.length - 1 - own.findLastIndex(({ ms }) => ms !== undefined)
    const expireMs = plainMs * 2 ** Math.min(lost, 6)
    const bounds = new Set<Forecast['bounds'][number]>()
    if (stallMs > maxStallMs) bounds.add('maxStallMs')
    if (expireMs < minExpireMs) bounds.add('minExpireMs')
    if (expireMs > maxExpireMs) bounds.add('maxExpireMs')
    const answered = own.some(({ ms }) => ms !== undefined)
    const indirect = estimate === undefined ? 'initial' : 'overall'
    return {
      stallMs: Math.min(stallMs, maxStallMs),
      expireMs: Math.min(Math.max(expireMs, minExpireMs), maxExpireMs),
      isSuspect: lost > 0,
      basis: answered ? 'own' : indirect,
      bounds: [...bounds],
    }
  }

  roundTripMs(to: Endpoint): number | undefined {
    return estimateOf(this.#memoryOf(to))?.mean
  }

  /** Whether something was learnt of this endpoint that is forgotten by now. */
  hasForgotten(endpoint: Endpoint): boolean {
    const known = this.#diary.some((page) => page.endpoint === endpoint)
    return known && this.#memoryOf(endpoint).length === 0
  }

  /** The pages on one endpoint since it was last forgotten. */
  #memoryOf(endpoint: Endpoint): readonly Learnt[] {
    this.#readOn()
    return this.#remembered.find(([first]) => first?.endpoint === endpoint) ?? []
  }

  #readOn(): void {
    for (const page of this.#diary.slice(this.#pagesRead)) {
      const remembered = this.#remembered
      const own = remembered.find(([first]) => first?.endpoint === page.endpoint) ?? []
      const all = [...remembered.filter((other) => other !== own), [...own, page]]
      this.#remembered = all.slice(-this.#config.maxEndpoints)
      this.#overall = estimateAfter(this.#overall, page)
    }
    this.#pagesRead = this.#diary.length
  }
}

function estimateOf(pages: readonly Learnt[]): Estimate | undefined {
  let estimate: Estimate | undefined
  for (const page of pages) estimate = estimateAfter(estimate, page)
  return estimate
}

/** RFC 6298, §2, with its two equations as they stand there. */
function estimateAfter(estimate: Estimate | undefined, { ms }: Learnt): Estimate | undefined {
  if (ms === undefined) return estimate
  if (estimate === undefined) return { mean: ms, deviation: ms / 2 }
  const { mean, deviation } = estimate
  return {
    deviation: (3 / 4) * deviation + (1 / 4) * Math.abs(mean - ms),
    mean: (7 / 8) * mean + (1 / 8) * ms,
  }
}

/** The id under which a question is put once more: the first bit of it is the other one. */
export function secondIdOf({ transactionId: [first, ...rest] }: Asked): Uint8Array {
  return Uint8Array.of((first! + 128) % 256, ...rest)
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}

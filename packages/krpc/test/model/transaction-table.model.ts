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
  readonly hadStalled: boolean
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
  readonly stalled: Set<Asked> = new Set()
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
    return this.open.find((asked) => sameBytes(asked.transactionId, id) && asked.to === from)
  }

  ended(asked: Asked, how: End): void {
    this.ends.get(asked)?.push(how)
    this.open = this.open.filter((each) => each !== asked)
    const hadStalled = this.stalled.has(asked)
    const ms = this.now - asked.sentAt
    if (how === 'expired') this.#diary.push({ endpoint: asked.to, ms: undefined, hadStalled })
    if (how === 'settled' && ms >= 0) this.#diary.push({ endpoint: asked.to, ms, hadStalled })
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
      .map((asked) => ({
        kind: asked.expireAt <= this.now ? 'expired' : 'stalled',
        transaction: asked,
      }))
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
      // Round trips of questions that had stalled teach of one endpoint only.
      if (!page.hadStalled) this.#overall = estimateAfter(this.#overall, page)
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

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}

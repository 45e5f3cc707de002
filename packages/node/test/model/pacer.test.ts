// Compares the pacer with a naive one: a flat list of everything sent, and one of what waits. The
// credit of a destination is computed anew each time, from everything that was sent there.

import { Census } from '@dht/testing/census'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Pacer } from '../../src/core/queries/pacer.ts'

interface Setup {
  readonly perSecond: number
  readonly burst: number
  readonly maxWaiting: number
  readonly maxDestinations: number
}

const SLOW_MS = 1_000
const DEBT_MS = 10_000
const MAX_WAIT_MS = 4_000

interface Waiting {
  readonly item: number
  readonly key: string
  readonly since: number
  isSlow: boolean
}

interface Sent {
  readonly at: number
  readonly isQuery: boolean
}

/** What is left of a credit at some instant, in thousandths of a datagram. */
function creditAfter(
  past: {
    readonly since: number
    readonly events: readonly Sent[]
    readonly full: number
    readonly perSecond: number
    readonly debt: number
  },
  now: number,
): number {
  const { since, events, full, perSecond, debt } = past
  let credit = full
  let then = since
  for (const { at } of events) {
    credit = Math.min(full, credit + Math.max(0, at - then) * perSecond)
    credit = Math.max(credit - 1_000, -debt)
    then = Math.max(then, at)
  }
  return Math.min(full, credit + Math.max(0, now - then) * perSecond)
}

class PacerModel {
  readonly #setup: Setup
  /** Everything sent to each destination, in order. */
  readonly #sent = new Map<string, { readonly since: number; readonly events: Sent[] }>()
  /** The number of the span in which each destination was last used. */
  readonly #spanOf = new Map<string, number>()
  #span = 0
  #spanAt = Number.NEGATIVE_INFINITY
  waiting: Waiting[] = []
  /** When a query last began to wait, on a clock that never runs backwards. */
  #lastAt = 0
  /** Destinations with a queue, in the order in which they are served. */
  #row: string[] = []

  constructor(setup: Setup) {
    this.#setup = setup
  }

  /** Whether a query may go there: within the pace, or within the quarter that is for queries. */
  mayGo(key: string, now: number): boolean {
    const { perSecond, burst } = this.#setup
    const { since, events } = this.#sent.get(key) ?? { since: now, events: [] }
    const queries = events.filter(({ isQuery }) => isQuery)
    const debt = DEBT_MS * perSecond
    const whole = creditAfter({ since, events, full: 1_000 * burst, perSecond, debt }, now)
    const full = Math.max(1_000, 250 * burst)
    // The clock of a destination goes on with everything that is sent there.
    const latest = Math.max(since, ...events.map(({ at }) => at))
    const quarter = { since, events: queries, full, perSecond: perSecond / 4, debt: 0 }
    return whole >= 1_000 || creditAfter(quarter, Math.max(now, latest)) >= 1_000
  }

  offer(key: string, item: number, now: number): 'sent' | 'waits' | 'full' {
    const hasQueue = this.#row.includes(key)
    if (!hasQueue) this.#use(key, now)
    if (!hasQueue && this.mayGo(key, now)) {
      this.#sent.get(key)!.events.push({ at: now, isQuery: true })
      return 'sent'
    }
    const { maxWaiting, maxDestinations } = this.#setup
    if (this.waiting.length >= maxWaiting) return 'full'
    if (!hasQueue && this.#row.length >= maxDestinations) return 'full'
    this.#lastAt = Math.max(this.#lastAt, now)
    this.waiting.push({ item, key, since: this.#lastAt, isSlow: false })
    if (!hasQueue) this.#row.push(key)
    this.#spanOf.delete(key)
    return 'waits'
  }

  count(key: string, now: number): void {
    this.#sent.get(key)?.events.push({ at: now, isQuery: false })
  }

  take(now: number): number | undefined {
    const key = this.#row.find((each) => this.mayGo(each, now))
    if (key === undefined) return undefined
    this.#sent.get(key)!.events.push({ at: now, isQuery: true })
    const first = this.waiting.find((each) => each.key === key)!
    this.drop((item) => item === first.item)
    if (this.#row.includes(key)) this.#row = [...this.#row.filter((each) => each !== key), key]
    return first.item
  }

  takeSlow(now: number): number | undefined {
    const slow = this.waiting.find(({ isSlow }) => !isSlow)
    if (slow === undefined || now < slow.since + SLOW_MS) return undefined
    slow.isSlow = true
    return slow.item
  }

  takeExpired(now: number): number | undefined {
    const [first] = this.waiting
    if (first === undefined || now < first.since + MAX_WAIT_MS) return undefined
    this.drop((item) => item === first.item)
    return first.item
  }

  drop(isUnwanted: (item: number) => boolean): void {
    const dropped = this.waiting.filter(({ item }) => isUnwanted(item))
    for (const gone of dropped) {
      this.waiting = this.waiting.filter((each) => each !== gone)
      if (this.waiting.some(({ key }) => key === gone.key)) continue
      this.#row = this.#row.filter((key) => key !== gone.key)
      this.#note(gone.key, this.#lastAt)
    }
  }

  get destinations(): number {
    return this.#sent.size
  }

  /** A destination for which no query waits is used. */
  #use(key: string, now: number): void {
    const { perSecond, burst } = this.#setup
    // After such a time without queries a destination has the credit of a new one.
    const spanMs = DEBT_MS + Math.ceil((1_000 * burst) / perSecond)
    if (now - this.#spanAt >= spanMs) this.#beginSpan(now)
    if (this.#spanOf.get(key) === this.#span) return
    const past = this.#sent.get(key) ?? { since: now, events: [] }
    this.#note(key, now)
    this.#sent.set(key, past)
  }

  /** A destination without waiting queries belongs to the current span. */
  #note(key: string, now: number): void {
    if (this.#inThisSpan >= this.#setup.maxDestinations) this.#beginSpan(now)
    this.#spanOf.set(key, this.#span)
  }

  get #inThisSpan(): number {
    return [...this.#spanOf.values()].filter((span) => span === this.#span).length
  }

  #beginSpan(now: number): void {
    this.#span++
    this.#spanAt = now
    for (const [key, span] of this.#spanOf) {
      if (span >= this.#span - 1) continue
      this.#spanOf.delete(key)
      this.#sent.delete(key)
    }
  }
}

type Step =
  | { readonly kind: 'offer' | 'count'; readonly key: string; readonly times: number }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'due' }
  | { readonly kind: 'drop'; readonly modulus: number }

const anyKey = fc.constantFrom('a', 'b', 'c', 'd')
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('offer' as const),
      key: anyKey,
      times: fc.integer({ min: 1, max: 6 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('count' as const),
      key: anyKey,
      times: fc.integer({ min: 1, max: 30 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      ms: fc.oneof(
        fc.nat({ max: 3_000 }),
        fc.constantFrom(-50, 0, 1, 499, 500, 999, 1_000, DEBT_MS - 1, DEBT_MS, 2 * DEBT_MS),
      ),
    }),
  },
  { weight: 3, arbitrary: fc.constant({ kind: 'due' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('drop' as const),
      modulus: fc.integer({ min: 1, max: 4 }),
    }),
  },
)

const anySetup: fc.Arbitrary<Setup> = fc.record({
  perSecond: fc.constantFrom(2, 80, 7),
  burst: fc.constantFrom(1, 3, 8),
  maxWaiting: fc.constantFrom(2, 5, 100),
  maxDestinations: fc.constantFrom(1, 2, 100),
})

const FLOORS = {
  sent: 300,
  waits: 300,
  full: 100,
  turn: 300,
  slow: 100,
  expired: 60,
  dropped: 60,
  forgotten: 20,
  spent: 20,
}

/** Runs a script on both, and compares all their results. */
function play(setup: Setup, script: readonly Step[], census: Census<keyof typeof FLOORS>): void {
  const { perSecond, burst, maxWaiting, maxDestinations } = setup
  const pace = { perSecond, burst }
  const pacer = new Pacer<number>({
    pace,
    maxWaiting,
    maxDestinations,
    slowMs: SLOW_MS,
    maxWaitMs: MAX_WAIT_MS,
  })
  const model = new PacerModel(setup)
  let now = 1_000
  let item = 0
  for (const step of script) {
    const before = model.destinations
    if (step.kind === 'pass') now += step.ms
    else if (step.kind === 'due') now = Math.max(now, pacer.nextAt() ?? now)
    else if (step.kind === 'drop') {
      const isUnwanted = (each: number): boolean => each % step.modulus === 0
      const waiting = model.waiting.length
      for (const each of [pacer, model]) each.drop(isUnwanted)
      census.count('dropped', waiting - model.waiting.length)
    } else {
      for (let n = 0; n < step.times; n++) {
        if (step.kind === 'count') {
          for (const each of [pacer, model]) each.count(step.key, now)
          continue
        }
        const expected = model.offer(step.key, ++item, now)
        expect(pacer.offer(step.key, item, now)).toBe(expected)
        census.count(expected)
        if (expected !== 'full' && model.destinations === before && before === maxDestinations) {
          census.count('forgotten')
        }
        if (model.destinations < before) census.count('spent')
      }
    }
    if (step.kind === 'pass' || step.kind === 'due') serve(pacer, model, now, census)
    expect([pacer.waiting, pacer.destinations]).toEqual([model.waiting.length, model.destinations])
    expect(pacer.isFull).toBe(model.waiting.length >= maxWaiting)
  }
}

/** Takes all that is due; nothing may be due before the announced instant. */
function serve(
  pacer: Pacer<number>,
  model: PacerModel,
  now: number,
  census: Census<keyof typeof FLOORS>,
): void {
  for (;;) {
    const slow = model.takeSlow(now)
    expect(pacer.takeSlow(now)).toBe(slow)
    if (slow === undefined) break
    census.count('slow')
  }
  for (;;) {
    const expired = model.takeExpired(now)
    expect(pacer.takeExpired(now)).toBe(expired)
    if (expired === undefined) break
    census.count('expired')
  }
  for (;;) {
    const turn = model.take(now)
    expect(pacer.take(now)).toBe(turn)
    if (turn === undefined) break
    census.count('turn')
  }
  const nextAt = pacer.nextAt()
  expect(nextAt === undefined).toBe(model.waiting.length === 0)
  if (nextAt !== undefined) expect(nextAt).toBeGreaterThan(now)
}

describe('the pacer is its model', () => {
  it('PACE-1, PACE-2: in every script of offers, counts, drops and waits', () => {
    const census = new Census<keyof typeof FLOORS>('pacer', FLOORS)
    const script = fc.array(anyStep, { maxLength: 60, size: 'max' })
    fc.assert(fc.property(anySetup, script, (setup, steps) => play(setup, steps, census)))
    expect(census.close()).toEqual([])
  })
})

// Compares the budget of unproven sources with a list of all queries and replies, and checks its
// laws on that list: of each reply, of each source in each minute, and of all sources together.

import { endpoint } from '@dht/krpc'
import { Census } from '@dht/testing/census'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SharedAddresses } from '../../src/core/overlay/shared-addresses.ts'
import { MIN_QUERY_BYTES } from '../../src/core/queries/minute-bytes.ts'
import {
  MAX_LONG_REPLIES,
  MAX_RATIO,
  UnprovenBudget,
} from '../../src/core/queries/unproven-budget.ts'

const FLOORS = { whole: 500, shortened: 100, 'not longer': 2_000 }
const MINUTE_MS = 60_000
const FEW = 600
const MOST_OF_ALL = 1.5

interface Exchange {
  readonly at: number
  readonly source: number
  readonly query: number
  readonly reply: number
}

/** A row of queries: from so many sources, so many times, so long after each other. */
const anyRow = fc.record({
  sources: fc.integer({ min: 1, max: 400 }),
  count: fc.integer({ min: 1, max: 900 }),
  size: fc.oneof(fc.constant(MIN_QUERY_BYTES), fc.integer({ min: 20, max: 130 })),
  /** Bytes of the whole reply. */
  wanted: fc.constantFrom(60, 290, 1_000),
  everyMs: fc.constantFrom(0, 1, 50, 90, 1_000),
  restMs: fc.constantFrom(0, 1_000, 30_000, 59_000, 70_000),
})

function play(rows: readonly Parameters<typeof exchangesOf>[1][]): Exchange[] {
  const budget = new UnprovenBudget(new SharedAddresses([]))
  const all: Exchange[] = []
  let now = 0
  for (const row of rows) now = exchangesOf(all, row, { budget, now }) + row.restMs
  return all
}

function exchangesOf(
  all: Exchange[],
  row: typeof anyRow extends fc.Arbitrary<infer R> ? R : never,
  { budget, now }: { readonly budget: UnprovenBudget; readonly now: number },
): number {
  let at = now
  for (let i = 0; i < row.count; i++) {
    const source = i % row.sources
    const from = endpoint(`60.0.${source >> 8}.${source & 255}`, 1 + (i % 100))
    const most = budget.queryReceived(from, row.size, at)
    const reply = Math.min(row.wanted, most)
    budget.replySent(from, reply, row.size, at)
    all.push({ at, source, query: row.size, reply })
    at += row.everyMs
  }
  return at
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)

describe('the budget of unproven sources', () => {
  const script = fc.array(anyRow, { minLength: 1, maxLength: 6 })

  it('AMP-12, AMP-13: bounds each reply, and the long ones of a source in each minute', () => {
    const census = new Census<keyof typeof FLOORS>('unproven budget', FLOORS)
    fc.assert(
      fc.property(script, (rows) => {
        const all = play(rows)
        const long = new Map<number, number[]>()
        for (const { at, source, query, reply } of all) {
          expect(reply).toBeLessThanOrEqual(MAX_RATIO * query)
          if (reply <= query) {
            census.count('not longer')
            continue
          }
          census.count(reply > 1.5 * query ? 'whole' : 'shortened')
          expect(query).toBeGreaterThanOrEqual(MIN_QUERY_BYTES)
          const times = [...(long.get(source) ?? []), at]
          long.set(source, times)
          const earlier = times.at(-1 - MAX_LONG_REPLIES)
          if (earlier !== undefined) expect(at - earlier).toBeGreaterThanOrEqual(MINUTE_MS)
        }
      }),
      { endOnFailure: true },
    )
    expect(census.close()).toEqual([])
  })

  it('AMP-14: bounds what all sources get in any minute with more than 600 queries', () => {
    fc.assert(
      fc.property(script, (rows) => {
        const all = play(rows).filter(({ query }) => query >= MIN_QUERY_BYTES)
        // Whole seconds, as the budget counts them.
        const starts = new Set(all.map(({ at }) => Math.floor(at / 1_000) * 1_000))
        for (const start of starts) {
          const minute = all.filter(({ at }) => at >= start && at < start + MINUTE_MS)
          if (minute.length <= FEW) continue
          const received = sum(minute.map(({ query }) => query))
          const sent = sum(minute.map(({ reply }) => reply))
          expect(sent).toBeLessThanOrEqual(MOST_OF_ALL * received)
        }
      }),
      { numRuns: 30, endOnFailure: true },
    )
  })

  it('AMP-14: leaves whole replies to few sources, and to all in a quiet minute', () => {
    const budget = new UnprovenBudget(new SharedAddresses([]))
    for (let minute = 0; minute < 5; minute++) {
      for (let i = 0; i < 80; i++) {
        const from = endpoint(`60.${minute}.0.${i}`, 1)
        const now = (minute + i / 80) * MINUTE_MS
        const most = budget.queryReceived(from, 100, now)
        expect(most).toBeGreaterThanOrEqual(280)
        budget.replySent(from, 280, 100, now)
      }
    }
  })

  it('AMP-14: pings to sources count as sent back', () => {
    const [some, none] = [0, 1].map((pings) => {
      const budget = new UnprovenBudget(new SharedAddresses([]))
      for (let i = 0; i < 200 * pings; i++) budget.pinged(0)
      return budget.queryReceived(endpoint('60.0.0.1', 1), 100, 0)
    })
    expect([some, none]).toEqual([350, 100])
  })
})

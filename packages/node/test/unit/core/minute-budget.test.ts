// The budget beside a list of all times, of which those of the last minute are counted.

import { MinuteBudget } from '@dht/node/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'

const MINUTE_MS = 60_000
const anyGaps = fc.array(fc.integer({ min: 0, max: 30_000 }), { maxLength: 60 })

it('lets through as many in any minute as its limit, and says when the next one may come', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), anyGaps, (limit, gaps) => {
      const budget = new MinuteBudget(limit)
      let now = 0
      let taken: number[] = []
      for (const gap of gaps) {
        now += gap
        taken = taken.filter((at) => now - at < MINUTE_MS)
        const waitMs = taken.length < limit ? 0 : taken[0]! + MINUTE_MS - now
        expect(budget.take(now)).toBe(waitMs)
        if (waitMs === 0) taken.push(now)
      }
    }),
  )
})

it('is not widened by a clock that goes back', () => {
  const budget = new MinuteBudget(1)
  expect(budget.take(100_000)).toBe(0)
  expect(budget.take(0)).toBe(MINUTE_MS)
  expect(budget.take(160_000)).toBe(0)
})

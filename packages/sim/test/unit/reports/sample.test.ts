// The summaries of a sample against simple implementations.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { meansOverTime, roundWidth, Sample, shareOf } from '../../../src/reports/sample.ts'

const values = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1 })

describe('a sample', () => {
  it('has as quantile the least value that the share does not exceed', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0.001, max: 1, noNaN: true }), (items, share) => {
        const found = new Sample(items).quantile(share)
        const upTo = (most: number): number => items.filter((item) => item <= most).length
        expect(items).toContain(found)
        expect(upTo(found)).toBeGreaterThanOrEqual(share * items.length)
        for (const smaller of items.filter((item) => item < found)) {
          expect(upTo(smaller)).toBeLessThan(share * items.length)
        }
      }),
    )
  })

  it('has its quantile at the lower value if it falls between two', () => {
    const sample = new Sample([4, 1, 3, 2])
    expect([0.25, 0.5, 0.51, 1].map((share) => sample.quantile(share))).toEqual([1, 2, 3, 4])
  })

  it('has mean, extremes and counts', () => {
    const sample = new Sample([5, 1, 3, 3])
    expect([sample.size, sample.mean, sample.least, sample.most, sample.sum]).toEqual([
      4, 3, 1, 5, 12,
    ])
    expect(sample.counts(2)).toEqual([1, 2, 1])
    expect(new Sample([0.5, 1e9]).counts(1)).toHaveLength(60)
  })

  it('is NaN without values', () => {
    const nothing = new Sample([])
    const all = [nothing.mean, nothing.least, nothing.most, nothing.quantile(0.5)]
    expect(all.every(Number.isNaN)).toBe(true)
    expect(nothing.counts(1)).toEqual([])
    expect(shareOf([], () => true)).toBeNaN()
  })
})

it('means over time are those of each span, without empty spans', () => {
  const measures = [
    { at: 1_000, value: 1 },
    { at: 1_999, value: 0 },
    { at: 4_000, value: 1 },
  ]
  const points = meansOverTime(measures, { fromMs: 1_000, everyMs: 1_000, unitMs: 2_000 })
  expect(points).toEqual([
    [0.25, 0.5],
    [1.75, 1],
  ])
})

it.each([
  [0, 0.1],
  [0.1, 0.1],
  [0.11, 0.2],
  [0.3, 0.5],
  [0.6, 1],
  [3, 5],
  [51, 100],
])('a bin at least %d wide is %d wide', (least, width) => {
  expect(roundWidth(least)).toBe(width)
})

// Ticks at round numbers, and positions of values.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plotScale } from '../../../src/reports/plot-scale.ts'

const range = fc
  .tuple(
    fc.integer({ min: -1_000, max: 1_000 }),
    fc.oneof(fc.integer({ min: 1, max: 100_000 }), fc.double({ min: 0.001, max: 1, noNaN: true })),
  )
  .map(([least, span]) => ({ least, most: least + span }))

describe('a scale', () => {
  it('has a few round ticks, all of them visible', () => {
    fc.assert(
      fc.property(range, fc.boolean(), ({ least, most }, isTight) => {
        const scale = plotScale({ least, most, isTight }, { from: 0, to: 600 })
        expect(scale.ticks.length).toBeGreaterThanOrEqual(isTight ? 1 : 2)
        expect(scale.ticks.length).toBeLessThanOrEqual(10)
        for (const tick of scale.ticks) {
          expect(scale.place(tick)).toBeGreaterThanOrEqual(-0.01)
          expect(scale.place(tick)).toBeLessThanOrEqual(600.01)
        }
        // All values are visible too.
        expect(scale.place(least)).toBeGreaterThanOrEqual(-0.01)
        expect(scale.place(most)).toBeLessThanOrEqual(600.01)
      }),
    )
  })

  it('keeps order, also upside down', () => {
    const up = plotScale({ least: 0, most: 10 }, { from: 200, to: 0 })
    expect([up.place(0), up.place(5), up.place(10)]).toEqual([200, 100, 0])
    expect(up.ticks).toEqual([0, 2, 4, 6, 8, 10])
  })

  it('has whole ticks where only whole numbers have a meaning', () => {
    const { ticks } = plotScale(
      { least: -0.5, most: 2.5, isTight: true, leastStep: 1 },
      { from: 0, to: 1 },
    )
    expect(ticks).toEqual([0, 1, 2])
  })

  it('accepts a range of one value', () => {
    const { ticks, place } = plotScale({ least: 3, most: 3 }, { from: 0, to: 100 })
    expect(ticks.length).toBeGreaterThan(1)
    expect(Number.isFinite(place(3))).toBe(true)
  })
})

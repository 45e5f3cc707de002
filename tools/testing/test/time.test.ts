import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { timeAdvance } from '../src/index.ts'

describe('timeAdvance', () => {
  const spans = fc.sample(timeAdvance(), 2_000)

  it('returns whole milliseconds, never negative', () => {
    for (const span of spans) expect(Number.isInteger(span) && span >= 0).toBe(true)
  })

  it('steps within a second, within an hour, and at times beyond it', () => {
    const share = (from: number, to: number): number =>
      spans.filter((span) => span >= from && span < to).length / spans.length
    expect(share(0, 1_000)).toBeGreaterThan(0.2)
    expect(share(60_000, 3_600_000)).toBeGreaterThan(0.1)
    expect(share(3_600_000, Number.POSITIVE_INFINITY)).toBeGreaterThan(0.005)
  })
})

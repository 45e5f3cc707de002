// The table of quantiles against its distribution, which is computed in another way: the normal
// distribution is integrated numerically and inverted by bisection.

import { describe, expect, it } from 'vitest'
import { MAX_ROUND_TRIP_MS, roundTripMs } from '../../../../src/network/latency/round-trips.ts'

const [MEDIAN_MS, NINETY_FIFTH_MS] = [80, 400]

/** Share of a normal distribution below `z`: Simpson's rule over its density from 0 on. */
function normalShare(z: number): number {
  const width = z / 400
  const density = (i: number): number => Math.exp(-((i * width) ** 2) / 2)
  let sum = 0
  for (let i = 0; i < 400; i += 2) sum += density(i) + 4 * density(i + 1) + density(i + 2)
  return 0.5 + (sum * width) / 3 / Math.sqrt(2 * Math.PI)
}

function normalQuantile(share: number): number {
  let [low, high] = [-6, 6]
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2
    if (normalShare(middle) < share) low = middle
    else high = middle
  }
  return low
}

const sigma = Math.log(NINETY_FIFTH_MS / MEDIAN_MS) / normalQuantile(0.95)

function quantileMs(share: number): number {
  const ms = MEDIAN_MS * Math.exp(sigma * normalQuantile(share))
  return Math.min(MAX_ROUND_TRIP_MS, Math.max(MEDIAN_MS ** 2 / MAX_ROUND_TRIP_MS, ms))
}

describe('round trips', () => {
  it('are those of the distribution at every entry of the table', () => {
    const upper = [
      ...Array.from({ length: 50 }, (_, i) => (50 + i) / 100),
      ...Array.from({ length: 10 }, (_, i) => (990 + i) / 1_000),
      ...Array.from({ length: 10 }, (_, i) => (9_990 + i) / 10_000),
    ]
    for (const share of upper) {
      expect(Math.abs(roundTripMs(share) - quantileMs(share)), `at ${share}`).toBeLessThan(0.06)
      const low = 1 - share
      expect(Math.abs(roundTripMs(low) / quantileMs(low) - 1), `at ${low}`).toBeLessThan(0.001)
    }
  })

  it('differ from it by less than 4 % between two entries', () => {
    for (let i = 1; i < 4_000; i++) {
      // Steps that are at no entry of the table.
      const share = (i - 0.37) / 4_000
      expect(Math.abs(roundTripMs(share) / quantileMs(share) - 1), `at ${share}`).toBeLessThan(0.04)
    }
  })

  it('have the median, the 95th percentile and the maximum that they are documented with', () => {
    expect(roundTripMs(0.5)).toBe(MEDIAN_MS)
    expect(roundTripMs(0.95)).toBeCloseTo(NINETY_FIFTH_MS, 6)
    expect(roundTripMs(1)).toBe(MAX_ROUND_TRIP_MS)
    expect(roundTripMs(1 - 2 ** -32)).toBe(MAX_ROUND_TRIP_MS)
    expect(roundTripMs(0)).toBeGreaterThan(2)
  })

  it('never shrink as the share grows', () => {
    const all = Array.from({ length: 100_001 }, (_, i) => roundTripMs(i / 100_000))
    expect(all.filter((ms, i) => ms < (all[i - 1] ?? 0))).toEqual([])
  })
})

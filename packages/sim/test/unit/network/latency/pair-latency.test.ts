// Log-normal round trips against their distribution, over many places.

import { Chance, datagramLatency, type Place, pairLatency } from '@dht/sim'
import { describe, expect, it } from 'vitest'

const COUNT = 20_000
const chance = Chance.of('pairs')

const somewhere = (): Place => ({ x: chance.unit(), y: chance.unit() })

/** Six standard deviations of a share of `share` among `count`. */
const sixSigma = (share: number, count: number): number =>
  6 * Math.sqrt((share * (1 - share)) / count)

/** Share of `values` that are at most `most`. */
const shareUpTo = (values: readonly number[], most: number): number =>
  values.filter((value) => value <= most).length / values.length

/** The median is 80 ms and the 95th percentile 400 ms: half of all, and 95 %, are below. */
function expectShape(roundTrips: readonly number[]): void {
  const near = (most: number, share: number): void => {
    const off = Math.abs(shareUpTo(roundTrips, most) - share)
    expect(off, `share up to ${most} ms`).toBeLessThan(sixSigma(share, roundTrips.length))
  }
  near(80, 0.5)
  near(400, 0.95)
  near(16, 0.05)
  expect(Math.max(...roundTrips)).toBeLessThanOrEqual(3_000)
}

describe('fixed for each pair', () => {
  const latency = pairLatency()

  it('has log-normal round trips over all pairs', () => {
    expectShape(Array.from({ length: COUNT }, () => latency(somewhere(), somewhere(), 0.5) * 2))
  })

  it('is the same in both directions and each time; a packet differs by at most 10 %', () => {
    for (let i = 0; i < 1_000; i++) {
      const [a, b] = [somewhere(), somewhere()]
      const middle = latency(a, b, 0.5)
      const unit = chance.unit()
      expect(latency(b, a, unit)).toBe(latency(a, b, unit))
      expect(latency({ ...a }, { ...b }, unit)).toBe(latency(a, b, unit))
      if (middle > 1_350) continue
      expect(latency(a, b, 0)).toBeCloseTo(middle * 0.9, 6)
      expect(latency(a, b, 1 - 2 ** -32)).toBeCloseTo(middle * 1.1, 3)
    }
  })

  it('differs between the pairs of one host', () => {
    const hub = somewhere()
    expectShape(Array.from({ length: COUNT }, () => latency(hub, somewhere(), 0.5) * 2))
  })

  it('takes at most half of the longest round trip, whatever is drawn', () => {
    for (let i = 0; i < COUNT; i++) {
      expect(latency(somewhere(), somewhere(), 0.999)).toBeLessThanOrEqual(1_500)
    }
  })
})

describe('drawn for each datagram', () => {
  it('has log-normal times, whichever host sends', () => {
    const [latency, a, b] = [datagramLatency(), somewhere(), somewhere()]
    const [c, d] = [somewhere(), somewhere()]
    const units = Array.from({ length: COUNT }, () => chance.unit())
    const times = units.map((unit) => latency(a, b, unit) * 2)
    expectShape(times)
    expect(units.map((unit) => latency(c, d, unit) * 2)).toEqual(times)
  })
})

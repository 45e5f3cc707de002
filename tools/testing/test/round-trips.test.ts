// The round trips of models: each distance has its range, and what is sent arrives in order.
import { type Route, roundTripOf, routeWithin, Traffic } from '@dht/testing/round-trips'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const spans = { firstStallMs: 500, giveUpMs: 4_000, forgetMs: 64_000 }

const BOUNDS: Readonly<Record<Route['distance'], readonly [number, number]>> = {
  near: [1, 125],
  far: [126, 499],
  slow: [500, 4_000],
  'too slow': [4_001, 8_000],
  forgotten: [64_001, 68_000],
  changing: [1, 68_000],
  silent: [0, 0],
}

describe('a route', () => {
  it('has the round trips of its distance', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(routeWithin(spans), ({ distance, roundTripsMs }) => {
        seen.add(distance)
        const [least, most] = BOUNDS[distance]
        for (const ms of roundTripsMs) {
          expect(ms).toBeGreaterThanOrEqual(least)
          expect(ms).toBeLessThanOrEqual(most)
        }
        expect(roundTripsMs.length > 0).toBe(distance !== 'silent')
      }),
    )
    expect([...seen].sort()).toEqual(Object.keys(BOUNDS).sort())
  })

  it('has one round trip for each query in turn, or none', () => {
    const route: Route = { distance: 'changing', roundTripsMs: [5, 7] }
    expect([0, 1, 2].map((nth) => roundTripOf(route, nth))).toEqual([5, 7, 5])
    expect(roundTripOf({ distance: 'silent', roundTripsMs: [] }, 3)).toBeUndefined()
  })
})

describe('traffic', () => {
  it('arrives by time, and in the order of sending at one instant', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 9 })), (moments) => {
        const traffic = new Traffic<number>()
        for (const [index, at] of moments.entries()) traffic.send(index, at)
        const expected = [...moments.keys()].sort((a, b) => moments[a]! - moments[b]! || a - b)
        expect(traffic.nextAt()).toBe(Math.min(...moments))
        expect(moments.map(() => traffic.receive(9))).toEqual(expected)
        expect(traffic.receive(9)).toBeUndefined()
      }),
    )
  })

  it('arrives at its time and not before', () => {
    const traffic = new Traffic<string>()
    traffic.send('answer', 3)
    expect(traffic.receive(2)).toBeUndefined()
    expect(traffic.receive(3)).toBe('answer')
  })
})

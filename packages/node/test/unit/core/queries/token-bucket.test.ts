import fc from 'fast-check'
import { expect, it } from 'vitest'
import { TokenBucket } from '../../../../src/core/queries/token-bucket.ts'

it('gives its burst at once, then its rate', () => {
  const bucket = new TokenBucket({ perSecond: 2, burst: 3 })
  expect([1, 2, 3, 4].map(() => bucket.take(1, 0))).toEqual([true, true, true, false])
  expect(bucket.readyAt(0)).toBe(500)
  expect(bucket.take(1, 499)).toBe(false)
  expect(bucket.take(1, 500)).toBe(true)
})

it('never has more than its burst', () => {
  const bucket = new TokenBucket({ perSecond: 2, burst: 3 })
  const taken = Array.from({ length: 10 }, () => bucket.take(1, 3_600_000))
  expect(taken.filter(Boolean)).toHaveLength(3)
})

it('one large withdrawal may make it negative, and later ones wait for that', () => {
  const bucket = new TokenBucket({ perSecond: 1_000, burst: 100 })
  expect(bucket.take(1_100, 0)).toBe(true)
  expect(bucket.take(1, 0)).toBe(false)
  expect(bucket.readyAt(0)).toBe(1_001)
  expect(bucket.take(1, 1_001)).toBe(true)
})

it('is ready now when it is above 0', () => {
  expect(new TokenBucket({ perSecond: 1, burst: 1 }).readyAt(17)).toBe(17)
})

it('does not change when the clock runs backwards', () => {
  const bucket = new TokenBucket({ perSecond: 1, burst: 1 })
  expect(bucket.take(1, 10_000)).toBe(true)
  expect(bucket.take(1, 0)).toBe(false)
  // Time that was counted once is not counted again.
  expect(bucket.take(1, 10_000)).toBe(false)
  expect(bucket.take(1, 11_000)).toBe(true)
})

it('gives in any period at most its burst and its rate times the period', () => {
  const steps = fc.array(fc.tuple(fc.nat({ max: 500 }), fc.integer({ min: 1, max: 3 })))
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 20 }), (taking, burst) => {
      const bucket = new TokenBucket({ perSecond: 7, burst })
      let [now, taken, last] = [0, 0, 0]
      for (const [ms, count] of taking) {
        now += ms
        if (!bucket.take(count, now)) continue
        taken += count
        last = count
      }
      expect(taken - last).toBeLessThan(burst + (7 * now) / 1000 + 1e-9)
    }),
  )
})

it('gives the same however often it is read in between', () => {
  const [seen, unseen] = [0, 1].map(() => new TokenBucket({ perSecond: 3, burst: 1 }))
  for (let now = 0; now < 5_000; now += 0.7) {
    seen!.readyAt(now + 0.3)
    expect(seen!.take(1, now)).toBe(unseen!.take(1, now))
  }
})

it('with enough in it is ready now, not earlier', () => {
  const bucket = new TokenBucket({ perSecond: 1, burst: 8 })
  expect(bucket.readyAt(5_000)).toBe(5_000)
})

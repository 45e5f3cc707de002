import fc from 'fast-check'
import { expect, it } from 'vitest'
import { exponential, naturalLog, power } from '../../src/natural-log.ts'

function near(a: number, b: number): void {
  expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-13 * Math.max(Math.abs(b), 1e-3))
}

it('agrees with the engine to thirteen digits', () => {
  const positive = fc.double({ min: 1e-12, max: 1e12, noNaN: true })
  fc.assert(
    fc.property(positive, (value) => {
      near(naturalLog(value), Math.log(value))
    }),
  )
  fc.assert(
    fc.property(fc.double({ min: -30, max: 30, noNaN: true }), (value) => {
      near(exponential(value), Math.exp(value))
    }),
  )
  near(power(3, 2.5), 3 ** 2.5)
  expect([power(0, 2), naturalLog(1), exponential(0)]).toEqual([0, 0, 1])
})

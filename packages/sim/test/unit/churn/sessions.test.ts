// Sessions against the means of their distributions, within six standard deviations.

import {
  Chance,
  exponentialSessions,
  givenSessions,
  type Sessions,
  sessionsOfMedian,
  weibullSessions,
} from '@dht/sim'
import { expect, it } from 'vitest'
import { residualOf } from '../../../src/churn/sessions.ts'

const COUNT = 20_000
const spans = (sessions: Sessions): number[] => {
  const chance = Chance.of(1)
  return Array.from({ length: COUNT }, () => sessions(chance))
}
const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value) / values.length

it('exponential: the mean and the deviation are equal', () => {
  const drawn = spans(exponentialSessions(60_000))
  expect(Math.abs(meanOf(drawn) - 60_000)).toBeLessThan((6 * 60_000) / Math.sqrt(COUNT))
  expect(drawn.every((span) => Number.isInteger(span) && span >= 1)).toBe(true)
  const shorter = spans(sessionsOfMedian(60_000)).filter((span) => span < 60_000).length
  expect(Math.abs(shorter - COUNT / 2)).toBeLessThan(6 * Math.sqrt(COUNT / 4))
})

it('Weibull: with shape 1 it is exponential, with shape 1/2 its mean is twice the scale', () => {
  expect(spans(weibullSessions({ scaleMs: 60_000, shape: 1 }))).toEqual(
    spans(exponentialSessions(60_000)),
  )
  // Mean 2, variance 20 of the square of an exponential variable.
  const drawn = spans(weibullSessions({ scaleMs: 60_000, shape: 0.5 }))
  const deviation = 60_000 * Math.sqrt(20)
  expect(Math.abs(meanOf(drawn) - 120_000)).toBeLessThan((6 * deviation) / Math.sqrt(COUNT))
})

it('given: the samples and nothing else', () => {
  expect(new Set(spans(givenSessions([10, 20])))).toEqual(new Set([10, 20]))
})

it('time left of a session under way: long sessions count in proportion to their length', () => {
  const rest = (samples: readonly number[]) => spans(residualOf(givenSessions(samples)))
  const uniform = rest([60_000])
  expect(Math.max(...uniform)).toBeLessThanOrEqual(60_000)
  expect(Math.abs(meanOf(uniform) - 30_000)).toBeLessThan((6 * 60_000) / Math.sqrt(12 * COUNT))
  // Half of the mean square over the mean; the second term is the bias of finitely many sessions.
  expect(Math.abs(meanOf(rest([20_000, 60_000])) - 25_000)).toBeLessThan(6 * 117 + 500)
  const drawn = spans(residualOf(exponentialSessions(60_000)))
  expect(Math.abs(meanOf(drawn) - 60_000)).toBeLessThan((6 * 60_000) / Math.sqrt(COUNT) + 1_200)
})

it('refuses what is not a time', () => {
  expect(() => exponentialSessions(0)).toThrow('meanMs: expected a positive number, got 0')
  expect(() => weibullSessions({ scaleMs: 1, shape: -1 })).toThrow('shape')
  expect(() => givenSessions([])).toThrow('samples: expected at least one, got []')
})

// Spans against the means of their distributions, within six standard deviations.

import {
  Chance,
  exponentialSessions,
  givenSessions,
  type Sessions,
  sessionsOfMedian,
  weibullSessions,
} from '@dht/sim'
import { expect, it } from 'vitest'

const COUNT = 20_000
const spans = (sessions: Sessions): number[] => {
  const chance = Chance.of(1)
  return Array.from({ length: COUNT }, () => sessions(chance))
}
const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value) / values.length

it('exponential: its mean, and as much deviation', () => {
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

it('what is no span is refused', () => {
  expect(() => exponentialSessions(0)).toThrow('meanMs: expected a positive number, got 0')
  expect(() => weibullSessions({ scaleMs: 1, shape: -1 })).toThrow('shape')
  expect(() => givenSessions([])).toThrow('samples: expected at least one, got none')
})

// Numbers as people read them.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  formatNumber,
  formatShare,
  formatSpan,
  formatValue,
} from '../../../src/reports/format-value.ts'

describe('formatNumber', () => {
  it.each([
    [0, '0'],
    [7, '7'],
    [1.5, '1.5'],
    [2.004, '2'],
    [999.99, '999.99'],
    [1_234.56, '1,235'],
    [1_234_567, '1,234,567'],
    [-1_000, '-1,000'],
    [Number.NaN, 'nothing measured'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
  ])('%d is written %s', (value, text) => {
    expect(formatNumber(value)).toBe(text)
  })
})

describe('formatShare', () => {
  it.each([
    [1, '100 %'],
    [0, '0 %'],
    [0.5, '50 %'],
    [0.9999, '99.99 %'],
    [0.07, '7 %'],
    [Number.NaN, 'nothing measured'],
  ])('%d is written %s', (value, text) => {
    expect(formatShare(value)).toBe(text)
  })

  it('never shows less than all as 100 %', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), (of) => {
        expect(formatShare((of - 1) / of)).not.toBe('100 %')
        expect(formatShare(of / of)).toBe('100 %')
      }),
    )
  })
})

describe('formatSpan', () => {
  it.each([
    [0, '0 ms'],
    [12.7, '12 ms'],
    [1_000, '1 s'],
    [61_000, '1 min 1 s'],
    [3_600_000, '1 h'],
    [3_601_000, '1 h'],
    [90_061_000, '1 d 1 h'],
  ])('%d ms is written %s', (ms, text) => {
    expect(formatSpan(ms)).toBe(text)
  })
})

it('shares have no unit, all other values have one', () => {
  expect(formatValue(0.25, 'share')).toBe('25 %')
  expect(formatValue(12, 'hops')).toBe('12 hops')
  expect(formatValue(Number.NaN, 'hops')).toBe('nothing measured')
})

// What the scanner reads as a string, an integer and an end. The tests of the decoder cover it from
// outside.

import { describe, expect, it } from 'vitest'
import { Scanner } from '../../../src/bencode/scanner.ts'
import { lengthOf } from '../../../src/bencode/span.ts'
import { ascii } from '../../support/bytes.ts'

const scan = (text: string): Scanner => new Scanner(ascii(text))

describe('a string', () => {
  it.each([
    ['3:abc', 2, 5],
    ['0:', 2, 2],
    ['003:abc', 4, 7],
    ['12:abcdefghijkl', 3, 15],
    ['1::', 2, 3],
  ])('%s lies at %i to %i', (text, start, end) => {
    const scanner = scan(text)
    expect(scanner.readString()).toBe(true)
    expect([scanner.start, scanner.end, scanner.failed]).toEqual([start, end, false])
  })

  it.each([
    ['', 'nothing'],
    [':', 'no length'],
    [':abc', 'no length'],
    ['1', 'no colon'],
    ['1;a', 'another mark'],
    ['1e', 'another mark'],
    ['1/:abcdefghi', 'a sign below the digits'],
    ['2:a', 'cut short'],
    ['99999999999999999999:a', 'cut short'],
    ['i1e', 'an integer'],
  ])('%j: %s', (text) => {
    const scanner = scan(text)
    expect(scanner.readString()).toBe(false)
    expect(scanner.failed).toBe(true)
  })
})

describe('an integer', () => {
  it.each([
    ['i0e', 0],
    ['i-0e', 0],
    ['i5e', 5],
    ['i-5e', -5],
    ['i007e', 7],
    ['i000e', 0],
    [`i${'0'.repeat(25)}5e`, 5],
    [`i-${'0'.repeat(25)}5e`, -5],
    ['i9223372036854775807e', 2 ** 63],
    ['i-9223372036854775808e', -(2 ** 63)],
    ['i0009223372036854775807e', 2 ** 63],
  ])('%s is %d', (text, value) => {
    const scanner = scan(text)
    expect(scanner.readInteger()).toBe(true)
    expect(Object.is(scanner.integer, value)).toBe(true)
    expect(scanner.failed).toBe(false)
  })

  it.each([
    'i',
    'ie',
    'i-e',
    'i5',
    'i5x',
    'i5-e',
    'i5:',
    'i1/e',
    'i--1e',
    'i9223372036854775808e',
    'i-9223372036854775809e',
    'i12345678901234567890e',
  ])('%s is not an integer', (text) => {
    const scanner = scan(text)
    expect(scanner.readInteger()).toBe(false)
    expect(scanner.failed).toBe(true)
  })

  it('counts as one value of its container, whatever its length', () => {
    const scanner = scan('li12ei-3e2:abe')
    expect(scanner.enterList()).toBe(true)
    expect([scanner.more(), scanner.readInteger(), scanner.integer]).toEqual([true, true, 12])
    expect([scanner.more(), scanner.readInteger(), scanner.integer]).toEqual([true, true, -3])
    expect([scanner.more(), lengthOf(scanner.readSpan())]).toEqual([true, 2])
    expect([scanner.more(), scanner.failed]).toEqual([false, false])
  })
})

describe('a skipped value', () => {
  it.each(['1:a', 'i1e', 'le', 'de', 'd1:ad1:bl1:ceee', 'lli1ee1:ae'])(
    '%s is skipped completely',
    (value) => {
      const scanner = scan(`l${value}i7ee`)
      scanner.enterList()
      scanner.more()
      scanner.skip()
      expect([scanner.more(), scanner.readInteger(), scanner.integer]).toEqual([true, true, 7])
      expect([scanner.more(), scanner.failed]).toEqual([false, false])
    },
  )

  it.each(['x', '-1', 'e', ' ', 'd1:a', 'dlee', 'di1e1:ae', 'l', '2:a'])('%s fails', (value) => {
    const scanner = scan(value)
    scanner.skip()
    expect(scanner.failed).toBe(true)
  })
})

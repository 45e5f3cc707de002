import { describe, expect, it } from 'vitest'
import { IdFormatError, IdLengthError } from '../../src/errors.ts'
import { idFromBigInt, idToBigInt } from '../../src/id-bigint.ts'

describe('idFromBigInt', () => {
  it('writes the most significant byte first and fills up with zeros', () => {
    expect([...idFromBigInt(0x0102n, 4)]).toEqual([0, 0, 1, 2])
  })

  it('accepts the smallest and the largest number, and refuses the numbers next to them', () => {
    expect([...idFromBigInt(0n, 1)]).toEqual([0])
    expect([...idFromBigInt(255n, 1)]).toEqual([255])
    for (const value of [-1n, 256n, 1n << 160n, -(1n << 160n)]) {
      expect(() => idFromBigInt(value, 1)).toThrow(IdFormatError)
    }
  })

  it('the error has the expected and the given value', () => {
    const range = 'id value: expected a bigint of 0 to 2^8 - 1, got'
    expect(() => idFromBigInt(-1n, 1)).toThrow(`${range} -1n`)
    expect(() => idFromBigInt(256n, 1)).toThrow(`${range} 256n`)
    expect(() => idFromBigInt(1 as never, 1)).toThrow(`${range} 1`)
  })

  it('refuses an invalid width', () => {
    for (const length of [0, -1, 1.5, 65, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => idFromBigInt(0n, length)).toThrow(IdLengthError)
    }
  })
})

describe('idToBigInt', () => {
  it('is the number of the bytes', () => {
    expect(idToBigInt(idFromBigInt(0x00ff00n, 3))).toBe(0xff00n)
  })
})

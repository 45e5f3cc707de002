import { describe, expect, it } from 'vitest'
import { IdFormatError, IdLengthError } from '../../src/errors.ts'
import { randomId } from '../../src/random.ts'

describe('randomId', () => {
  it('is a copy of the bytes that the source returned', () => {
    const given = Uint8Array.of(7, 8, 9)
    const id = randomId(3, () => given)
    given.fill(0)
    expect([...id]).toEqual([7, 8, 9])
  })

  it('calls the source once, for the whole width', () => {
    const asked: number[] = []
    randomId(32, (length) => {
      asked.push(length)
      return new Uint8Array(length)
    })
    expect(asked).toEqual([32])
  })

  it('refuses a source that returns too few or too many bytes', () => {
    for (const given of [0, 19, 21]) {
      expect(() => randomId(20, () => new Uint8Array(given))).toThrow(
        `random bytes: expected 20 bytes, got ${given}`,
      )
    }
    expect(() => randomId(2, () => [1, 2] as never)).toThrow(IdFormatError)
  })

  it('refuses an invalid width before it calls the source', () => {
    const never = (): never => {
      throw new Error('drawn')
    }
    for (const length of [0, -1, 0.5, 65, Number.NaN]) {
      expect(() => randomId(length, never)).toThrow(IdLengthError)
    }
  })
})

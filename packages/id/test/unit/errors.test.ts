import { describe, expect, it } from 'vitest'
import { IdFormatError, IdLengthError } from '../../src/errors.ts'

const mismatch = { what: 'id', expected: '20 bytes', got: '19' }

describe.each([
  { type: IdLengthError, name: 'IdLengthError', code: 'ERR_DHT_ID_LENGTH' },
  { type: IdFormatError, name: 'IdFormatError', code: 'ERR_DHT_ID_FORMAT' },
])('$name', ({ type, name, code }) => {
  const error = new type(mismatch)

  it('has a name, a code and a message', () => {
    expect(error).toMatchObject({ name, code, message: 'id: expected 20 bytes, got 19' })
    expect(error).toBeInstanceOf(Error)
  })

  it('`is` recognizes its code, also on an error of another copy of the package', () => {
    expect(type.is(error)).toBe(true)
    expect(type.is(Object.assign(new Error('copy'), { code }))).toBe(true)
    for (const other of [new Error('other'), { code }, code, null, undefined]) {
      expect(type.is(other)).toBe(false)
    }
  })
})

describe('the guards', () => {
  it('distinguish the two classes', () => {
    expect(IdLengthError.is(new IdFormatError(mismatch))).toBe(false)
    expect(IdFormatError.is(new IdLengthError(mismatch))).toBe(false)
  })
})

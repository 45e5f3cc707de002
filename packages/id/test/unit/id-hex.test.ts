import { describe, expect, it } from 'vitest'
import { IdFormatError, IdLengthError } from '../../src/errors.ts'
import { idFromHex, idToHex } from '../../src/id-hex.ts'

describe('idFromHex', () => {
  it('reads upper and lower case, most significant byte first', () => {
    expect([...idFromHex('00fFAb09')]).toEqual([0x00, 0xff, 0xab, 0x09])
  })

  it('refuses another number of digits than the width needs', () => {
    expect(() => idFromHex('00'.repeat(19), 20)).toThrow('hex id: expected 40 characters, got 38')
    expect(() => idFromHex(`${'00'.repeat(20)}0`, 20)).toThrow(IdLengthError)
  })

  it('refuses an odd number of digits, no digits, and more than 64 bytes', () => {
    for (const hex of ['abc', '', '0'.repeat(130)]) {
      expect(() => idFromHex(hex)).toThrow(IdLengthError)
    }
  })

  it('the error says how many characters were expected', () => {
    expect(() => idFromHex('abc')).toThrow('hex id: expected 4 characters, got 3')
  })

  it('refuses an invalid width', () => {
    for (const length of [0, -1, 1.5, 65, Number.NaN]) {
      expect(() => idFromHex('ab', length)).toThrow(IdLengthError)
    }
  })

  it('the error names the character that is not a hex digit, and its position', () => {
    expect(() => idFromHex('00g0')).toThrow('hex id: expected a hexadecimal digit at 2, got "g"')
  })

  it('refuses prefixes, signs, spaces, ASCII next to the digits, and other scripts', () => {
    for (const hex of [
      '0x',
      '+1',
      '-1',
      ' 1',
      '1 ',
      '1\n',
      '/0',
      ':0',
      '@0',
      'G0',
      '`0',
      '１1',
      'aé',
      '\u0130\u0131',
    ]) {
      expect(() => idFromHex(hex), hex).toThrow(IdFormatError)
    }
  })

  it('refuses a value that is not a string', () => {
    for (const wrong of [12, null, undefined, ['a', 'b']]) {
      expect(() => idFromHex(wrong as never)).toThrow(IdFormatError)
    }
  })
})

describe('idToHex', () => {
  it('writes two lower-case digits for each byte', () => {
    expect(idToHex(idFromHex('00FFAB09'))).toBe('00ffab09')
  })
})

import { describe, expect, it } from 'vitest'
import { IdLengthError } from '../../src/errors.ts'
import { idFromHex, idToHex } from '../../src/id-hex.ts'
import { Prefix, prefixMask } from '../../src/prefix.ts'

const id = idFromHex('b7ff')

describe('Prefix', () => {
  it('keeps the shared bits, sets the others to 0, and does not change the id', () => {
    expect(idToHex(Prefix.of(id, 0).base)).toBe('0000')
    expect(idToHex(Prefix.of(id, 3).base)).toBe('a000')
    expect(idToHex(Prefix.of(id, 8).base)).toBe('b700')
    expect(idToHex(Prefix.of(id, 9).base)).toBe('b780')
    expect(idToHex(Prefix.of(id, 16).base)).toBe('b7ff')
    expect(idToHex(id)).toBe('b7ff')
  })

  it('accepts lengths from 0 bits to the width of the id', () => {
    for (const length of [-1, 17, 0.5, Number.NaN]) {
      expect(() => Prefix.of(id, length)).toThrow(IdLengthError)
    }
    expect(() => Prefix.of(id, 17)).toThrow('prefix length: expected 0 to 16 bits, got 17')
  })

  it('contains the ids that share its bits', () => {
    const prefix = Prefix.of(id, 5)
    expect(prefix.contains(id)).toBe(true)
    expect(prefix.contains(idFromHex('b000'))).toBe(true)
    expect(prefix.contains(idFromHex('bf00'))).toBe(false)
    expect(() => prefix.contains(idFromHex('b7'))).toThrow(IdLengthError)
  })

  it('has one half with bit 0 and one with bit 1, until a single id is left', () => {
    const [zero, one] = Prefix.of(id, 8).halves()
    expect([idToHex(zero.base), zero.length]).toEqual(['b700', 9])
    expect([idToHex(one.base), one.length]).toEqual(['b780', 9])
    expect(() => Prefix.of(id, 16).halves()).toThrow(
      'prefix length: expected less than 16 bits to halve, got 16',
    )
  })

  it('has a sibling that differs in its last bit, except the prefix of 0 bits', () => {
    const sibling = Prefix.of(id, 3).sibling()
    expect([idToHex(sibling.base), sibling.length]).toEqual(['8000', 3])
    expect(() => Prefix.of(id, 0).sibling()).toThrow(
      'prefix length: expected at least 1 bit to have a sibling, got 0',
    )
  })

  it('its random ids differ in the free bits only', () => {
    const prefix = Prefix.of(id, 11)
    expect(idToHex(prefix.randomId((length) => new Uint8Array(length)))).toBe('b7e0')
    expect(idToHex(prefix.randomId((length) => new Uint8Array(length).fill(0xff)))).toBe('b7ff')
    expect(() => prefix.randomId(() => new Uint8Array(1))).toThrow(IdLengthError)
  })

  it('does not change', () => {
    const prefix = Prefix.of(id, 4)
    prefix.halves()
    prefix.sibling()
    prefix.randomId((length) => new Uint8Array(length).fill(0xff))
    expect(prefix).toEqual(Prefix.of(id, 4))
  })
})

describe('prefixMask', () => {
  it('covers a byte from its highest bit down', () => {
    expect([0, 1, 4, 7, 8, 9].map((length) => prefixMask(length, 0))).toEqual([
      0x00, 0x80, 0xf0, 0xfe, 0xff, 0xff,
    ])
    expect([0, 8, 9, 16].map((length) => prefixMask(length, 1))).toEqual([0x00, 0x00, 0x80, 0xff])
  })
})

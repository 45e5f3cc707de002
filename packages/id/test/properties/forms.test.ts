// Every form of an id says the same, and what is no id is refused whole.

import {
  IdFormatError,
  IdLengthError,
  idFromBigInt,
  idFromBytes,
  idFromHex,
  idKey,
  idsEqual,
  idToBigInt,
  idToHex,
} from '@dht/id'
import { anyId, anyWidth, mixedId } from '@dht/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const someId = anyWidth().chain(mixedId)

describe('bytes, hexadecimal digits and whole numbers', () => {
  it('ID-6: lead from one to another and back', () => {
    fc.assert(
      fc.property(someId, (id) => {
        const hex = Array.from(id, (byte) => byte.toString(16).padStart(2, '0')).join('')
        expect(idToHex(id)).toBe(hex)
        expect(idFromHex(hex, id.length)).toEqual(id)
        expect(idFromHex(hex.toUpperCase())).toEqual(id)
        expect(idToBigInt(id)).toBe(BigInt(`0x${hex}`))
        expect(idFromBigInt(idToBigInt(id), id.length)).toEqual(id)
        expect(idFromBytes(id, id.length)).toEqual(id)
      }),
    )
  })

  it('ID-6: a whole number that does not fit is refused, not wrapped', () => {
    const outside = anyWidth().chain((width) => {
      const size = 1n << BigInt(8 * width)
      const value = fc.oneof(
        fc.bigInt({ max: -1n, min: -size }),
        fc.bigInt({ min: size, max: size * size }),
      )
      return fc.record({ width: fc.constant(width), value })
    })
    fc.assert(
      fc.property(outside, ({ width, value }) => {
        expect(() => idFromBigInt(value, width)).toThrow(IdFormatError)
      }),
    )
  })

  it('ID-6: any other width than the one asked for is refused', () => {
    const otherWidth = fc.integer({ min: 1, max: 64 })
    fc.assert(
      fc.property(someId, otherWidth, (id, width) => {
        fc.pre(id.length !== width)
        expect(() => idFromBytes(id, width)).toThrow(IdLengthError)
        expect(() => idFromHex(idToHex(id), width)).toThrow(IdLengthError)
      }),
    )
  })

  it('ID-6: a character more or less is refused', () => {
    fc.assert(
      fc.property(someId, (id) => {
        expect(() => idFromHex(`${idToHex(id)}0`)).toThrow(IdLengthError)
        expect(() => idFromHex(idToHex(id).slice(1))).toThrow(IdLengthError)
      }),
    )
  })

  it('ID-6: a single wrong character anywhere is refused', () => {
    const notADigit = fc
      .string({ minLength: 1, maxLength: 1, unit: 'binary' })
      .filter((character) => character.length === 1 && !/[0-9a-fA-F]/.test(character))
    fc.assert(
      fc.property(someId, fc.nat(), notADigit, (id, place, wrong) => {
        const hex = idToHex(id)
        const at = place % hex.length
        expect(() => idFromHex(hex.slice(0, at) + wrong + hex.slice(at + 1))).toThrow(IdFormatError)
      }),
    )
  })
})

describe('ids as keys', () => {
  it('ID-10: keys are equal exactly when ids are, across widths too', () => {
    const narrow = fc
      .integer({ min: 1, max: 3 })
      .chain((width) => fc.uint8Array({ minLength: width, maxLength: width, max: 1 }))
    const anyTwo = fc.oneof(
      fc.tuple(narrow, narrow).map((pair) => pair.map((bytes) => idFromBytes(bytes))),
      fc.tuple(someId, someId),
    )
    fc.assert(
      fc.property(anyTwo, ([a, b]) => {
        const same = idToHex(a!) === idToHex(b!)
        expect(idsEqual(a!, b!)).toBe(same)
        expect(idKey(a!) === idKey(b!)).toBe(same)
      }),
    )
  })

  it('ID-10: every id of one byte has a key of its own', () => {
    const keys = Array.from({ length: 256 }, (_, value) => idKey(idFromBigInt(BigInt(value), 1)))
    expect(new Set(keys).size).toBe(256)
  })

  it('ID-10: the gates let no alias through', () => {
    const width = anyWidth()
    fc.assert(
      fc.property(width.chain(anyId), (bytes) => {
        const given = new Uint8Array(bytes)
        const id = idFromBytes(given)
        given.fill(0xaa)
        expect(id).toEqual(bytes)
      }),
    )
  })
})

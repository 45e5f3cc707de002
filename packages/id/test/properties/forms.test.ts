// The forms of an id (bytes, hex, bigint) convert to one another, and invalid input is refused.

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
  it('ID-6: convert to one another without loss', () => {
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

  it('ID-6: a number that does not fit is refused, not wrapped', () => {
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

  it('ID-6: another width than the given one is refused', () => {
    const otherWidth = fc.integer({ min: 1, max: 64 })
    fc.assert(
      fc.property(someId, otherWidth, (id, width) => {
        fc.pre(id.length !== width)
        expect(() => idFromBytes(id, width)).toThrow(IdLengthError)
        expect(() => idFromHex(idToHex(id), width)).toThrow(IdLengthError)
      }),
    )
  })

  it('ID-6: hex with one character more or less is refused', () => {
    fc.assert(
      fc.property(someId, (id) => {
        expect(() => idFromHex(`${idToHex(id)}0`)).toThrow(IdLengthError)
        expect(() => idFromHex(idToHex(id).slice(1))).toThrow(IdLengthError)
      }),
    )
  })

  it('ID-6: hex with one wrong character anywhere is refused', () => {
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
  it('ID-10: two keys are equal exactly when the ids are, for ids of different widths too', () => {
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

  it('ID-10: the 256 ids of one byte have 256 keys', () => {
    const keys = Array.from({ length: 256 }, (_, value) => idKey(idFromBigInt(BigInt(value), 1)))
    expect(new Set(keys).size).toBe(256)
  })

  it('ID-10: an id does not share memory with the bytes that it was made from', () => {
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

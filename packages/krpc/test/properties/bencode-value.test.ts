// Arbitrary bencoded values: against the bencode library where it is exact, and by the inverse.

import { type BencodeValue, decodeValue, EncodeError, encodeValue } from '@dht/krpc'
import bencode from 'bencode'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ascii, text } from '../support/bytes.ts'

const LARGE = { maxBytes: 1e6, maxItems: 1e4 }

const anyKey = fc.uint8Array({ maxLength: 12 }).map(text)
const { any } = fc.letrec<{ any: BencodeValue }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 5 },
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    fc.uint8Array({ maxLength: 20 }),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.array(fc.tuple(anyKey, tie('any')), { maxLength: 4 }).map((entries) => new Map(entries)),
  ),
}))

/** Values that the library neither changes nor loses, in its terms. */
const { plain } = fc.letrec((tie) => ({
  plain: fc.oneof(
    { maxDepth: 5 },
    fc.maxSafeInteger(),
    fc.uint8Array({ maxLength: 20 }),
    fc.array(tie('plain'), { maxLength: 4 }),
    fc.dictionary(
      fc.string({ unit: 'grapheme-ascii', maxLength: 12 }).filter((key) => key !== '__proto__'),
      tie('plain'),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
}))

function toValue(plainValue: unknown): BencodeValue {
  if (typeof plainValue === 'number') return BigInt(plainValue)
  if (plainValue instanceof Uint8Array) return plainValue
  if (Array.isArray(plainValue)) return plainValue.map(toValue)
  return new Map(
    Object.entries(plainValue as object).map(([key, each]) => [key, toValue(each)] as const),
  )
}

it('PROTO-58: a value is written as the library writes it', () => {
  fc.assert(
    fc.property(plain, (plainValue) => {
      const written = encodeValue(toValue(plainValue), LARGE)
      expect(text(written)).toBe(text(bencode.encode(plainValue as never)))
    }),
  )
})

it('PROTO-58: reading gives back what was written', () => {
  fc.assert(
    fc.property(any, (value) => {
      const read = decodeValue(encodeValue(value, LARGE), LARGE)
      expect(read).toEqual({ kind: 'value', value })
    }),
  )
})

it('PROTO-58: the order of the entries does not matter', () => {
  fc.assert(
    fc.property(fc.uniqueArray(anyKey, { maxLength: 8 }), fc.gen(), (keys, gen) => {
      const shuffled = gen(() => fc.shuffledSubarray(keys, { minLength: keys.length }))
      const written = (from: readonly string[]) =>
        text(encodeValue(new Map(from.map((key) => [key, ascii(key)]))))
      expect(written(shuffled)).toBe(written(keys))
    }),
  )
})

it('PROTO-58: what exceeds a limit is neither written nor read', () => {
  fc.assert(
    fc.property(any, (value) => {
      const written = encodeValue(value, LARGE)
      const tight = { ...LARGE, maxBytes: written.length }
      expect(encodeValue(value, tight)).toEqual(written)
      const tooTight = { ...LARGE, maxBytes: written.length - 1 }
      expect(() => encodeValue(value, tooTight)).toThrow(EncodeError)
      expect(decodeValue(written, tooTight)).toMatchObject({ reason: 'size' })
    }),
  )
})

const loop: BencodeValue[] = []
loop.push(loop)

it.each([
  ['an integer above 64 bits', 2n ** 63n, /^integer: expected 64 bits/],
  ['an integer below 64 bits', -(2n ** 63n) - 1n, /^integer: /],
  ['a number', 1, /^value: expected a bigint/],
  ['a key that is no byte', new Map([['\u0100', 1n]]), /^key: expected characters from 0 to 255/],
  ['a key that is no text', new Map([[1, 1n]]), /^key: /],
  ['a list in itself', loop, /^depth: expected at most 10, got 11/],
  ['too many values', new Array(500).fill(1n), /^items: expected at most 500, got 501/],
  ['too many bytes', new Uint8Array(1500), /^bytes: expected at most 1500, got 1505/],
])('%s is not written', (_what, value, message) => {
  expect(() => encodeValue(value as BencodeValue)).toThrow(EncodeError)
  expect(() => encodeValue(value as BencodeValue)).toThrow(message)
})

it('the deepest value and the one with the most items are written and read', () => {
  for (const bytes of [`${'l'.repeat(10)}${'e'.repeat(10)}`, `l${'i1e'.repeat(499)}e`]) {
    const read = decodeValue(ascii(bytes))
    expect(read.kind).toBe('value')
    if (read.kind === 'value') expect(text(encodeValue(read.value))).toBe(bytes)
  }
})

import { expect, it } from 'vitest'
import { crc32c } from '../../src/crc32c.ts'

/**
 * The definition, bit by bit: division by the polynomial, with input and output reflected and
 * inverted.
 */
function bitwise(bytes: Uint8Array): number {
  let remainder = 0xffffffff
  for (const byte of bytes) {
    remainder ^= byte
    for (let bit = 0; bit < 8; bit++) {
      remainder = (remainder & 1) === 1 ? (remainder >>> 1) ^ 0x82f63b78 : remainder >>> 1
    }
  }
  return ~remainder >>> 0
}

it('agrees with the definition, for every byte and for longer inputs', () => {
  for (let byte = 0; byte < 256; byte++) {
    expect(crc32c(Uint8Array.of(byte))).toBe(bitwise(Uint8Array.of(byte)))
  }
  for (let length = 0; length < 64; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => i * 37 + length)
    expect(crc32c(bytes)).toBe(bitwise(bytes))
  }
})

it('is 0 for no bytes', () => {
  expect(crc32c(new Uint8Array(0))).toBe(0)
})

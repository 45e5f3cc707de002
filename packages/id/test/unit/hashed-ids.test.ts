import { describe, expect, it } from 'vitest'
import { IdFormatError, IdLengthError } from '../../src/errors.ts'
import { hashedIds } from '../../src/hashed-ids.ts'
import { idView } from '../../src/id.ts'
import { idFromHex, idToHex } from '../../src/id-hex.ts'

const address = Uint8Array.of(124, 31, 75, 21)
const allOnes = (length: number) => new Uint8Array(length).fill(0xff)
const id = hashedIds.draw({ address, length: 32, random: allOnes })

describe('draw', () => {
  it('sets the first 32 bits and takes all others from the random source', () => {
    expect(idToHex(id).slice(8)).toBe('ff'.repeat(28))
    expect(idToHex(id).slice(0, 8)).not.toBe('ffffffff')
  })

  it('works for ids of 5 bytes', () => {
    expect(hashedIds.minLength).toBe(5)
    const least = hashedIds.draw({ address, length: 5, random: allOnes })
    expect(idToHex(least)).toBe(`${idToHex(id).slice(0, 8)}ff`)
    for (const length of [0, 4, 5.5, 65, Number.NaN]) {
      expect(() => hashedIds.draw({ address, length, random: allOnes })).toThrow(IdLengthError)
    }
  })

  it('refuses bytes that are not an address', () => {
    for (const length of [0, 3, 5, 15, 17]) {
      const wrong = { address: new Uint8Array(length), length: 32, random: allOnes }
      expect(() => hashedIds.draw(wrong)).toThrow(`expected 4 or 16 bytes, got ${length}`)
    }
    const text = { address: '1.2.3.4' as never, length: 32, random: allOnes }
    expect(() => hashedIds.draw(text)).toThrow(IdFormatError)
  })
})

describe('allows', () => {
  it('depends on the first 32 bits and the last bits only', () => {
    const counted = bitsThatCount(id, (bytes) => hashedIds.allows(idView(bytes), address))
    const front = Array.from({ length: 32 }, (_, bit) => bit)
    expect(counted).toEqual([...front, 255])
  })

  it('depends on the /24 of an IPv4 address and on two more bits', () => {
    const counted = bitsThatCount(address, (bytes) => hashedIds.allows(id, bytes))
    expect(counted).toEqual([...Array.from({ length: 24 }, (_, bit) => bit), 30, 31])
  })

  it('depends on the /48 of an IPv6 address and on two more bits of the /64', () => {
    const six = Uint8Array.from({ length: 16 }, (_, i) => 0x20 + i)
    const held = hashedIds.draw({ address: six, length: 32, random: allOnes })
    const counted = bitsThatCount(six, (bytes) => hashedIds.allows(held, bytes))
    expect(counted).toEqual([...Array.from({ length: 48 }, (_, bit) => bit), 62, 63])
  })

  it('allows any id at a local address', () => {
    const any = idFromHex('00'.repeat(32))
    expect(hashedIds.allows(any, Uint8Array.of(10, 1, 2, 3))).toBe(true)
    expect(hashedIds.allows(any, Uint8Array.of(11, 1, 2, 3))).toBe(false)
    const mapped = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 1, 2, 3)
    expect(hashedIds.allows(any, mapped)).toBe(true)
  })

  it('refuses ids that are too short and bytes that are not an address', () => {
    expect(() => hashedIds.allows(idFromHex('5fbfbf00'), address)).toThrow(
      'secure id: expected at least 5 bytes, got 4',
    )
    expect(() => hashedIds.allows(id, new Uint8Array(6))).toThrow(IdLengthError)
  })
})

/** The bits of `given` on which the result depends. */
function bitsThatCount(given: Uint8Array, isAllowed: (bytes: Uint8Array) => boolean): number[] {
  return Array.from({ length: 8 * given.length }, (_, bit) => bit).filter((bit) => {
    const flipped = Uint8Array.from(given)
    flipped[bit >>> 3]! ^= 0x80 >> (bit & 7)
    return !isAllowed(flipped)
  })
}

import { describe, expect, it } from 'vitest'
import { IdFormatError, IdLengthError } from '../../src/errors.ts'
import { idView } from '../../src/id.ts'
import { idFromHex, idToHex } from '../../src/id-hex.ts'
import { isSecureId, secureId } from '../../src/secure-id.ts'

const address = Uint8Array.of(124, 31, 75, 21)
const id = idFromHex('5fbfbff10c5d6a4ec8a88e4c6ab4c28b95eee401')
const allOnes = (length: number) => new Uint8Array(length).fill(0xff)

describe('secureId', () => {
  it('sets the first 21 bits and takes all others from the random source', () => {
    const drawn = secureId({ address, length: 20, random: allOnes })
    // r = 0xff, of which the low 3 bits are used: the checksum for 7 is a6b92b6a.
    expect(idToHex(drawn)).toBe(`a6b92f${'ff'.repeat(17)}`)
    const zeros = secureId({ address, length: 20, random: (length) => new Uint8Array(length) })
    // The checksum for 0 is 889aa939.
    expect(idToHex(zeros)).toBe(`889aa8${'00'.repeat(17)}`)
  })

  it('works for ids of 4 bytes, of which only the last byte is free', () => {
    expect(idToHex(secureId({ address, length: 4, random: allOnes }))).toBe('a6b92fff')
    for (const length of [0, 3, 3.5, 4.5, 65, Number.NaN]) {
      expect(() => secureId({ address, length, random: allOnes })).toThrow(IdLengthError)
    }
  })

  it('refuses bytes that are not an address', () => {
    for (const length of [0, 3, 5, 8, 15, 17]) {
      const wrong = { address: new Uint8Array(length), length: 20, random: allOnes }
      expect(() => secureId(wrong)).toThrow(`address: expected 4 or 16 bytes, got ${length}`)
    }
    const text = { address: '1.2.3.4' as never, length: 20, random: allOnes }
    expect(() => secureId(text)).toThrow(IdFormatError)
  })

  it('does not change the bytes of the address', () => {
    const before = Uint8Array.from(address)
    secureId({ address, length: 20, random: allOnes })
    expect(address).toEqual(before)
  })
})

describe('isSecureId', () => {
  it('depends on the first 21 bits and the last 3 bits only', () => {
    const counted: number[] = []
    for (let bit = 0; bit < 160; bit++) {
      const flipped = Uint8Array.from(id)
      flipped[bit >>> 3]! ^= 0x80 >> (bit & 7)
      if (!isSecureId(idView(flipped), address)) counted.push(bit)
    }
    const front = Array.from({ length: 21 }, (_, bit) => bit)
    expect(counted).toEqual([...front, 157, 158, 159])
  })

  it('depends on the masked bits of an IPv4 address only', () => {
    expect(bitsThatCount(address, id)).toEqual([
      6, 7, 12, 13, 14, 15, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
    ])
  })

  it('depends on the masked bits of the first 8 bytes of an IPv6 address only', () => {
    const six = Uint8Array.from({ length: 16 }, (_, i) => 0x20 + i)
    const counted = bitsThatCount(six, secureId({ address: six, length: 20, random: allOnes }))
    const masked = [0, 1, 2, 3, 4, 5, 6, 7].flatMap((byte) =>
      Array.from({ length: byte + 1 }, (_, i) => 8 * byte + (8 - byte - 1) + i),
    )
    expect(counted).toEqual(masked)
  })

  it('any id is valid for a local address', () => {
    expect(isSecureId(id, Uint8Array.of(10, 1, 2, 3))).toBe(true)
    expect(isSecureId(id, Uint8Array.of(11, 1, 2, 3))).toBe(false)
  })

  it('an IPv4 address mapped into IPv6 is treated as IPv4', () => {
    const mapped = (...last: number[]) =>
      Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...last)
    expect(isSecureId(id, mapped(124, 31, 75, 21))).toBe(true)
    expect(isSecureId(id, mapped(124, 31, 75, 22))).toBe(false)
    expect(isSecureId(id, mapped(10, 1, 2, 3))).toBe(true)
    const same = { length: 20, random: allOnes }
    expect(secureId({ address: mapped(124, 31, 75, 21), ...same })).toEqual(
      secureId({ address, ...same }),
    )
  })

  it('refuses ids that are too short and bytes that are not an address', () => {
    for (const wrong of [address, Uint8Array.of(10, 1, 2, 3)]) {
      expect(() => isSecureId(idFromHex('5fbfbf'), wrong)).toThrow(
        'secure id: expected at least 4 bytes, got 3',
      )
    }
    expect(() => isSecureId(id, new Uint8Array(6))).toThrow(IdLengthError)
  })
})

/** The bits of `holder` on which the result depends. */
function bitsThatCount(holder: Uint8Array, held: ReturnType<typeof idFromHex>): number[] {
  const counted: number[] = []
  for (let bit = 0; bit < 8 * holder.length; bit++) {
    const other = Uint8Array.from(holder)
    other[bit >>> 3]! ^= 0x80 >> (bit & 7)
    if (!isSecureId(held, other)) counted.push(bit)
  }
  return counted
}

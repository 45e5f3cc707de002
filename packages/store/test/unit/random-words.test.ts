import { describe, expect, it } from 'vitest'
import { draw, drawWord, RandomWords } from '../../src/random-words.ts'

describe('draw', () => {
  it('returns what the source returns', () => {
    expect(draw((length) => new Uint8Array(length).fill(7), 3)).toEqual(Uint8Array.of(7, 7, 7))
  })

  it.each([15, 17])('refuses a source that returns %i bytes for 16', (given) => {
    expect(() => draw(() => new Uint8Array(given), 16)).toThrow(
      `random: expected a source that gives 16 bytes, got a Uint8Array of ${given} bytes`,
    )
  })
})

describe('drawWord', () => {
  it('takes four bytes and reads them as one signed number', () => {
    const given = (...bytes: number[]) =>
      drawWord((length) => Uint8Array.from(bytes.slice(0, length)))
    expect(given(0x12, 0x34, 0x56, 0x78, 0x9a)).toBe(0x12345678)
    expect(given(0xff, 0xff, 0xff, 0xfe)).toBe(-2)
    expect(() => given(1, 2, 3)).toThrow(
      'random: expected a source that gives 4 bytes, got a Uint8Array of 3 bytes',
    )
  })
})

describe('RandomWords', () => {
  it('uses every byte of a block once, then takes another block; views work too', () => {
    let calls = 0
    const words = new RandomWords((length) => {
      calls += 1
      const whole = new Uint8Array(length + 8)
      for (let at = 0; at < length; at += 1) whole[at + 8] = calls * 16 + (at >> 2) / 16
      return whole.subarray(8)
    })
    const drawn = Array.from({ length: 512 }, () => words.next())
    expect(calls).toBe(2)
    expect(drawn[0]).toBe(0x10101010)
    expect(drawn[255]).toBe(0x1f1f1f1f)
    expect(drawn[256]).toBe(0x20202020)
    expect(drawn[511]).toBe(0x2f2f2f2f)
  })

  it.each([
    [0x00, 0],
    [0x7f, 4],
    [0x80, 5],
    [0xff, 9],
  ])('scales bytes of %i below 10 to %i', (byte, expected) => {
    const words = new RandomWords((length) => new Uint8Array(length).fill(byte))
    expect(words.below(10)).toBe(expected)
    expect(words.below(1)).toBe(0)
  })
})

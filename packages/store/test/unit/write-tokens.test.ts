import { idFromBytes } from '@dht/id'
import { seededRandom } from '@dht/testing'
import { describe, expect, it } from 'vitest'
import { WriteTokens } from '../../src/index.ts'
import { targetOf } from '../support/world.ts'

const FIVE_MIN = 300_000
const target = targetOf(1)
const tokensOf = (seed = 1, tag = 'dht256'): WriteTokens =>
  new WriteTokens({ random: seededRandom(seed), tag })

describe('WriteTokens', () => {
  it('issues eight bytes and accepts them', () => {
    const tokens = tokensOf()
    const token = tokens.issue('1.2.3.4', target, 0)
    expect(token).toHaveLength(8)
    expect(tokens.check(token, '1.2.3.4', target, 0)).toBe(true)
    expect(tokens.issue('1.2.3.4', target, 1)).toEqual(token)
  })

  it('TOKEN-1, TOKEN-2: valid until the second rotation after it was issued', () => {
    for (const issuedAt of [0, 1, FIVE_MIN / 2, FIVE_MIN - 1]) {
      const tokens = tokensOf()
      const token = tokens.issue('1.2.3.4', target, issuedAt)
      expect(tokens.check(token, '1.2.3.4', target, FIVE_MIN - 1)).toBe(true)
      expect(tokens.check(token, '1.2.3.4', target, FIVE_MIN)).toBe(true)
      expect(tokens.check(token, '1.2.3.4', target, 2 * FIVE_MIN - 1)).toBe(true)
      expect(tokens.check(token, '1.2.3.4', target, 2 * FIVE_MIN)).toBe(false)
    }
  })

  it('TOKEN-3: a first call long after the second rotation does not prolong it', () => {
    for (const lateMs of [2 * FIVE_MIN, 3 * FIVE_MIN, 1_000 * FIVE_MIN]) {
      const tokens = tokensOf()
      const token = tokens.issue('1.2.3.4', target, 0)
      expect(tokens.check(token, '1.2.3.4', target, lateMs)).toBe(false)
    }
  })

  it('a clock that runs backwards neither rotates secrets nor makes a token valid again', () => {
    const tokens = tokensOf()
    const old = tokens.issue('1.2.3.4', target, 0)
    const token = tokens.issue('1.2.3.4', target, 2 * FIVE_MIN)
    expect(tokens.check(old, '1.2.3.4', target, 0)).toBe(false)
    expect(tokens.check(token, '1.2.3.4', target, -FIVE_MIN)).toBe(true)
    expect(tokens.check(token, '1.2.3.4', target, 4 * FIVE_MIN - 1)).toBe(true)
    expect(tokens.check(token, '1.2.3.4', target, 4 * FIVE_MIN)).toBe(false)
  })

  it('TOKEN-4: invalid for an address that differs in any bit, and for another family', () => {
    const tokens = tokensOf()
    const token = tokens.issue('1.2.3.4', target, 0)
    for (let bit = 0; bit < 32; bit += 1) {
      const bytes = [1, 2, 3, 4]
      bytes[bit >> 3]! ^= 1 << (bit & 7)
      expect(tokens.check(token, bytes.join('.'), target, 0)).toBe(false)
    }
    for (const address of ['', '1.2.3', '1.2.3.40', '11.2.3.4', '::ffff:1.2.3.4', '::1']) {
      expect(tokens.check(token, address, target, 0)).toBe(false)
    }
  })

  it('invalid for a target that differs in any bit or in width', () => {
    const tokens = tokensOf()
    const bytes = new Uint8Array(32).fill(0x5a)
    const token = tokens.issue('1.2.3.4', idFromBytes(bytes), 0)
    for (let bit = 0; bit < 256; bit += 1) {
      const other = bytes.slice()
      other[bit >> 3]! ^= 1 << (bit & 7)
      expect(tokens.check(token, '1.2.3.4', idFromBytes(other), 0)).toBe(false)
    }
    expect(tokens.check(token, '1.2.3.4', idFromBytes(bytes.subarray(0, 31)), 0)).toBe(false)
    expect(tokens.check(token, '1.2.3.4', idFromBytes(bytes), 0)).toBe(true)
  })

  it('TOKEN-5: any changed bit, truncation or extension is refused', () => {
    const tokens = tokensOf()
    for (const epoch of [0, 1]) {
      const token = tokens.issue('1.2.3.4', target, 0)
      const isTaken = (bytes: Uint8Array) =>
        tokens.check(bytes, '1.2.3.4', target, epoch * FIVE_MIN)
      for (let bit = 0; bit < 64; bit += 1) {
        const forged = token.slice()
        forged[bit >> 3]! ^= 1 << (bit & 7)
        expect(isTaken(forged)).toBe(false)
      }
      for (let length = 0; length < 8; length += 1) {
        expect(isTaken(token.subarray(0, length))).toBe(false)
      }
      expect(isTaken(Uint8Array.of(...token, 0))).toBe(false)
      expect(isTaken(new Uint8Array(64))).toBe(false)
      expect(isTaken(token)).toBe(true)
    }
  })

  it('TOKEN-6: two nodes, and one node before and after a restart, have no token in common', () => {
    const [one, other] = [tokensOf(1), tokensOf(2)]
    const token = one.issue('1.2.3.4', target, 0)
    expect(other.check(token, '1.2.3.4', target, 0)).toBe(false)
    expect(other.issue('1.2.3.4', target, 0)).not.toEqual(token)
  })

  it('TOKEN-6: two networks have no token in common, even with the same secret', () => {
    const token = tokensOf(1, 'dht256').issue('1.2.3.4', target, 0)
    expect(tokensOf(1, 'mainline').check(token, '1.2.3.4', target, 0)).toBe(false)
    expect(tokensOf(1, 'dht256').check(token, '1.2.3.4', target, 0)).toBe(true)
  })

  it('separates tag, address and target, so that no part can be read as another', () => {
    const at = (tag: string, address: string, id: string) =>
      tokensOf(1, tag)
        .issue(address, idFromBytes(new TextEncoder().encode(id)), 0)
        .join()
    expect(at('ab', 'c', 'de')).not.toBe(at('a', 'bc', 'de'))
    expect(at('a', 'bc', 'de')).not.toBe(at('a', 'b', 'cde'))
    expect(at('a', 'bc', 'de')).not.toBe(at('a', 'bcd', 'e'))
  })

  it('TOKEN-7, BUG-11: a refused token gives a value, not an error, and changes nothing', () => {
    const tokens = tokensOf()
    const token = tokens.issue('1.2.3.4', target, 0)
    for (let i = 0; i < 100; i += 1) {
      expect(tokens.check(Uint8Array.of(i), '1.2.3.4', target, 0)).toBe(false)
    }
    expect(tokens.issue('1.2.3.4', target, 0)).toEqual(token)
    expect(tokens.check(token, '1.2.3.4', target, 0)).toBe(true)
  })

  it('TOKEN-9: draws one secret per rotation, whatever and however often it is called', () => {
    let draws = 0
    const random = seededRandom(1)
    const counted = (length: number): Uint8Array => {
      draws += 1
      expect(length).toBe(16)
      return random(length)
    }
    const tokens = new WriteTokens({ random: counted, tag: 'dht256', rotateMs: 1_000 })
    tokens.issue('1.2.3.4', target, 0)
    const before = draws
    for (let i = 0; i < 1_000; i += 1) tokens.issue(`10.0.0.${i}`, target, i)
    expect(draws).toBe(before)
    tokens.issue('1.2.3.4', target, 1_000)
    expect(draws).toBe(before + 1)
    tokens.issue('1.2.3.4', target, 3_000)
    expect(draws).toBe(before + 3)
  })

  it('has an epoch, which does not change when the clock runs backwards', () => {
    const tokens = tokensOf(1, 'dht256')
    expect(tokens.epoch).toBe(Number.NEGATIVE_INFINITY)
    const epochs = [0, 899_999, 900_000, 1].map((now) => {
      tokens.issue('1.2.3.4', target, now)
      return tokens.epoch
    })
    expect(epochs).toEqual([0, 2, 3, 3])
  })

  it('accepts the longest address and target, and no longer ones', () => {
    const tokens = tokensOf(1, '\uffff'.repeat(128))
    const widest = idFromBytes(new Uint8Array(64).fill(1))
    const longest = '\uffff'.repeat(128)
    const token = tokens.issue(longest, widest, 0)
    expect(tokens.check(token, longest, widest, 0)).toBe(true)
    const other = widest.slice()
    other[63] = 2
    expect(tokens.check(token, longest, idFromBytes(other), 0)).toBe(false)
    expect(() => tokens.issue('x'.repeat(129), target, 0)).toThrow(/^address: expected/)
    expect(() => tokensOf(1, 'x'.repeat(129))).toThrow(/^tag: expected/)
    const tooWide = new Uint8Array(65) as typeof widest
    expect(() => tokens.issue('a', tooWide, 0)).toThrow(
      'target: expected at most 64 bytes, got a Uint8Array of 65',
    )
  })
})

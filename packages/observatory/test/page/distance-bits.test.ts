import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bitAt, bitText, distanceBits, sharedBits } from '../../page/model/distance-bits.ts'
import { bits } from './support/messages.ts'

const anyId = fc
  .bigInt({ min: 0n, max: 2n ** 160n - 1n })
  .map((value) => value.toString(16).padStart(40, '0'))

describe('distances for the eye', () => {
  it('PAGE-1: are the logarithm of the XOR as a whole number', () => {
    fc.assert(
      fc.property(anyId, anyId, (a, b) => {
        const xor = BigInt(`0x${a}`) ^ BigInt(`0x${b}`)
        expect(distanceBits(a, b)).toBeCloseTo(xor === 0n ? 0 : Math.log2(Number(xor)), 9)
        expect(sharedBits(a, b)).toBe(xor === 0n ? 160 : 160 - xor.toString(2).length)
      }),
    )
  })

  it('PAGE-1: of ids that share all but the last bits', () => {
    const [a, b] = [`${'f'.repeat(39)}e`, 'f'.repeat(40)]
    expect(distanceBits(a, b)).toBe(0)
    expect(sharedBits(a, b)).toBe(159)
    expect(sharedBits(a, a)).toBe(160)
    expect(distanceBits(a, a)).toBe(0)
  })

  it('PAGE-1: show the bits of an id', () => {
    fc.assert(
      fc.property(anyId, fc.nat(159), (id, index) => {
        expect(String(bitAt(id, index))).toBe(bits(id)[index])
        expect(bitText(id, index, index + 8)).toBe(bits(id).slice(index, index + 8))
      }),
    )
  })
})

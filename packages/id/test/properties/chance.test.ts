// Random ids are uniform. A statistical test on fixed seeds. The bounds are six standard deviations
// wide: a fair source exceeds them for one seed in a hundred million.

import { Prefix, type RandomSource, randomId } from '@dht/id'
import { anyRandom, anyWidth, mixedId, seededRandom } from '@dht/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

/** How far the chi-square of `counts` is from its mean, in standard deviations. */
function chiSquareSigmas(counts: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0)
  const expected = total / counts.length
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
  const freedom = counts.length - 1
  return Math.abs(chiSquare - freedom) / Math.sqrt(2 * freedom)
}

/** How often each bit is set among the ids that `draw` returns. */
function countBits(draw: () => Uint8Array, samples: number): number[] {
  const counts = new Array<number>(8 * draw().length).fill(0)
  for (let sample = 0; sample < samples; sample++) {
    const id = draw()
    for (let bit = 0; bit < counts.length; bit++) {
      counts[bit]! += (id[bit >>> 3]! >>> (7 - (bit & 7))) & 1
    }
  }
  return counts
}

describe('randomId', () => {
  it.each([1, 2, 20, 32, 64])('ID-7: in %i bytes every bit is set half the time', (width) => {
    const random = seededRandom(7 + width)
    const samples = 4_096
    const sigma = Math.sqrt(samples) / 2
    for (const count of countBits(() => randomId(width, random), samples)) {
      expect(Math.abs(count - samples / 2)).toBeLessThan(6 * sigma)
    }
  })
})

describe('Prefix.randomId', () => {
  it('ID-8: a random id has the bits of the prefix', () => {
    const prefix = anyWidth().chain((width) =>
      fc
        .tuple(mixedId(width), fc.nat({ max: 8 * width }))
        .map(([id, length]) => ({ id, length, prefix: Prefix.of(id, length) })),
    )
    const bits = (id: Uint8Array, length: number): string =>
      Array.from(id, (byte) => byte.toString(2).padStart(8, '0'))
        .join('')
        .slice(0, length)
    fc.assert(
      fc.property(prefix, anyRandom(), ({ id, length, prefix }, random: RandomSource) => {
        expect(bits(prefix.randomId(random), length)).toBe(bits(id, length))
      }),
    )
  })

  it.each([0, 1, 7, 8, 9, 13, 16])(
    'ID-8: after %i fixed bits of two bytes all ids are equally likely',
    (length) => {
      const random = seededRandom(100 + length)
      const prefix = Prefix.of(randomId(2, random), length)
      const choices = 2 ** (16 - length)
      const cells = Math.min(choices, 1_024)
      const counts = new Array<number>(cells).fill(0)
      for (let sample = 0; sample < 32 * cells; sample++) {
        const [high, low] = prefix.randomId(random)
        counts[((high! << 8) | low!) & (cells - 1)]!++
      }
      expect(counts.every((count) => count > 0)).toBe(true)
      if (cells > 1) expect(chiSquareSigmas(counts)).toBeLessThan(6)
    },
  )

  it('ID-8: in wide ids free bits are set half the time, bits of the prefix never change', () => {
    const random = seededRandom(256)
    const prefix = Prefix.of(randomId(32, random), 101)
    const samples = 4_096
    const counts = countBits(() => prefix.randomId(random), samples)
    for (const [bit, count] of counts.entries()) {
      if (bit < 101) expect(count % samples).toBe(0)
      else expect(Math.abs(count - samples / 2)).toBeLessThan(6 * (Math.sqrt(samples) / 2))
    }
  })
})

import { idFromBytes, idToHex } from '@dht/id'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../src/index.ts'

describe('seededRandom', () => {
  it('returns the same for the same seed', () => {
    const [one, other] = [seededRandom(7), seededRandom(7)]
    for (let length = 0; length < 40; length++) expect(one(length)).toEqual(other(length))
  })

  it('differs from seed to seed and from call to call', () => {
    const firsts = new Set<string>()
    for (let seed = 0; seed < 1_000; seed++) {
      const random = seededRandom(seed)
      firsts.add(idToHex(idFromBytes(random(8)))).add(idToHex(idFromBytes(random(8))))
    }
    expect(firsts.size).toBe(2_000)
  })

  it('returns the same bytes as in earlier releases', () => {
    expect(idToHex(idFromBytes(seededRandom(1)(12)))).toBe('1e97693e78c6be6e9a724be6')
  })

  it('returns every byte value about equally often', () => {
    const counts = new Array<number>(256).fill(0)
    for (const byte of seededRandom(42)(256_000)) counts[byte]!++
    const chiSquare = counts.reduce((sum, count) => sum + (count - 1_000) ** 2 / 1_000, 0)
    // 255 degrees of freedom: mean 255, variance 510; six standard deviations either way.
    expect(Math.abs(chiSquare - 255)).toBeLessThan(6 * Math.sqrt(510))
  })
})

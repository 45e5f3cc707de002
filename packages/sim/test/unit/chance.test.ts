import { describe, expect, it } from 'vitest'
import { Chance } from '../../src/chance.ts'

const words = (chance: Chance, count: number): number[] =>
  Array.from({ length: count }, () => chance.uint32())

describe('chance', () => {
  it('is the same for the same path on every engine', () => {
    const stream = Chance.of(7).branch('host', 17).branch('core')
    expect(words(stream, 4)).toEqual(PINNED)
    expect(words(Chance.of('7').branch('host', 17, 'core'), 4)).toEqual(PINNED)
  })

  it('gives every path a stream of its own, whatever other streams have drawn', () => {
    const root = Chance.of(1)
    const before = words(root.branch('a'), 3)
    words(root, 100)
    words(root.branch('b'), 100)
    expect(words(root.branch('a'), 3)).toEqual(before)
    const paths = [['a'], ['b'], ['a', 'b'], ['ab'], ['b', 'a'], [1], ['1'], [1, 2], [12], ['']]
    const firsts = paths.map((path) => root.branch(...path).uint32())
    expect(new Set(firsts).size).toBe(paths.length)
  })

  it('streams of neighbouring paths are independent', () => {
    const root = Chance.of(3)
    let ones = 0
    for (let i = 0; i < 2_000; i++) {
      let x = root.branch('host', i).uint32() ^ root.branch('host', i + 1).uint32()
      for (; x !== 0; x &= x - 1) ones++
    }
    // 64,000 bits, half of them different: 6 sigma are 759.
    expect(Math.abs(ones - 32_000)).toBeLessThan(759)
  })

  it('draws all numbers below a limit equally often', () => {
    const chance = Chance.of(5)
    const counts = new Array<number>(6).fill(0)
    for (let i = 0; i < 60_000; i++) counts[chance.below(6)]!++
    // 6 sigma of a binomial with p = 1/6.
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(548)
    // The limit is three quarters of 2^32: without rejection the lowest third would be drawn twice
    // as often.
    let low = 0
    for (let i = 0; i < 9_000; i++) if (chance.below(3 * 2 ** 30) < 2 ** 30) low++
    expect(Math.abs(low - 3_000)).toBeLessThan(269)
    expect(chance.below(1)).toBe(0)
    expect(chance.below(2 ** 32)).toBeLessThan(2 ** 32)
    const dice = new Set(Array.from({ length: 200 }, () => chance.between(3, 5)))
    expect([...dice].sort()).toEqual([3, 4, 5])
  })

  it('gives new bytes of any length, with all values equally often', () => {
    const chance = Chance.of(9)
    for (const length of [0, 1, 3, 4, 5, 32]) expect(chance.bytes(length)).toHaveLength(length)
    const counts = new Array<number>(256).fill(0)
    for (const byte of chance.source(256_000)) counts[byte]!++
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(190)
  })

  it('takes samples without repetition, and keeps to shares', () => {
    const chance = Chance.of(11)
    const items = [1, 2, 3, 4, 5]
    expect(chance.sample(items, 9).sort()).toEqual(items)
    const seen = new Set<string>()
    for (let i = 0; i < 500; i++) {
      const two = chance.sample(items, 2)
      expect(new Set(two).size).toBe(2)
      seen.add(two.join())
    }
    expect(seen.size).toBe(20)
    expect(() => chance.pick([])).toThrow('items: expected at least one, got []')
    let happened = 0
    for (let i = 0; i < 10_000; i++) if (chance.happens(0.2)) happened++
    expect(Math.abs(happened - 2_000)).toBeLessThan(240)
  })

  it('refuses a seed that is not a finite number or a string', () => {
    expect(() => Chance.of(Number.NaN)).toThrow(/^seed: .*NaN/)
  })
})

/** Written down once. Every engine must give the same numbers. */
const PINNED: readonly number[] = [2_110_154_330, 3_010_327_808, 4_062_729_719, 1_479_196_673]

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { shrink } from '../../src/shrink.ts'

it('leaves exactly the items that are needed', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(200), { minLength: 3, maxLength: 60 }), (items) => {
      const needed = [items[0], items[items.length >> 1], items.at(-1)]
      const fails = (candidate: readonly number[]): boolean =>
        needed.every((each) => candidate.includes(each as number))
      expect(shrink(items, { fails })).toEqual([...new Set(needed)])
    }),
  )
})

it('simplifies what cannot be left out, with at most the given number of calls', () => {
  const fails = (candidate: readonly number[]): boolean => candidate.some((each) => each >= 10)
  const simpler = (item: number): number[] => [0, item >> 1, item - 1].filter((n) => n < item)
  expect(shrink([3, 99, 4], { fails, simpler })).toEqual([10])
  let asked = 0
  const counted = (candidate: readonly number[]): boolean => {
    asked++
    return fails(candidate)
  }
  shrink(
    Array.from({ length: 100 }, (_, i) => i),
    { fails: counted, simpler, mostTries: 20 },
  )
  expect(asked).toBe(20)
})

import { expect, it } from 'vitest'
import { Census, runUntilReached } from '../src/census.ts'

it('names the cases that arose too seldom, and no others', () => {
  const census = new Census('example', { often: 2, seldom: 2, never: 0 })
  census.count('often')
  census.count('often')
  census.count('seldom')
  expect(census.missing()).toEqual(['seldom: 1 of 2'])
})

it('goes on until a rare case has arisen often enough, with floors that grow', () => {
  const census = new Census('example-of-rounds', { rare: 2 })
  const seeds: (number | undefined)[] = []
  const missing = runUntilReached(census, 0.1, ({ seed }) => {
    seeds.push(seed)
    // 1 of 2, then 3 of 4, then 7 of 6.
    census.count('rare', seeds.length === 1 ? 1 : 2 * seeds.length - 2)
  })
  expect(missing).toEqual([])
  expect(seeds).toHaveLength(3)
  expect(new Set(seeds).size).toBe(3)
})

it('gives up on a case that never arises', () => {
  const census = new Census('example-of-rounds', { never: 1 })
  let rounds = 0
  expect(runUntilReached(census, 0.1, () => rounds++)).toEqual([`never: 0 of ${rounds}`])
  expect(rounds).toBeGreaterThan(2)
})

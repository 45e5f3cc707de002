import { expect, it } from 'vitest'
import { sumTallies } from '../../src/index.ts'

it('the tallies of several lookups are added, and hops is the largest of them', () => {
  const one = { queried: 3, responded: 2, stalled: 1, failed: 1, hops: 2 }
  const other = { queried: 1, responded: 1, stalled: 0, failed: 0, hops: 5 }
  expect(sumTallies([])).toEqual({ queried: 0, responded: 0, stalled: 0, failed: 0, hops: 0 })
  expect(sumTallies([one, other])).toEqual({
    queried: 4,
    responded: 3,
    stalled: 1,
    failed: 1,
    hops: 5,
  })
})

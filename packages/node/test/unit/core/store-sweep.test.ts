import { expect, it } from 'vitest'
import { type Expiring, StoreSweep } from '../../../src/core/store-sweep.ts'

/** A store whose one entry expires at `at`. */
function store(at: number | undefined): Expiring & { readonly expiredAt: number[] } {
  const expiredAt: number[] = []
  return { nextExpiryAt: () => at, expire: (now) => void expiredAt.push(now), expiredAt }
}

it('is due at the first expiry of all stores, and sweeps all of them', () => {
  const stores = [store(undefined), store(900), store(500)]
  const sweep = new StoreSweep(stores)
  expect(sweep.nextAt()).toBe(500)
  sweep.handleTimeout(499)
  expect(stores.map(({ expiredAt }) => expiredAt)).toEqual([[], [], []])
  sweep.handleTimeout(500)
  expect(stores.map(({ expiredAt }) => expiredAt)).toEqual([[500], [500], [500]])
  // A minute passes between two sweeps.
  expect(sweep.nextAt()).toBe(60_500)
})

it('is never due while nothing is stored', () => {
  expect(new StoreSweep([store(undefined), store(undefined)]).nextAt()).toBeUndefined()
})

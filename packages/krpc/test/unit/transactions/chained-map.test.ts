// The chained map against a Map.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ChainedMap } from '../../../src/transactions/chained-map.ts'

// Few different numbers, of which many share a chain.
const number = fc.oneof(fc.nat({ max: 200 }), fc.nat())

it('returns for each number the value that was added last and not deleted', () => {
  fc.assert(
    fc.property(fc.array(number, { maxLength: 300, size: 'max' }), (numbers) => {
      const chained = new ChainedMap<number>()
      const model = new Map<number, number>()
      for (const [value, each] of numbers.entries()) {
        if (model.has(each)) {
          model.delete(each)
          chained.delete(each)
        } else {
          model.set(each, value)
          chained.add(each, value)
        }
        expect([chained.size, chained.get(each)]).toEqual([model.size, model.get(each)])
      }
      const held = numbers.map((each) => chained.get(each))
      expect(held).toEqual(numbers.map((each) => model.get(each)))
    }),
  )
})

// The register against a map.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ChainedMap } from '../../../src/transactions/chained-map.ts'

// Few numbers are drawn again, and many share a chain.
const number = fc.oneof(fc.nat({ max: 200 }), fc.nat())

it('holds under each number what was added last and not deleted since', () => {
  fc.assert(
    fc.property(fc.array(number, { maxLength: 300, size: 'max' }), (numbers) => {
      const register = new ChainedMap<number>()
      const model = new Map<number, number>()
      for (const [value, each] of numbers.entries()) {
        if (model.has(each)) {
          model.delete(each)
          register.delete(each)
        } else {
          model.set(each, value)
          register.add(each, value)
        }
        expect([register.size, register.get(each)]).toEqual([model.size, model.get(each)])
      }
      const held = numbers.map((each) => register.get(each))
      expect(held).toEqual(numbers.map((each) => model.get(each)))
    }),
  )
})

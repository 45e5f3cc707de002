import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Chance } from '../../../src/chance.ts'
import { DrawableSet } from '../../../src/host/drawable-set.ts'

const step = fc.oneof(fc.record({ add: fc.nat(9) }), fc.record({ delete: fc.nat(9) }))

it('has the members of a set, and samples distinct ones', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: 'max' }), fc.nat(12), (steps, count) => {
      const [drawable, set] = [new DrawableSet<number>(), new Set<number>()]
      for (const each of steps) {
        if ('add' in each) {
          drawable.add(each.add)
          set.add(each.add)
        } else {
          drawable.delete(each.delete)
          set.delete(each.delete)
        }
        expect(drawable.size).toBe(set.size)
      }
      const drawn = drawable.sample(count, Chance.of(count))
      expect(drawn).toHaveLength(Math.min(count, set.size))
      expect(new Set(drawn).size).toBe(drawn.length)
      for (const each of drawn) expect(set.has(each)).toBe(true)
      expect(new Set(drawable.sample(10, Chance.of(1)))).toEqual(set)
    }),
  )
})

it('samples all members equally often', () => {
  const drawable = new DrawableSet<number>()
  for (let i = 0; i < 10; i++) drawable.add(i)
  const counts = new Array<number>(10).fill(0)
  const chance = Chance.of(1)
  for (let i = 0; i < 5_000; i++) for (const each of drawable.sample(2, chance)) counts[each]!++
  // 10,000 draws: 6 sigma of a binomial with p = 1/10 are 180.
  for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(180)
})

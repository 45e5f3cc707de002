// `closest` compared with the plain algorithm: remove duplicates, sort all by distance, cut.

import { closest, type Id, type Identified, idKey, idToBigInt } from '@dht/id'
import { anyWidth, clusteredIds, mixedId } from '@dht/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

interface Numbered extends Identified {
  readonly place: number
}

/** The plain algorithm. */
function oracle(items: readonly Numbered[], target: Id, count: number): Numbered[] {
  const firsts = new Map<string, Numbered>()
  for (const item of items) if (!firsts.has(idKey(item.id))) firsts.set(idKey(item.id), item)
  const far = ({ id }: Identified): bigint => idToBigInt(id) ^ idToBigInt(target)
  return [...firsts.values()].sort((a, b) => (far(a) < far(b) ? -1 : 1)).slice(0, count)
}

const number = (ids: readonly Id[]): Numbered[] => ids.map((id, place) => ({ id, place }))

const crowd = anyWidth().chain((width) =>
  fc.record({
    ids: fc.oneof(
      fc.array(mixedId(width), { maxLength: 40, size: 'max' }),
      clusteredIds(width, { maxLength: 40 }),
    ),
    target: mixedId(width),
    count: fc.nat({ max: 70 }),
  }),
)

describe('closest', () => {
  it('ID-9: returns the first items sorted by distance, each id once, by its first item', () => {
    fc.assert(
      fc.property(crowd, ({ ids, target, count }) => {
        const items = number(ids)
        expect(closest(items, target, count)).toEqual(oracle(items, target, count))
      }),
    )
  })

  it('ID-9: returns nothing for a count of 0, and everything for a large count', () => {
    fc.assert(
      fc.property(crowd, ({ ids, target }) => {
        const items = number(ids)
        expect(closest(items, target, 0)).toEqual([])
        expect(closest(items, target, ids.length)).toEqual(oracle(items, target, ids.length))
      }),
    )
  })

  it('ID-9: does not change its input', () => {
    fc.assert(
      fc.property(crowd, ({ ids, target, count }) => {
        const items = Object.freeze(number(ids))
        const before = structuredClone({ items, target })
        closest(items, target, count)
        expect({ items, target }).toEqual(before)
      }),
    )
  })

  it('ID-9: the order of the items does not matter', () => {
    const shuffled = crowd.chain(({ ids, target, count }) =>
      fc
        .shuffledSubarray(ids, { minLength: ids.length })
        .map((others) => ({ ids, others, target, count })),
    )
    fc.assert(
      fc.property(shuffled, ({ ids, others, target, count }) => {
        const idsOf = (items: Numbered[]): Id[] => items.map(({ id }) => id)
        expect(idsOf(closest(number(others), target, count))).toEqual(
          idsOf(closest(number(ids), target, count)),
        )
      }),
    )
  })
})

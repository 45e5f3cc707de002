// Sorted ids against simple implementations: sort all by distance, count one by one.

import { compareDistance, type Id, idFromBytes, randomId } from '@dht/id'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Chance } from '../../../src/chance.ts'
import { SortedIds } from '../../../src/oracle/sorted-ids.ts'

const byte = fc.integer({ min: 0, max: 255 }).map((value) => idFromBytes(Uint8Array.of(value)))
const pair = fc.tuple(byte, byte).map(([a, b]) => idFromBytes(Uint8Array.of(a[0]!, b[0]!)))
const members = fc.uniqueArray(pair, { maxLength: 90, size: 'max', selector: (id) => id.join() })

function items(ids: readonly Id[]): { id: Id }[] {
  return ids.map((id) => ({ id }))
}

describe('sorted ids', () => {
  it('the nearest are those of a sort of all ids by distance', () => {
    fc.assert(
      fc.property(members, pair, fc.integer({ min: 0, max: 100 }), (ids, target, count) => {
        const naive = [...ids].sort((a, b) => compareDistance(a, b, target)).slice(0, count)
        const found = new SortedIds(items(ids)).nearest(target, count)
        expect(found.map(({ id }) => id)).toEqual(naive)
      }),
    )
  })

  it('the nearest of ten thousand ids of 32 bytes', () => {
    const { source } = Chance.of('ids')
    const ids = Array.from({ length: 10_000 }, () => randomId(32, source))
    const sorted = new SortedIds(items(ids))
    for (let i = 0; i < 10; i++) {
      const target = randomId(32, source)
      const naive = [...ids].sort((a, b) => compareDistance(a, b, target)).slice(0, 20)
      expect(sorted.nearest(target, 20).map(({ id }) => id)).toEqual(naive)
    }
  })

  it('count ids with a common prefix as one by one', () => {
    fc.assert(
      fc.property(members, pair, fc.integer({ min: 0, max: 16 }), (ids, id, bits) => {
        const text = (of: Id): string => {
          return [...of].map((each) => each.toString(2).padStart(8, '0')).join('')
        }
        const start = text(id).slice(0, bits)
        const naive = ids.filter((other) => text(other).startsWith(start)).length
        expect(new SortedIds(items(ids)).countSharing(id, bits)).toBe(naive)
      }),
    )
  })

  it('add and remove items', () => {
    fc.assert(
      fc.property(members, fc.array(fc.tuple(fc.boolean(), pair)), (ids, changes) => {
        const sorted = new SortedIds(items(ids))
        const naive = new Map(ids.map((id) => [id.join(), id]))
        for (const [enters, id] of changes) {
          const isThere = naive.has(id.join())
          expect(sorted.has(id)).toBe(isThere)
          expect(enters ? sorted.add({ id }) : sorted.remove(id)).toBe(enters !== isThere)
          if (enters) naive.set(id.join(), id)
          else naive.delete(id.join())
        }
        const zero = idFromBytes(new Uint8Array(2))
        const order = [...naive.values()].sort((a, b) => compareDistance(a, b, zero))
        expect(sorted.nearest(zero, sorted.size).map(({ id }) => id)).toEqual(order)
      }),
    )
  })
})

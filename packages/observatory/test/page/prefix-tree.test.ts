import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { prefixTree } from '../../page/geometry/prefix-tree.ts'
import { xorTreeGeometry } from '../../page/geometry/xor-tree-geometry.ts'
import { TableView } from '../../page/model/table-view.ts'
import { anyShortId, bits, member, overlay } from './support/messages.ts'

const someIds = fc.uniqueArray(anyShortId, { maxLength: 40 })

/** The bits that all of some ids share, by comparing texts. */
function commonPrefix(all: readonly string[]): number {
  let length = 0
  while (length < 16 && all.every((text) => text[length] === all[0]?.[length])) length++
  return length
}

describe('the tree of prefixes', () => {
  it('PAGE-5: parts ids where their bits part, and has them in order', () => {
    fc.assert(
      fc.property(someIds, (ids) => {
        const { order, forks } = prefixTree(ids)
        const sorted = order.map((index) => bits(ids[index] as string))
        expect(sorted).toEqual([...sorted].sort())
        expect(forks).toHaveLength(Math.max(0, ids.length - 1))
        for (const { depth, from, middle, to } of forks) {
          expect(depth).toBe(commonPrefix(sorted.slice(from, to)))
          expect(sorted.slice(from, middle).every((text) => text[depth] === '0')).toBe(true)
          expect(sorted.slice(middle, to).every((text) => text[depth] === '1')).toBe(true)
          expect(middle).toBeGreaterThan(from)
          expect(to).toBeGreaterThan(middle)
        }
      }),
    )
  })

  it('PAGE-5: ends in spite of an id that occurs twice', () => {
    expect(prefixTree(['1234', '1234', '1234']).order).toHaveLength(3)
  })
})

describe('the drawing of the whole XOR tree', () => {
  const OWN = '5a5a'

  it('PAGE-5: marks as own path the bits of the own id', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyShortId, { minLength: 1, maxLength: 40 }), (ids) => {
        const table = new TableView(overlay(OWN, 3))
        const others = ids.filter((id) => id !== OWN)
        const set = others.map((id) => member(id))
        table.applyMembers({ kind: 'members', at: 0, family: 4, set, removed: [] })
        const { edges, leaves, bands, own } = xorTreeGeometry(table, { width: 800, height: 200 })
        expect(edges).toHaveLength(2 * others.length)
        expect(leaves).toHaveLength(others.length)
        const path = edges.filter(({ ownBit }) => ownBit !== undefined)
        const splits = new Set(others.map((id) => commonPrefix([bits(id), bits(OWN)])))
        const expected = [...splits].sort((a, b) => a - b).map((depth) => Number(bits(OWN)[depth]))
        expect(path.sort((a, b) => a.y1 - b.y1).map(({ ownBit }) => ownBit)).toEqual(expected)
        const isOwnInside = bands.some(({ left, right }) => own.x > left && own.x < right)
        expect(isOwnInside).toBe(true)
      }),
    )
  })
})

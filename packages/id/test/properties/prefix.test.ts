// The algebra of prefixes. The model of a prefix is the range of whole numbers that it covers.

import { type Id, idToBigInt, Prefix } from '@dht/id'
import { anyWidth, idAround, mixedId } from '@dht/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

/** The first and the last number in the range. */
function rangeOf(prefix: Prefix): { readonly first: bigint; readonly last: bigint } {
  const free = BigInt(8 * prefix.base.length - prefix.length)
  const first = idToBigInt(prefix.base)
  return { first, last: first + (1n << free) - 1n }
}

const isInRange = (prefix: Prefix, id: Id): boolean => {
  const { first, last } = rangeOf(prefix)
  return idToBigInt(id) >= first && idToBigInt(id) <= last
}

/** A prefix, and an id that is often inside its range or just outside. */
const prefixAndId = anyWidth().chain((width) =>
  mixedId(width).chain((base) =>
    fc.record({
      base: fc.constant(base),
      length: fc.nat({ max: 8 * width }),
      id: fc.oneof(idAround(base), mixedId(width)),
    }),
  ),
)
const isHalvable = ({ base, length }: { base: Id; length: number }): boolean =>
  length < 8 * base.length

describe('Prefix', () => {
  it('ID-11: covers an aligned range that contains its base', () => {
    fc.assert(
      fc.property(prefixAndId, ({ base, length }) => {
        const prefix = Prefix.of(base, length)
        const { first, last } = rangeOf(prefix)
        expect(first % (last - first + 1n)).toBe(0n)
        expect(isInRange(prefix, base)).toBe(true)
        expect(prefix.length).toBe(length)
      }),
    )
  })

  it('ID-11: contains the ids of the range: those that share its bits', () => {
    fc.assert(
      fc.property(prefixAndId, ({ base, length, id }) => {
        const prefix = Prefix.of(base, length)
        expect(prefix.contains(id)).toBe(isInRange(prefix, id))
        const free = BigInt(8 * base.length - length)
        expect(prefix.contains(id)).toBe(idToBigInt(id) >> free === idToBigInt(base) >> free)
      }),
    )
  })

  it('ID-11: its halves divide it, the half with bit 0 first', () => {
    fc.assert(
      fc.property(prefixAndId.filter(isHalvable), ({ base, length, id }) => {
        const prefix = Prefix.of(base, length)
        const [zero, one] = prefix.halves()
        expect(rangeOf(zero).first).toBe(rangeOf(prefix).first)
        expect(rangeOf(one).first).toBe(rangeOf(zero).last + 1n)
        expect(rangeOf(one).last).toBe(rangeOf(prefix).last)
        const holders = [zero, one].filter((half) => half.contains(id))
        expect(holders).toHaveLength(prefix.contains(id) ? 1 : 0)
      }),
    )
  })

  it('ID-11: each of its halves is the sibling of the other', () => {
    fc.assert(
      fc.property(prefixAndId.filter(isHalvable), ({ base, length }) => {
        const [zero, one] = Prefix.of(base, length).halves()
        expect(zero.sibling()).toEqual(one)
        expect(one.sibling()).toEqual(zero)
      }),
    )
  })

  it('ID-11: the sibling of its sibling is itself', () => {
    fc.assert(
      fc.property(prefixAndId, ({ base, length, id }) => {
        fc.pre(length > 0)
        const prefix = Prefix.of(base, length)
        expect(prefix.sibling().sibling()).toEqual(prefix)
        expect(prefix.sibling()).not.toEqual(prefix)
        const parent = Prefix.of(base, length - 1)
        const isInEither = prefix.contains(id) || prefix.sibling().contains(id)
        expect(isInEither).toBe(parent.contains(id))
      }),
    )
  })
})

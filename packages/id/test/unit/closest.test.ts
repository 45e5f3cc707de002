import { describe, expect, it } from 'vitest'
import { closest } from '../../src/closest.ts'
import { IdLengthError } from '../../src/errors.ts'
import { idFromBigInt } from '../../src/id-bigint.ts'

const contact = (value: number, name = '') => ({ id: idFromBigInt(BigInt(value), 1), name })
const target = idFromBigInt(8n, 1)
const contacts = [1, 15, 8, 9, 0, 12].map((value) => contact(value))
const values = (items: { readonly id: Uint8Array }[]) => items.map(({ id }) => id[0])

describe('closest', () => {
  it('returns the nearest by XOR, nearest first', () => {
    expect(values(closest(contacts, target, 4))).toEqual([8, 9, 12, 15])
  })

  it('returns all when there are fewer, and none for a count of 0', () => {
    expect(values(closest(contacts, target, 99))).toEqual([8, 9, 12, 15, 0, 1])
    expect(closest(contacts, target, Number.POSITIVE_INFINITY)).toHaveLength(6)
    expect(closest(contacts, target, 2.5)).toHaveLength(2)
    for (const count of [0, -1, Number.NEGATIVE_INFINITY])
      expect(closest(contacts, target, count)).toEqual([])
  })

  it('distinguishes ids with the same first 32 bits', () => {
    const alike = [3, 1, 2, 1, 4].map((value) => ({ id: idFromBigInt(BigInt(value), 6) }))
    const origin = idFromBigInt(0n, 6)
    for (const count of [1, 2, 2.5, 3, 9]) {
      const nearest = closest(alike, origin, count).map(({ id }) => id.at(-1))
      expect(nearest).toEqual([1, 2, 3, 4].slice(0, Math.floor(count)))
    }
  })

  it('keeps the first of several items with the same id, wherever they are', () => {
    const items = [contact(9, 'first'), contact(9, 'second'), contact(8), contact(9, 'third')]
    expect(closest(items, target, 3).map(({ name }) => name)).toEqual(['', 'first'])
  })

  it('reads an iterable once', () => {
    function* stream() {
      yield* contacts
    }
    expect(values(closest(stream(), target, 2))).toEqual([8, 9])
    expect(values(closest(new Set(contacts), target, 2))).toEqual([8, 9])
  })

  it('refuses an id of another width, even when it is the only item', () => {
    expect(() => closest([{ id: idFromBigInt(8n, 2) }], target, 1)).toThrow(IdLengthError)
    expect(() => closest([...contacts, { id: idFromBigInt(8n, 2) }], target, 1)).toThrow(
      IdLengthError,
    )
    expect(() => closest([{ id: idFromBigInt(8n, 2) }], target, 1)).toThrow(
      'id: expected 1 byte, got 2',
    )
  })
})

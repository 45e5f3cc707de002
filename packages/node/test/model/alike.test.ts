// The quick comparison that models use before `expect`. It may report a difference between equal
// values, but must never miss a difference.

import { idFromBytes } from '@dht/id'
import { contact, endpoint } from '@dht/krpc'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { alike } from '../support/alike.ts'

const leaf = fc.constantFrom<unknown[]>(0, 1, '1', '', true, null, undefined, Number.NaN, Infinity)
const bytes = fc.uint8Array({ maxLength: 2, max: 1 })
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    leaf,
    bytes,
    fc.array(tie('value'), { maxLength: 2 }),
    fc.record({ a: tie('value'), b: tie('value') }, { requiredKeys: [], noNullPrototype: true }),
  ),
}))

function areEqual(a: unknown, b: unknown): boolean {
  try {
    expect(a).toEqual(b)
    return true
  } catch {
    return false
  }
}

it('values that it calls alike are equal, and equal plain values are alike', () => {
  fc.assert(
    fc.property(value, value, (a, b) => {
      expect(alike(a, b)).toBe(areEqual(a, b))
      expect(alike(a, structuredClone(a))).toBe(true)
    }),
  )
})

it('values that it cannot look into are not alike', () => {
  expect(alike(new Map([[1, 2]]), new Map())).toBe(false)
  expect(alike(new Set([1]), new Set([2]))).toBe(false)
  expect(alike(new Date(1), new Date(2))).toBe(false)
})

it('contacts are alike when their compact keys are equal', () => {
  const id = (last: number) => idFromBytes(Uint8Array.of(1, 2, last))
  const at = (port: number) => endpoint('20.0.0.1', port)
  expect(alike(contact(id(3), at(1)), contact(id(3), at(1)))).toBe(true)
  expect(alike(contact(id(3), at(1)), contact(id(4), at(1)))).toBe(false)
  expect(alike(contact(id(3), at(1)), contact(id(3), at(2)))).toBe(false)
})

// Whether two things say the same, told without putting either into words: a model is compared
// whole after every command, and nearly always there is nothing to report. Bytes are compared by
// value, plain objects and contacts field by field, and a field that is undefined is none.

import { expect } from 'vitest'

/** As `expect(seen).toEqual(expected)`, which is asked only where there is something to show. */
export function same(seen: unknown, expected: unknown): void {
  if (!alike(seen, expected)) expect(seen).toEqual(expected)
}

/** @returns false as well for what it can't look into: maps, sets, whatever hides what it is */
export function alike(a: unknown, b: unknown): boolean {
  if (a === b || Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (a instanceof Uint8Array) return b instanceof Uint8Array && sameBytes(a, b)
  if (Array.isArray(a)) return Array.isArray(b) && sameLists(a, b)
  return isOpen(a) && isOpen(b) && sameFields(a as Fields, b as Fields)
}

function isOpen(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype || 'compact' in value
}

type Fields = Readonly<Record<string, unknown>>

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false
  return true
}

function sameLists(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((one, at) => alike(one, b[at]))
}

/** Own fields: of a contact its id and its endpoint, from which it makes all others. */
function sameFields(a: Fields, b: Fields): boolean {
  for (const name in a) if (!alike(a[name], b[name])) return false
  for (const name in b) if (b[name] !== undefined && a[name] === undefined) return false
  return true
}

// Whether two values are equal, without formatting them: a model is compared completely after every
// command, and nearly always there is no difference to show. Bytes are compared by value, plain
// objects and contacts field by field. A field that is undefined counts as absent.

import { expect } from 'vitest'

/** As `expect(seen).toEqual(expected)`, which runs only when there is a difference to show. */
export function same(seen: unknown, expected: unknown): void {
  if (!alike(seen, expected)) expect(seen).toEqual(expected)
}

/** @returns false also for values that it can't look into: maps, sets and the like */
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

/** Own fields; of a contact its compact key, which determines all others. */
function sameFields(a: Fields, b: Fields): boolean {
  for (const name in a) if (!alike(a[name], b[name])) return false
  for (const name in b) if (b[name] !== undefined && a[name] === undefined) return false
  return true
}

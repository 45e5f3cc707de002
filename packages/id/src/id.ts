// What an id is: 1 to 64 bytes, most significant first, branded so that no unchecked bytes pass.
// The gates here copy, so an id made from bytes never changes when those bytes do. Nobody writes
// to an id; the brand cannot forbid it, the house rule does.
// This file knows neither where ids come from (random.ts, content-id.ts) nor how far they are
// apart (distance.ts). Widths in use: 20 bytes (Mainline) and 32 bytes.

import { IdFormatError, IdLengthError } from './errors.ts'
import { showValue } from './show-value.ts'

declare const idBrand: unique symbol

/** A position in the id space: 1 to 64 bytes, most significant first. Never written to. */
export type Id = Uint8Array & { readonly [idBrand]: true }

/** Anything that has a position in the id space. */
export interface Identified {
  readonly id: Id
}

/** Widest id, in bytes. Ours: as wide as the longest digest in common use (SHA-512). */
const MAX_ID_LENGTH = 64

/**
 * Makes an id of a copy of `bytes`.
 *
 * @param bytes  - 1 to 64 bytes, most significant first
 * @param length - width that `bytes` must have, in bytes; absent: any
 * @throws {IdLengthError} when the width is another, or outside 1 to 64
 * @throws {IdFormatError} when `bytes` is not a Uint8Array
 */
export function idFromBytes(bytes: Uint8Array, length?: number): Id {
  requireBytes('id', bytes)
  if (length !== undefined) requireWidth(length)
  const expected = length ?? bytes.length
  requireLength({ what: 'id', unit: 'byte', expected, got: bytes.length })
  requireWidth(bytes.length)
  return new Uint8Array(bytes) as Id
}

/**
 * Calls `bytes` an id without copying or checking them.
 *
 * For a decoder that has checked the width and owns the bytes. The id is an alias: whoever writes
 * to the bytes changes the id, and the id keeps their whole buffer alive. Everybody else wants
 * {@link idFromBytes}.
 */
export function idView(bytes: Uint8Array): Id {
  return bytes as Id
}

/** Whether `a` and `b` are the same id. Ids of different widths are never equal. */
export function idsEqual(a: Id, b: Id): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i]) return false
  }
  return true
}

/**
 * A string to use as a key of a `Map` or `Set`: two keys are equal exactly when the ids are.
 *
 * Opaque: one character per byte, not text to print. For that there is {@link idToHex}.
 */
export function idKey(id: Id): string {
  // One call makes one flat string; a string grown byte by byte has to be flattened by the map.
  return Reflect.apply(String.fromCharCode, null, id)
}

/** Whether a value is a Uint8Array, also one of another realm (a worker's, a test runner's). */
export function isBytes(value: unknown): value is Uint8Array {
  // The tag, unlike `instanceof`, knows those too.
  return (value as Uint8Array | undefined)?.[Symbol.toStringTag] === 'Uint8Array'
}

/** Refuses a width outside 1 to 64 bytes. */
export function requireWidth(length: number): void {
  if (Number.isInteger(length) && length >= 1 && length <= MAX_ID_LENGTH) return
  const expected = `a width of 1 to ${MAX_ID_LENGTH} bytes`
  throw new IdLengthError({ what: 'id', expected, got: showValue(length) })
}

/** Refuses a length other than the expected one. */
export function requireLength(lengths: {
  readonly what: string
  readonly unit: 'byte' | 'character'
  readonly expected: number
  readonly got: number
}): void {
  const { what, unit, expected, got } = lengths
  if (got !== expected) {
    const units = expected === 1 ? unit : `${unit}s`
    throw new IdLengthError({ what, expected: `${expected} ${units}`, got: String(got) })
  }
}

/** Refuses what is not bytes: an array of numbers would be cut to bytes in silence. */
export function requireBytes(what: string, bytes: unknown): void {
  if (isBytes(bytes)) return
  // Not what the text says: mostly it is the hex of the bytes that are wanted.
  const got = typeof bytes === 'string' ? 'a string' : showValue(bytes)
  throw new IdFormatError({ what, expected: 'a Uint8Array', got })
}

/** Refuses what can't be called to draw random bytes. */
export function requireSource(random: unknown): void {
  if (typeof random === 'function') return
  throw new IdFormatError({ what: 'random', expected: 'a function', got: showValue(random) })
}

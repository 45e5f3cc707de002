// An id: 1 to 64 bytes, most significant first. The type is branded, so that unchecked bytes are
// not taken for an id. Widths in use are 20 bytes (Mainline) and 32 bytes. `idFromBytes` copies, so
// an id doesn't change when the bytes do. No code may write to an id, though the compiler can't
// forbid it. Other files make ids (random.ts, content-id.ts) and compare them (distance.ts).

import { IdFormatError, IdLengthError } from './errors.ts'
import { showValue } from './show-value.ts'

declare const idBrand: unique symbol

/** A position in the id space: 1 to 64 bytes, most significant first. Never write to it. */
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
 * The same bytes as an id, neither copied nor checked.
 *
 * For a decoder that has checked the width and owns the bytes: writing to the bytes changes the id,
 * and the id keeps their whole buffer in memory. Everywhere else use {@link idFromBytes}.
 */
export function idView(bytes: Uint8Array): Id {
  return bytes as Id
}

/** Whether `a` and `b` are the same id. Ids of different widths are never equal. */
export function idsEqual(a: Id, b: Id): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i]) return false
  }
  return true
}

/**
 * A key for a `Map` or `Set`: two keys are equal exactly when the ids are.
 *
 * One character per byte, not for printing; for that use {@link idToHex}.
 */
export function idKey(id: Id): string {
  // One call makes one flat string. A string built byte by byte would have to be flattened later.
  return Reflect.apply(String.fromCharCode, null, id)
}

/** Whether a value is a Uint8Array, also one from another realm (a worker, a test runner). */
export function isBytes(value: unknown): value is Uint8Array {
  // `instanceof` doesn't know arrays from another realm; the tag does.
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

/** Refuses a value that is not a Uint8Array; for example an array of numbers. */
export function requireBytes(what: string, bytes: unknown): void {
  if (isBytes(bytes)) return
  // The text itself is not shown: mostly it is the long hex form of an id.
  const got = typeof bytes === 'string' ? 'a string' : showValue(bytes)
  throw new IdFormatError({ what, expected: 'a Uint8Array', got })
}

/** Refuses a random source that is not a function. */
export function requireSource(random: unknown): void {
  if (typeof random === 'function') return
  throw new IdFormatError({ what: 'random', expected: 'a function', got: showValue(random) })
}

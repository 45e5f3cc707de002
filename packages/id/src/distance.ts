// The XOR metric of the Kademlia paper (§2.1): how far two ids are apart, and which one is nearer.
// Distances are bytes, most significant first, and are compared as bytes. A number keeps only 53
// bits, so it would make different distances equal.
// For every id and distance there is exactly one other id, so two ids at one distance are equal.

import { IdLengthError } from './errors.ts'
import { type Id, requireBytes } from './id.ts'

/**
 * The XOR of two ids, most significant byte first. All zero exactly when the ids are equal.
 *
 * @throws {IdLengthError} when the widths differ
 * @see Kademlia paper, §2.1
 */
export function distance(a: Id, b: Id): Uint8Array {
  requireSameWidth(a, b)
  const xor = new Uint8Array(a.length)
  for (let i = 0; i < xor.length; i++) xor[i] = a[i]! ^ b[i]!
  return xor
}

/**
 * Compares two ids by their distance to `target`. Can be used with `sort`.
 *
 * @returns less than 0 when `a` is nearer, 0 when `a` and `b` are the same id, more than 0 when
 * `b` is nearer
 * @throws {IdLengthError} when the widths differ
 */
export function compareDistance(a: Id, b: Id, target: Id): number {
  requireSameWidth(a, target)
  requireSameWidth(b, target)
  for (let i = 0; i < target.length; i++) {
    const towards = target[i]!
    const difference = (a[i]! ^ towards) - (b[i]! ^ towards)
    if (difference !== 0) return difference
  }
  return 0
}

/**
 * How many leading bits two ids share: 0 to 8 * width. With 8 * width they are equal.
 *
 * The distance has 8 * width minus this many significant bits.
 *
 * @throws {IdLengthError} when the widths differ
 */
export function commonPrefixLength(a: Id, b: Id): number {
  requireSameWidth(a, b)
  for (let i = 0; i < a.length; i++) {
    const difference = a[i]! ^ b[i]!
    // clz32 counts from bit 31 of a word; the byte sits in its lowest 8 bits.
    if (difference !== 0) return 8 * i + Math.clz32(difference) - 24
  }
  return 8 * a.length
}

/**
 * Refuses an id that is not as wide as `reference`, and a value that is not an id.
 *
 * @throws {IdFormatError} when a value is not a Uint8Array
 * @throws {IdLengthError} when the widths differ
 */
export function requireSameWidth(id: Id, reference: Id): void {
  // A string has a length too, but its characters would count as 0.
  const areBytes = typeof id === 'object' && typeof reference === 'object'
  if (!areBytes || id?.length !== reference?.length) refuseWidth(id, reference)
}

function refuseWidth(id: Id, reference: Id): never {
  requireBytes('id', id)
  requireBytes('reference id', reference)
  const expected = `${reference.length} ${reference.length === 1 ? 'byte' : 'bytes'}`
  throw new IdLengthError({ what: 'id', expected, got: String(id.length) })
}

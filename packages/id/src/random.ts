// Random ids. The source of random bytes is an argument: a cryptographic one in production, a
// seeded one in tests. A source that returns too few bytes is refused, because an id filled up with
// zeros would not be random.

import {
  type Id,
  idFromBytes,
  requireBytes,
  requireLength,
  requireSource,
  requireWidth,
} from './id.ts'

/**
 * Returns `length` fresh random bytes.
 *
 * Cryptographic in production (ids, transaction ids and secrets come from it), seeded in tests.
 */
export type RandomSource = (length: number) => Uint8Array

/**
 * Draws an id uniformly from the whole id space.
 *
 * @param length - width in bytes, 1 to 64
 * @throws {IdLengthError} when the width is outside 1 to 64, or the source returns another number
 * of bytes than requested
 * @throws {IdFormatError} when the source is not a function or does not return a Uint8Array
 */
export function randomId(length: number, random: RandomSource): Id {
  requireWidth(length)
  requireSource(random)
  const bytes = random(length)
  requireBytes('random bytes', bytes)
  requireLength({ what: 'random bytes', unit: 'byte', expected: length, got: bytes.length })
  return idFromBytes(bytes)
}

// Ids drawn by chance, and chance as an argument.
// Nothing here knows a generator: production hands in a cryptographic one, tests a seeded one.
// A source that returns too few bytes is refused, for an id padded with zeros is no random id.

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
 * of bytes than it was asked for
 * @throws {IdFormatError} when the source is no function or returns no bytes
 */
export function randomId(length: number, random: RandomSource): Id {
  requireWidth(length)
  requireSource(random)
  const bytes = random(length)
  requireBytes('random bytes', bytes)
  requireLength({ what: 'random bytes', unit: 'byte', expected: length, got: bytes.length })
  return idFromBytes(bytes)
}

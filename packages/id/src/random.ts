// Random ids. The caller passes the source of random bytes: a cryptographic one in production, a
// seeded one in tests. A source that returns too few bytes is refused: the missing bytes of the id
// would be zeros, and the id would not be random.

import {
  type Id,
  idFromBytes,
  requireBytes,
  requireLength,
  requireSource,
  requireWidth,
} from './id.ts'

/**
 * Returns `length` new random bytes.
 *
 * In production the source must be cryptographic: node ids, transaction ids and secrets are made
 * from its bytes. In tests it is seeded.
 */
export type RandomSource = (length: number) => Uint8Array

/**
 * Draws an id uniformly from the whole id space.
 *
 * @param length - width in bytes, 1 to 64
 * @throws {IdLengthError} when the width is outside 1 to 64, or the source does not return
 * `length` bytes
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

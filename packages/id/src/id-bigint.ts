// Ids as whole numbers, most significant byte first, for arithmetic, models and tests. A number
// that is too large for the width is refused.

import { IdFormatError } from './errors.ts'
import { type Id, requireWidth } from './id.ts'
import { idFromHex, idToHex } from './id-hex.ts'
import { showValue } from './show-value.ts'

/**
 * Makes the id of a given width whose value is `value`.
 *
 * @param value  - 0 to 2^(8 * length) - 1
 * @param length - width in bytes, 1 to 64
 * @throws {IdLengthError} when the width is outside 1 to 64
 * @throws {IdFormatError} when `value` is negative, too large, or not a bigint
 */
export function idFromBigInt(value: bigint, length: number): Id {
  requireWidth(length)
  if (typeof value !== 'bigint' || value < 0n) throw outOfRange(length, value)
  const digits = value.toString(16)
  if (digits.length > 2 * length) throw outOfRange(length, value)
  return idFromHex(digits.padStart(2 * length, '0'))
}

/** The value of an id, 0 to 2^(8 * width) - 1. */
export function idToBigInt(id: Id): bigint {
  return BigInt(`0x${idToHex(id)}`)
}

function outOfRange(length: number, value: unknown): IdFormatError {
  return new IdFormatError({
    what: 'id value',
    expected: `a bigint of 0 to 2^${8 * length} - 1`,
    got: showValue(value),
  })
}

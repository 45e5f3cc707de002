// Ids as hexadecimal text, for people, logs and files. Reads either case and writes lower case.
// Strict: an odd number of digits and any other character are refused, because a wrong id looks
// like a right one.

import { IdFormatError } from './errors.ts'
import { type Id, idView, requireBytes, requireLength, requireWidth } from './id.ts'
import { showValue } from './show-value.ts'

const NOT_A_DIGIT = -1

/** The two digits of every byte. Looking them up is five times as fast as formatting them. */
const PAIRS: readonly string[] = /* @__PURE__ */ Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0'),
)

/**
 * Reads an id from hexadecimal digits of either case, two per byte, without prefix or spaces.
 *
 * @param hex    - 2 to 128 digits
 * @param length - width the id must have, in bytes; absent: any
 * @throws {IdLengthError} when the number of digits is odd, or not that of the width, or the
 * width is outside 1 to 64
 * @throws {IdFormatError} when a character is not a hexadecimal digit
 */
export function idFromHex(hex: string, length?: number): Id {
  if (typeof hex !== 'string') {
    throw new IdFormatError({ what: 'hex id', expected: 'a string', got: showValue(hex) })
  }
  const width = length ?? Math.ceil(hex.length / 2)
  requireWidth(width)
  requireLength({ what: 'hex id', unit: 'character', expected: 2 * width, got: hex.length })
  const bytes = new Uint8Array(width)
  for (let i = 0; i < width; i++) bytes[i] = (digitAt(hex, 2 * i) << 4) | digitAt(hex, 2 * i + 1)
  return idView(bytes)
}

/**
 * Writes an id as lower case hexadecimal digits, two per byte.
 *
 * @throws {IdFormatError} when `id` is not a Uint8Array
 */
export function idToHex(id: Id): string {
  requireBytes('id', id)
  let hex = ''
  for (const byte of id) hex += PAIRS[byte]!
  return hex
}

function digitAt(hex: string, index: number): number {
  const digit = digitOf(hex.charCodeAt(index))
  if (digit !== NOT_A_DIGIT) return digit
  const expected = `a hexadecimal digit at ${index}`
  throw new IdFormatError({ what: 'hex id', expected, got: showValue(hex[index]) })
}

function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const lower = code | 0x20
  if (lower >= 0x61 && lower <= 0x66) return lower - 0x61 + 10
  return NOT_A_DIGIT
}

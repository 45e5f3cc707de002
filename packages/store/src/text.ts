// Text as bytes for a hash: a count, then that many 16-bit code units, low byte first.
//
// Two different texts never give the same bytes, and neither do two different sequences of texts,
// whatever characters they hold; a separator or a plain concatenation could not promise that.

import { StoreArgumentError } from './errors.ts'

/** Most code units of a text. Ours: an IPv6 address with a zone and a port has at most 80. */
export const MAX_TEXT = 128

/** Most bytes that one text takes. */
export const MAX_TEXT_BYTES: number = 1 + 2 * MAX_TEXT

/**
 * Writes `text` to `into` from `at` on, which must have `MAX_TEXT_BYTES` free.
 *
 * @returns the position after it
 * @throws {StoreArgumentError} when the text is longer than `MAX_TEXT`; `name` says which it was
 */
export function writeText(name: string, text: string, into: Uint8Array, at: number): number {
  if (text.length > MAX_TEXT) {
    throw new StoreArgumentError(name, `at most ${MAX_TEXT} characters`, String(text.length))
  }
  into[at] = text.length
  let end = at + 1
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i)
    into[end] = unit & 0xff
    into[end + 1] = unit >>> 8
    end += 2
  }
  return end
}

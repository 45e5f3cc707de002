// Text as bytes for a hash: the number of characters, then the characters.
// Two different texts never give the same bytes, and neither do two different sequences of texts. A
// separator or a plain concatenation could not guarantee that.
// An ASCII character takes one byte, because the cost of the hash grows with the bytes, and
// addresses and names of networks are ASCII.

import { StoreArgumentError } from './errors.ts'

/** Most characters (UTF-16 code units) of a text. Ours: IPv6, zone and port stay below 80. */
export const MAX_TEXT = 128

/** Most bytes that one text takes. */
export const MAX_TEXT_BYTES: number = 1 + 3 * MAX_TEXT

/** Stands before the two bytes of a code unit above ASCII. It is not ASCII itself. */
const ESCAPE = 0x80

/**
 * Refuses a text that `writeText` has no room for.
 *
 * @throws {StoreArgumentError} when it is longer than `MAX_TEXT`; `name` says which it was
 */
export function requireText(name: string, text: string): void {
  if (typeof text === 'string' && text.length <= MAX_TEXT) return
  throw new StoreArgumentError(name, `a text of at most ${MAX_TEXT} characters`, text)
}

/**
 * Writes `text`, which `requireText` has passed, to `into` from `at` on, where `MAX_TEXT_BYTES`
 * are free.
 *
 * @returns the position after it
 */
export function writeText(text: string, into: Uint8Array, at: number): number {
  into[at] = text.length
  let end = at + 1
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i)
    if (unit < ESCAPE) {
      into[end++] = unit
    } else {
      into[end++] = ESCAPE
      into[end++] = unit & 0xff
      into[end++] = unit >>> 8
    }
  }
  return end
}

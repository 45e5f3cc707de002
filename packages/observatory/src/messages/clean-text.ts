// What other nodes wrote may contain control characters, which a terminal would obey and a page
// would hide, and it may be long.

import { MAX_TEXT } from '../protocol.ts'

/** Control and format characters (Unicode Cc, Cf), surrogates, line and paragraph separators. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu

/** The text on one line, `MAX_TEXT` characters at most, with `\u{1b}` for what can't be printed. */
export function cleanText(text: string): string {
  const escaped = text.slice(0, MAX_TEXT).replace(UNPRINTABLE, escapeOf)
  return escaped.length <= MAX_TEXT ? escaped : `${escaped.slice(0, MAX_TEXT - 1)}…`
}

function escapeOf(character: string): string {
  return `\\u{${(character.codePointAt(0) as number).toString(16)}}`
}

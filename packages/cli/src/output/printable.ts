// What other nodes wrote may contain control characters, which a terminal would obey.

/** Control and format characters (Unicode Cc, Cf), and line and paragraph separators. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu

/** The text on one line, with escapes as in JSON, such as `\u001b`, for what can't be printed. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    return character.split('').map(escaped).join('')
  })
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

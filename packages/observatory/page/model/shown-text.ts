// Text of peers and of opened files, made safe to read: control and format characters are shown as
// escapes, so that none can hide or turn around what stands beside it, and long text is cut.

/** Control and format characters (Unicode Cc, Cf), and line and paragraph separators. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu

const DEFAULT_LENGTH = 300

/** The text on one line. @param length - most characters, before the escapes are written */
export function shownText(text: string, length: number = DEFAULT_LENGTH): string {
  const kept = text.length > length ? `${text.slice(0, length)}…` : text
  return kept.replace(UNPRINTABLE, (character) => {
    const code = character.codePointAt(0) as number
    return `\\u${code.toString(16).padStart(4, '0')}`
  })
}

// The body of an error message, `e`: where its code and its text lie.
// BEP 5 defines a list of code and text. Peers also send a list with only one of them, a plain
// string, or a dictionary. The first integer is the code, the first string is the text.

import { firstSpan, type Scanner } from '../bencode/scanner.ts'
import { ABSENT, type Span } from '../bencode/span.ts'

export interface ErrorSpans {
  readonly code: number | undefined
  readonly text: Span
}

/** Reads the next value, of any type. */
export function readErrorSpans(scanner: Scanner): ErrorSpans {
  if (!scanner.enterList()) return { code: undefined, text: scanner.readSpan() }
  let code: number | undefined
  let text = ABSENT
  while (scanner.more()) {
    if (scanner.isString()) text = firstSpan(text, scanner)
    else if (scanner.readInteger()) code ??= scanner.integer
  }
  return { code, text }
}

// The body of an error message, `e`: where its code and its text lie.
// BEP 5 says a list of code and text. In the field it is also a list of one of them, a plain
// string, or a dictionary; the first integer is taken for the code, the first string for the text.

import { firstSpan, type Scanner } from '../bencode/scanner.ts'
import { ABSENT, type Span } from '../bencode/span.ts'

export interface ErrorSpans {
  readonly code: number | undefined
  readonly text: Span
}

/** Notes the error in the value that comes next, whatever it is. */
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

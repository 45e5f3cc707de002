// The arguments of a query, `a`: where they lie. Which of them a method needs is the business of
// methods/.

import { firstFlag, firstSpan, type Scanner } from '../bencode/scanner.ts'
import { ABSENT, type Span, spanOf, spells } from '../bencode/span.ts'
import type { Want } from '../message/envelope.ts'

/** Where the arguments lie. All absent when `a` is no dictionary. */
export class ArgumentSpans {
  id: Span = ABSENT
  infoHash: Span = ABSENT
  target: Span = ABSENT
  token: Span = ABSENT
  /** `undefined`: absent; NaN: no integer. */
  port: number | undefined = undefined
  /** Any integer but 0 means yes: clients disagree on which to send. */
  impliedPort: boolean | undefined = undefined
  want: Want | undefined = undefined
}

/** Notes the arguments in the value that comes next, whatever it is. */
export function readArguments(scanner: Scanner, bytes: Uint8Array): ArgumentSpans {
  const spans = new ArgumentSpans()
  if (!scanner.enterDictionary()) scanner.skip()
  else while (scanner.more()) if (scanner.readString()) noteArgument(scanner, bytes, spans)
  return spans
}

function noteArgument(scanner: Scanner, bytes: Uint8Array, spans: ArgumentSpans): void {
  const key = spanOf(scanner.start, scanner.end)
  if (spells(bytes, key, 'id')) spans.id = firstSpan(spans.id, scanner)
  else if (spells(bytes, key, 'target')) spans.target = firstSpan(spans.target, scanner)
  else if (spells(bytes, key, 'info_hash')) spans.infoHash = firstSpan(spans.infoHash, scanner)
  else if (spells(bytes, key, 'token')) spans.token = firstSpan(spans.token, scanner)
  else if (spells(bytes, key, 'port')) spans.port = firstPort(spans.port, scanner)
  else if (spells(bytes, key, 'implied_port'))
    spans.impliedPort = firstFlag(spans.impliedPort, scanner)
  else if (spells(bytes, key, 'want')) spans.want = firstWant(spans.want, scanner, bytes)
  else scanner.skip()
}

function firstPort(seen: number | undefined, scanner: Scanner): number {
  const port = scanner.readInteger() ? scanner.integer : Number.NaN
  return seen ?? port
}

/** Reads `want`, a list of family names; others in it are passed over, BEP 32. */
function firstWant(seen: Want | undefined, scanner: Scanner, bytes: Uint8Array): Want | undefined {
  if (!scanner.enterList()) {
    scanner.skip()
    return seen
  }
  let n4 = false
  let n6 = false
  while (scanner.more()) {
    const family = scanner.readSpan()
    if (spells(bytes, family, 'n4')) n4 = true
    else if (spells(bytes, family, 'n6')) n6 = true
  }
  return seen ?? { n4, n6 }
}

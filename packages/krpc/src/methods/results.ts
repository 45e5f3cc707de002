// The results of a response, `r`: where they lie.
// Peers are collected here at once, because a list of them cannot be noted in one span.

import { COMPACT_V4, COMPACT_V6 } from '../address/compact.ts'
import { firstSpan, type Scanner } from '../bencode/scanner.ts'
import { ABSENT, lengthOf, type Span, spanOf, spells, viewOf } from '../bencode/span.ts'

/** Where the results lie. All absent when `r` is no dictionary. */
export class ResultSpans {
  id: Span = ABSENT
  nodes: Span = ABSENT
  nodes6: Span = ABSENT
  token: Span = ABSENT
  values: Uint8Array[] | undefined = undefined
}

/** Notes the results in the value that comes next, whatever it is. */
export function readResults(scanner: Scanner, bytes: Uint8Array): ResultSpans {
  const spans = new ResultSpans()
  if (!scanner.enterDictionary()) scanner.skip()
  else while (scanner.more()) if (scanner.readString()) noteResult(scanner, bytes, spans)
  return spans
}

function noteResult(scanner: Scanner, bytes: Uint8Array, spans: ResultSpans): void {
  const key = spanOf(scanner.start, scanner.end)
  if (spells(bytes, key, 'id')) spans.id = firstSpan(spans.id, scanner)
  else if (spells(bytes, key, 'nodes')) spans.nodes = firstSpan(spans.nodes, scanner)
  else if (spells(bytes, key, 'nodes6')) spans.nodes6 = firstSpan(spans.nodes6, scanner)
  else if (spells(bytes, key, 'token')) spans.token = firstSpan(spans.token, scanner)
  else if (spells(bytes, key, 'values')) noteValues(scanner, bytes, spans)
  else scanner.skip()
}

function noteValues(scanner: Scanner, bytes: Uint8Array, spans: ResultSpans): void {
  const values = scanner.enterList() ? readList(scanner, bytes) : readPacked(scanner, bytes)
  spans.values ??= values
}

/** Elements that are no compact peer are passed over, one by one, BEP 32. */
function readList(scanner: Scanner, bytes: Uint8Array): Uint8Array[] {
  const values: Uint8Array[] = []
  let elements = 0
  let last = ABSENT
  while (scanner.more()) {
    last = scanner.readSpan()
    elements++
    const length = lengthOf(last)
    if (length === COMPACT_V4 || length === COMPACT_V6) values.push(viewOf(bytes, last))
  }
  return elements === 1 && values.length === 0 ? unpack(bytes, last) : values
}

function readPacked(scanner: Scanner, bytes: Uint8Array): Uint8Array[] {
  return unpack(bytes, scanner.readSpan())
}

/**
 * Old clients send all IPv4 peers in one string, alone or as the only element of the list. A string
 * of 18 bytes in a list is one IPv6 peer.
 */
function unpack(bytes: Uint8Array, span: Span): Uint8Array[] {
  const length = lengthOf(span)
  if (length <= 0 || length % COMPACT_V4 !== 0) return []
  const packed = viewOf(bytes, span)
  const values: Uint8Array[] = []
  for (let at = 0; at < length; at += COMPACT_V4) values.push(packed.subarray(at, at + COMPACT_V4))
  return values
}

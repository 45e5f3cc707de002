// Peers in compact form, 6 bytes (IPv4) or 18 bytes (IPv6) each. BEP 5, BEP 32.

import { COMPACT_V4, COMPACT_V6 } from '../address/compact.ts'
import type { Scanner } from '../bencode/scanner.ts'
import { stringSize } from '../bencode/size-counter.ts'
import { ABSENT, lengthOf, type Span, viewOf } from '../bencode/span.ts'
import { checkBytes, defineField, encodedKey, type Field, refuse } from './field.ts'

const KEY = 'values'
const WRITTEN = encodedKey(KEY)

export const valuesField: Field<readonly Uint8Array[]> = defineField({
  key: KEY,
  read(dictionary) {
    if (!dictionary.has(KEY)) return undefined
    const list = dictionary.list(KEY)
    if (list !== undefined) return readList(list, dictionary.datagram)
    return unpack(dictionary.datagram, dictionary.string(KEY))
  },
  check(values) {
    for (const value of values) {
      checkBytes('value', value)
      const isPeer = value.length === COMPACT_V4 || value.length === COMPACT_V6
      if (!isPeer) refuse('value', '6 or 18 bytes', value.length)
    }
  },
  write(output, values) {
    output.bytes(WRITTEN)
    output.raw('l')
    for (let i = 0; i < values.length; i++) output.string(values[i]!)
    output.raw('e')
  },
  cut: {
    rank: () => 1,
    shorten: shortenValues,
    first: (values) => values.slice(0, 1),
  },
})

function shortenValues(values: readonly Uint8Array[], excess: number): readonly Uint8Array[] {
  let count = values.length
  for (let saved = 0; saved < excess && count > 0; ) saved += stringSize(values[--count]!.length)
  return values.slice(0, count)
}

/** Elements that are no compact peer are skipped, BEP 32. */
function readList(list: Scanner, bytes: Uint8Array): Uint8Array[] {
  const values: Uint8Array[] = []
  let elements = 0
  let last = ABSENT
  while (list.more()) {
    last = list.readSpan()
    elements++
    const length = lengthOf(last)
    if (length === COMPACT_V4 || length === COMPACT_V6) values.push(viewOf(bytes, last))
  }
  return elements === 1 && values.length === 0 ? unpack(bytes, last) : values
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

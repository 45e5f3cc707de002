// Where some bytes lie in a datagram, as one small integer, so that noting it allocates nothing.
// Start and length are below 2048 because a datagram has at most 1500 bytes.

/** Start · 2048 + length, or one of the two negative marks. */
export type Span = number

/** The key has not been seen. */
export const ABSENT: Span = -1
/** The key is there with a value of another type. A later duplicate does not count. */
export const ILL_TYPED: Span = -2

const LENGTH_BITS = 11
const LENGTH_MASK = (1 << LENGTH_BITS) - 1

export function spanOf(start: number, end: number): Span {
  return (start << LENGTH_BITS) | (end - start)
}

/** Whether this is a span and no mark. */
export function isString(span: Span): boolean {
  return span >= 0
}

/** Where the bytes begin. */
export function startOf(span: Span): number {
  return span >> LENGTH_BITS
}

/** Where the bytes end. */
export function endOf(span: Span): number {
  return (span >> LENGTH_BITS) + (span & LENGTH_MASK)
}

/** Bytes of the string; negative for a mark. */
export function lengthOf(span: Span): number {
  return span < 0 ? span : span & LENGTH_MASK
}

/** The string as a view of the datagram. */
export function viewOf(bytes: Uint8Array, span: Span): Uint8Array {
  const start = span >> LENGTH_BITS
  return bytes.subarray(start, start + (span & LENGTH_MASK))
}

/** Whether the string is exactly the ASCII text `wanted`. */
export function spells(bytes: Uint8Array, span: Span, wanted: string): boolean {
  if (lengthOf(span) !== wanted.length) return false
  const start = span >> LENGTH_BITS
  for (let i = 0; i < wanted.length; i++) {
    if (bytes[start + i] !== wanted.charCodeAt(i)) return false
  }
  return true
}

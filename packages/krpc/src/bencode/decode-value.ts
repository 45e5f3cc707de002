// Decodes any bencoded value. Stricter than the message decoder: the bytes must be exactly one
// canonical value, so that encoding the value gives the same bytes. Depth and size are bounded, and
// invalid bytes give a value of the kind `refused`, not an error.

import { COLON, DICTIONARY, END, INTEGER, LIST, MINUS, ZERO } from './bytes.ts'
import { type BencodeLimits, type BencodeValue, DEFAULT_LIMITS } from './value.ts'

/**
 * Why bytes are refused: `size`, `depth`, `items` (a limit), `grammar` (not bencode, or cut short),
 * `order` (keys unsorted or repeated), `integer` (leading zero, "-0", or outside 64 bits with a
 * sign), `length` (leading zero), `trailing` (more than one value).
 */
export type BencodeRefusal =
  | 'size'
  | 'depth'
  | 'items'
  | 'grammar'
  | 'order'
  | 'integer'
  | 'length'
  | 'trailing'

/** The first error in the bytes. */
export interface Refused {
  readonly kind: 'refused'
  readonly reason: BencodeRefusal
  /** The position in the bytes. */
  readonly at: number
}

/** The value, or the first error in the bytes. */
export type DecodedValue = { readonly kind: 'value'; readonly value: BencodeValue } | Refused

/** Digits of 2^63: no integer of 64 bits with a sign has more. */
const MAX_DIGITS = 19

/**
 * Reads exactly one canonical value within limits.
 *
 * @returns a value whose byte strings are views of `bytes`; nothing throws, whatever the bytes
 * @see BEP 3, "bencoding"
 */
export function decodeValue(bytes: Uint8Array, limits: BencodeLimits = {}): DecodedValue {
  const reader = new ValueReader(bytes, { ...DEFAULT_LIMITS, ...limits })
  const value = reader.readAll()
  return value === undefined ? reader.refused : { kind: 'value', value }
}

/** Stops at the first error. */
class ValueReader {
  readonly #bytes: Uint8Array
  readonly #limits: Required<BencodeLimits>
  #items = 0
  #depth = 0
  #at = 0
  #refused: Refused | undefined

  constructor(bytes: Uint8Array, limits: Required<BencodeLimits>) {
    this.#bytes = bytes
    this.#limits = limits
  }

  /** The first error, after a method has returned undefined. */
  get refused(): Refused {
    return this.#refused!
  }

  /** Reads the value, which must end with the bytes. */
  readAll(): BencodeValue | undefined {
    if (this.#bytes.length > this.#limits.maxBytes) return this.#refuse('size')
    const value = this.#value()
    if (value === undefined || this.#at === this.#bytes.length) return value
    return this.#refuse('trailing')
  }

  #value(): BencodeValue | undefined {
    if (++this.#items > this.#limits.maxItems) return this.#refuse('items')
    switch (this.#bytes[this.#at]) {
      case INTEGER:
        return this.#integer()
      case LIST:
        return this.#list()
      case DICTIONARY:
        return this.#dictionary()
      default:
        return this.#string()
    }
  }

  #list(): BencodeValue[] | undefined {
    const values: BencodeValue[] = []
    const isComplete = this.#entries(() => {
      const value = this.#value()
      if (value !== undefined) values.push(value)
      return value !== undefined
    })
    return isComplete ? values : undefined
  }

  #dictionary(): Map<string, BencodeValue> | undefined {
    const entries = new Map<string, BencodeValue>()
    let last: string | undefined
    const isComplete = this.#entries(() => {
      const start = this.#at
      if (++this.#items > this.#limits.maxItems) return this.#refuse('items') !== undefined
      const bytes = this.#string()
      if (bytes === undefined) return false
      const key = textOf(bytes)
      // One character is one byte, so the order of characters is the order of bytes.
      if (last !== undefined && last >= key) return this.#refuse('order', start) !== undefined
      last = key
      const value = this.#value()
      if (value !== undefined) entries.set(key, value)
      return value !== undefined
    })
    return isComplete ? entries : undefined
  }

  /** Reads entries until the container ends. @param entry - returns false after an error */
  #entries(entry: () => boolean): boolean {
    if (++this.#depth > this.#limits.maxDepth) return this.#refuse('depth') !== undefined
    this.#at++
    while (this.#at < this.#bytes.length && this.#bytes[this.#at] !== END) {
      if (!entry()) return false
    }
    this.#depth--
    return this.#expect(END)
  }

  #integer(): bigint | undefined {
    const start = this.#at++
    const isNegative = this.#bytes[this.#at] === MINUS
    if (isNegative) this.#at++
    const digits = this.#digits()
    if (digits.length === 0) return this.#refuse('grammar')
    const hasLeadingZero = digits[0] === ZERO && (isNegative || digits.length > 1)
    if (hasLeadingZero || digits.length > MAX_DIGITS) return this.#refuse('integer', start)
    const size = BigInt(textOf(digits))
    const value = isNegative ? -size : size
    if (BigInt.asIntN(64, value) !== value) return this.#refuse('integer', start)
    return this.#expect(END) ? value : undefined
  }

  #string(): Uint8Array | undefined {
    const first = this.#at
    const digits = this.#digits()
    if (digits.length === 0 || !this.#expect(COLON)) return this.#refuse('grammar')
    if (digits[0] === ZERO && digits.length > 1) return this.#refuse('length', first)
    const start = this.#at
    // A number of 19 digits is rounded, but is larger than any array in any case.
    const length = Number(textOf(digits.subarray(0, MAX_DIGITS)))
    if (length > this.#bytes.length - start) return this.#refuse('grammar', first)
    this.#at = start + length
    return this.#bytes.subarray(start, this.#at)
  }

  /** The digits from here on, perhaps none. */
  #digits(): Uint8Array {
    const first = this.#at
    while (isDigit(this.#bytes[this.#at])) this.#at++
    return this.#bytes.subarray(first, this.#at)
  }

  #expect(byte: number): boolean {
    if (this.#bytes[this.#at] !== byte) return this.#refuse('grammar') !== undefined
    this.#at++
    return true
  }

  /** Keeps the first error. */
  #refuse(reason: BencodeRefusal, at = this.#at): undefined {
    this.#refused ??= { kind: 'refused', reason, at }
    return undefined
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= ZERO + 9
}

/** One character for each byte. Not `fromCharCode(...bytes)`: a long string has too many. */
function textOf(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}

// Checks bytes before a bencode library reads them: are they exactly one canonical value that the
// library returns unchanged? It is strict where the message decoder is lenient, because such values
// are hashed, signed or stored. It builds no values, and its recursion is bounded.

import { MAX_DATAGRAM, MAX_DEPTH, MAX_ITEMS } from '../message/limits.ts'
import { COLON, DICTIONARY, END, INTEGER, LIST, MINUS, ZERO } from './bytes.ts'

/** Limits of a value. */
export interface BencodeLimits {
  /** Bytes in all; default 1500, a datagram. */
  readonly maxBytes?: number
  /** Containers open at once; default 10. */
  readonly maxDepth?: number
  /** Strings (keys included), integers, lists and dictionaries together; default 500. */
  readonly maxItems?: number
}

/**
 * Why bytes are refused: `size`, `depth`, `items` (a limit), `grammar` (not bencode, or cut short),
 * `order` (keys unsorted or double), `key` (not ASCII, or `__proto__`, which a library may lose),
 * `integer` (leading zero, "-0", or outside ±(2^53 - 1)), `length` (leading zero), `trailing` (more
 * than one value).
 */
export type BencodeRefusal =
  | 'size'
  | 'depth'
  | 'items'
  | 'grammar'
  | 'order'
  | 'key'
  | 'integer'
  | 'length'
  | 'trailing'

/** The verdict, and for refused bytes the reason and the position. */
export type BencodeCheck =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly reason: BencodeRefusal; readonly at: number }

const BENCODE_LIMITS: Required<BencodeLimits> = {
  maxBytes: MAX_DATAGRAM,
  maxDepth: MAX_DEPTH,
  maxItems: MAX_ITEMS,
}

/**
 * Checks that bytes are exactly one canonical bencoded value within limits, before a library that
 * trusts its input reads them.
 *
 * @returns a value; nothing throws, whatever the bytes
 */
export function checkBencode(bytes: Uint8Array, limits: BencodeLimits = {}): BencodeCheck {
  const checker = new Checker(bytes, { ...BENCODE_LIMITS, ...limits })
  checker.whole()
  const { refusal: reason, at } = checker
  return reason === undefined ? { kind: 'accepted' } : { kind: 'refused', reason, at }
}

class Checker {
  readonly #bytes: Uint8Array
  readonly #limits: Required<BencodeLimits>
  #items = 0
  #depth = 0
  at = 0
  refusal: BencodeRefusal | undefined

  constructor(bytes: Uint8Array, limits: Required<BencodeLimits>) {
    this.#bytes = bytes
    this.#limits = limits
  }

  whole(): boolean {
    if (this.#bytes.length > this.#limits.maxBytes) return this.#refuse('size')
    return this.#value() && (this.at === this.#bytes.length || this.#refuse('trailing'))
  }

  #value(): boolean {
    if (++this.#items > this.#limits.maxItems) return this.#refuse('items')
    switch (this.#bytes[this.at]) {
      case INTEGER:
        return this.#integer()
      case LIST:
        return this.#container(() => this.#value())
      case DICTIONARY:
        return this.#dictionary()
      default:
        return this.#string() !== undefined
    }
  }

  #dictionary(): boolean {
    let last: Uint8Array | undefined
    return this.#container(() => {
      const start = this.at
      if (++this.#items > this.#limits.maxItems) return this.#refuse('items')
      const key = this.#string()
      if (key === undefined) return false
      if (last !== undefined && compare(last, key) >= 0) return this.#refuse('order', start)
      if (!isPlainKey(key)) return this.#refuse('key', start)
      last = key
      return this.#value()
    })
  }

  #container(entry: () => boolean): boolean {
    if (++this.#depth > this.#limits.maxDepth) return this.#refuse('depth')
    this.at++
    while (this.at < this.#bytes.length && this.#bytes[this.at] !== END) {
      if (!entry()) return false
    }
    this.#depth--
    return this.#expect(END)
  }

  #integer(): boolean {
    const start = this.at++
    const isNegative = this.#bytes[this.at] === MINUS
    if (isNegative) this.at++
    const first = this.at
    const value = this.#digits()
    if (this.at === first) return this.#refuse('grammar')
    const hasLeadingZero = this.#bytes[first] === ZERO && (isNegative || this.at - first > 1)
    if (hasLeadingZero || !Number.isSafeInteger(value)) {
      return this.#refuse('integer', start)
    }
    return this.#expect(END)
  }

  #string(): Uint8Array | undefined {
    const first = this.at
    const length = this.#digits()
    if (this.at === first || !this.#expect(COLON)) {
      this.#refuse('grammar')
      return undefined
    }
    if (this.#bytes[first] === ZERO && this.at - first > 2) {
      this.#refuse('length', first)
      return undefined
    }
    const start = this.at
    if (length > this.#bytes.length - start) {
      this.#refuse('grammar', first)
      return undefined
    }
    this.at = start + length
    return this.#bytes.subarray(start, this.at)
  }

  #digits(): number {
    let value = 0
    for (; this.at < this.#bytes.length; this.at++) {
      const digit = this.#bytes[this.at]! - ZERO
      if (digit < 0 || digit > 9) break
      value = value * 10 + digit
    }
    return value
  }

  #expect(byte: number): boolean {
    if (this.#bytes[this.at] !== byte) return this.#refuse('grammar')
    this.at++
    return true
  }

  #refuse(reason: BencodeRefusal, at = this.at): false {
    this.refusal = reason
    this.at = at
    return false
  }
}

/** The order of keys in bencode: by bytes, shorter before longer. */
function compare(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i++) {
    if (a[i] !== b[i]) return a[i]! - b[i]!
  }
  return a.length - b.length
}

/** Some libraries change keys outside ASCII or lose the key `__proto__`. */
function isPlainKey(key: Uint8Array): boolean {
  if (key.some((byte) => byte > 0x7e)) return false
  return key.length !== 9 || String.fromCharCode(...key) !== '__proto__'
}

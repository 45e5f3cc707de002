// Reads bencode in one pass: which value comes next, where it lies, whether it is well-formed. It
// builds no values. The scanner never leaves the bytes, never recurses deeper than MAX_DEPTH and
// never reads more than MAX_ITEMS. The first error moves it to the end and sets `failed`, so its
// callers need not check after each step.
//
// It accepts what peers get wrong when the meaning is plain: leading zeros, "-0", keys in any
// order.

import { MAX_DEPTH, MAX_ITEMS } from '../message/limits.ts'
import { COLON, DICTIONARY, END, INTEGER, LIST, MINUS, ZERO } from './bytes.ts'
import { ABSENT, ILL_TYPED, type Span, spanOf } from './span.ts'

/** Digits of 2^63 - 1: an integer must fit 64 bits. */
const MAX_INT64 = 9_223_372_036_854_775_807n
const MAX_INT64_DIGITS = 19

export class Scanner {
  readonly #bytes: Uint8Array
  #at = 0
  #depth = 0
  #items = 0
  failed = false
  /** The integer read last. Rounded above 2^53, which no message needs. */
  integer = 0
  /** The bytes of the string read last. */
  start = 0
  end = 0

  /** @param at - where the first value begins */
  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes
    this.#at = at
  }

  /** Where the next value or key begins. */
  get at(): number {
    return this.#at
  }

  /** Enters the next value when it is a dictionary. Returns whether it is. */
  enterDictionary(): boolean {
    return this.#enter(DICTIONARY)
  }

  /** Enters the next value when it is a list. Returns whether it is. */
  enterList(): boolean {
    return this.#enter(LIST)
  }

  /** Whether the container has another entry. Leaves the container when it has none. */
  more(): boolean {
    if (this.#at >= this.#bytes.length) return this.#fail()
    if (this.#bytes[this.#at] !== END) return true
    this.#at++
    this.#depth--
    return false
  }

  /** Whether the next value is a string. */
  isString(): boolean {
    const digit = this.#next() - ZERO
    return digit >= 0 && digit <= 9
  }

  /** Reads a string into `start` and `end`. */
  readString(): boolean {
    const bytes = this.#bytes
    const limit = bytes.length
    const first = this.#at
    let at = first
    let length = 0
    while (at < limit) {
      const digit = bytes[at]! - ZERO
      if (digit < 0 || digit > 9) break
      length = length * 10 + digit
      at++
    }
    if (at === first || bytes[at] !== COLON) return this.#fail()
    this.start = at + 1
    this.end = this.start + length
    this.#at = this.end
    return this.end <= limit ? this.#count() : this.#fail()
  }

  /** Reads one value of any type. Returns its span when it is a string. */
  readSpan(): Span {
    if (this.isString()) return this.readString() ? spanOf(this.start, this.end) : ABSENT
    this.skip()
    return ILL_TYPED
  }

  /** Reads one value of any type. Returns whether it is an integer, which is then in `integer`. */
  readInteger(): boolean {
    if (this.#next() === INTEGER) return this.#integer()
    this.skip()
    return false
  }

  /** Skips one value of any type. */
  skip(): void {
    if (this.isString()) this.readString()
    else if (this.#next() === INTEGER) this.#integer()
    else if (this.enterList()) while (this.more()) this.skip()
    else if (this.enterDictionary()) while (this.more()) this.#skipEntry()
    else this.#fail()
  }

  #skipEntry(): void {
    if (this.readString()) this.skip()
  }

  #enter(type: number): boolean {
    if (this.#next() !== type) return false
    this.#at++
    return ++this.#depth <= MAX_DEPTH ? this.#count() : this.#fail()
  }

  #integer(): boolean {
    const bytes = this.#bytes
    let at = this.#at + 1
    const isNegative = bytes[at] === MINUS
    if (isNegative) at++
    const first = at
    while (at < bytes.length && bytes[at]! >= ZERO && bytes[at]! <= ZERO + 9) at++
    if (at === first || bytes[at] !== END) return this.#fail()
    if (!this.#value(first, at, isNegative)) return this.#fail()
    this.#at = at + 1
    return this.#count()
  }

  /** Takes the digits in [first, end) as the value; false when it does not fit 64 bits. */
  #value(first: number, end: number, isNegative: boolean): boolean {
    let start = first
    while (start < end - 1 && this.#bytes[start] === ZERO) start++
    if (end - start > MAX_INT64_DIGITS) return false
    let value = 0
    for (let at = start; at < end; at++) value = value * 10 + this.#bytes[at]! - ZERO
    if (end - start === MAX_INT64_DIGITS && !this.#fitsInt64(start, end, isNegative)) return false
    // Never -0.
    this.integer = isNegative ? 0 - value : value
    return true
  }

  #fitsInt64(start: number, end: number, isNegative: boolean): boolean {
    const digits = String.fromCharCode(...this.#bytes.subarray(start, end))
    return BigInt(digits) <= MAX_INT64 + (isNegative ? 1n : 0n)
  }

  /** The next byte; -1 at the end. */
  #next(): number {
    return this.#at < this.#bytes.length ? this.#bytes[this.#at]! : -1
  }

  #count(): boolean {
    return ++this.#items <= MAX_ITEMS || this.#fail()
  }

  #fail(): false {
    this.failed = true
    this.#at = this.#bytes.length
    return false
  }
}

/** Reads the value of a key. Returns `seen` when the key was there before. */
export function firstSpan(seen: Span, scanner: Scanner): Span {
  const span = scanner.readSpan()
  return seen === ABSENT ? span : seen
}

/** As {@link firstSpan} for a flag, which any integer but 0 sets. */
export function firstFlag(seen: boolean | undefined, scanner: Scanner): boolean {
  const isSet = scanner.readInteger() && scanner.integer !== 0
  return seen ?? isSet
}

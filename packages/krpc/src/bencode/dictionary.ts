// The entries of one dictionary of a datagram: where each key and each value lies. The entries are
// noted before it is known which keys matter; values are read when they are asked for.
// The first of equal keys counts. Values of another type than the one asked for count as unusable.

import { COLON, INTEGER, ZERO } from './bytes.ts'
import { Scanner } from './scanner.ts'
import {
  ABSENT,
  endOf,
  ILL_TYPED,
  isString,
  type Span,
  spanOf,
  spells,
  startOf,
  viewOf,
} from './span.ts'

export class Dictionary {
  readonly datagram: Uint8Array
  /** In turn the text of a key and the whole encoding of its value. */
  readonly #spans: Span[] = []

  constructor(datagram: Uint8Array) {
    this.datagram = datagram
  }

  /** Adds the entries of the next value. Adds none when that is no dictionary. */
  addNext(scanner: Scanner): void {
    if (!scanner.enterDictionary()) {
      scanner.skip()
      return
    }
    while (scanner.more()) {
      if (!scanner.readString()) return
      const key = spanOf(scanner.start, scanner.end)
      const start = scanner.at
      scanner.skip()
      this.#spans.push(key, spanOf(start, scanner.at))
    }
  }

  has(key: string): boolean {
    return this.#find(key) !== ABSENT
  }

  /** Where the bytes of a string lie. */
  string(key: string): Span {
    const span = this.#find(key)
    if (span === ABSENT) return ABSENT
    const start = startOf(span)
    const digit = this.datagram[start]! - ZERO
    if (digit < 0 || digit > 9) return ILL_TYPED
    let at = start
    while (this.datagram[at] !== COLON) at++
    return spanOf(at + 1, endOf(span))
  }

  /** A string, as a view of the datagram; `undefined` when it is absent or no string. */
  bytes(key: string): Uint8Array | undefined {
    const span = this.string(key)
    return isString(span) ? viewOf(this.datagram, span) : undefined
  }

  /** The strings in a list, as views; `undefined` when the list is absent or the value no list. */
  strings(key: string): Uint8Array[] | undefined {
    const list = this.list(key)
    if (list === undefined) return undefined
    const strings: Uint8Array[] = []
    while (list.more()) {
      const span = list.readSpan()
      if (isString(span)) strings.push(viewOf(this.datagram, span))
    }
    return strings
  }

  /** The whole encoding of a value, as a view of the datagram; `undefined` when it is absent. */
  encoded(key: string): Uint8Array | undefined {
    const span = this.#find(key)
    return span === ABSENT ? undefined : viewOf(this.datagram, span)
  }

  /** An integer; `undefined` when it is absent, NaN when the value is no integer. */
  integer(key: string): number | undefined {
    const scanner = this.#scannerAt(key)
    if (scanner === undefined) return undefined
    return scanner.readInteger() ? scanner.integer : Number.NaN
  }

  /** As `integer`, exactly; `undefined` as well when the value is no integer. */
  bigint(key: string): bigint | undefined {
    const bytes = this.encoded(key)
    if (bytes?.[0] !== INTEGER) return undefined
    const digits = String.fromCharCode(...bytes.subarray(1, -1))
    return digits.startsWith('-') ? -BigInt(digits.slice(1)) : BigInt(digits)
  }

  /** A scanner inside a list; `undefined` when the list is absent or the value is no list. */
  list(key: string): Scanner | undefined {
    const scanner = this.#scannerAt(key)
    return scanner?.enterList() === true ? scanner : undefined
  }

  #scannerAt(key: string): Scanner | undefined {
    const span = this.#find(key)
    return span === ABSENT ? undefined : new Scanner(this.datagram, startOf(span))
  }

  #find(key: string): Span {
    const spans = this.#spans
    for (let i = 0; i < spans.length; i += 2) {
      if (spells(this.datagram, spans[i]!, key)) return spans[i + 1]!
    }
    return ABSENT
  }
}

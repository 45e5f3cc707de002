// An arbitrary bencoded value to its one canonical form: keys sorted, no leading zeros. What could
// not be read back is refused. Depth and size are bounded.

import { isBytes, showValue } from '@dht/id'
import { EncodeError } from '../errors.ts'
import {
  type BencodeDictionary,
  type BencodeLimits,
  type BencodeValue,
  DEFAULT_LIMITS,
} from './value.ts'

const MAX_INT64 = 2n ** 63n - 1n
const MAX_KEY = 255

/**
 * Writes a value in its one canonical form.
 *
 * @returns bytes that `decodeValue` reads with the same limits
 * @throws {EncodeError} for an integer outside 64 bits, a key that is no bytes, another type, or
 *   a value that exceeds the limits
 */
export function encodeValue(value: BencodeValue, limits: BencodeLimits = {}): Uint8Array {
  const writer = new ValueWriter({ ...DEFAULT_LIMITS, ...limits })
  writer.value(value, 0)
  return writer.joined()
}

/** Collects the parts of a value. */
class ValueWriter {
  readonly #limits: Required<BencodeLimits>
  readonly #parts: Uint8Array[] = []
  #size = 0
  #items = 0

  constructor(limits: Required<BencodeLimits>) {
    this.#limits = limits
  }

  /** @param depth - containers that are open */
  value(value: BencodeValue, depth: number): void {
    if (++this.#items > this.#limits.maxItems) refuse('items', this.#limits.maxItems, this.#items)
    if (isBytes(value)) this.#string(value)
    else if (typeof value === 'bigint') this.#integer(value)
    else if (depth >= this.#limits.maxDepth) refuse('depth', this.#limits.maxDepth, depth + 1)
    else if (Array.isArray(value)) this.#list(value, depth + 1)
    else if (value instanceof Map) this.#dictionary(value, depth + 1)
    else throw wrong('value', 'a bigint, a Uint8Array, an array or a Map', value)
  }

  joined(): Uint8Array {
    const whole = new Uint8Array(this.#size)
    let at = 0
    for (const part of this.#parts) {
      whole.set(part, at)
      at += part.length
    }
    return whole
  }

  #integer(value: bigint): void {
    if (value > MAX_INT64 || value < -MAX_INT64 - 1n) throw wrong('integer', '64 bits', value)
    this.#text(`i${value}e`)
  }

  #string(bytes: Uint8Array): void {
    this.#text(`${bytes.length}:`)
    this.#add(bytes)
  }

  #list(values: readonly BencodeValue[], depth: number): void {
    this.#text('l')
    for (const each of values) this.value(each, depth)
    this.#text('e')
  }

  #dictionary(entries: BencodeDictionary, depth: number): void {
    this.#text('d')
    // One character is one byte, so the order of characters is the order of bytes.
    for (const key of [...entries.keys()].sort()) {
      if (!isByteKey(key)) throw wrong('key', 'characters from 0 to 255', key)
      this.value(bytesOf(key), depth)
      this.value(entries.get(key)!, depth)
    }
    this.#text('e')
  }

  #text(text: string): void {
    this.#add(bytesOf(text))
  }

  #add(part: Uint8Array): void {
    this.#parts.push(part)
    this.#size += part.length
    if (this.#size > this.#limits.maxBytes) refuse('bytes', this.#limits.maxBytes, this.#size)
  }
}

function isByteKey(key: unknown): key is string {
  if (typeof key !== 'string') return false
  for (let i = 0; i < key.length; i++) if (key.charCodeAt(i) > MAX_KEY) return false
  return true
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

function refuse(what: string, max: number, got: number): never {
  throw new EncodeError({ what, expected: `at most ${max}`, got: String(got) })
}

function wrong(what: string, expected: string, got: unknown): EncodeError {
  return new EncodeError({ what, expected, got: showValue(got) })
}

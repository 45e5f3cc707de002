// Writes bencode into an arena, piece by piece. Its callers are responsible for the order of keys
// and for the size.

import { MAX_DATAGRAM } from '../message/limits.ts'
import { Arena } from './arena.ts'
import { COLON, ZERO } from './bytes.ts'
import type { Output, Part } from './output.ts'

/** From this length on, `set` is faster than a loop. Measured. */
const MIN_SET_LENGTH = 40

export class Writer implements Output {
  readonly #arena = new Arena()
  #buffer = this.#arena.reserve(MAX_DATAGRAM)
  #at = 0

  /** Starts a message. An unfinished message is dropped. */
  begin(): void {
    this.#buffer = this.#arena.reserve(MAX_DATAGRAM)
    this.#at = this.#arena.start
  }

  /** Bytes of the message so far. Those beyond the end of the buffer are counted, not written. */
  get size(): number {
    return this.#at - this.#arena.start
  }

  /** The message, of at most MAX_DATAGRAM bytes, in bytes that are never written again. */
  finish(): Uint8Array {
    return this.#arena.take(this.size)
  }

  raw(text: string): void {
    const buffer = this.#buffer
    const at = this.#at
    for (let i = 0; i < text.length; i++) buffer[at + i] = text.charCodeAt(i)
    this.#at = at + text.length
  }

  string(bytes: Uint8Array): void {
    this.#length(bytes.length)
    this.bytes(bytes)
  }

  bytes(bytes: Uint8Array): void {
    const { length } = bytes
    const buffer = this.#buffer
    const at = this.#at
    if (length < MIN_SET_LENGTH) for (let i = 0; i < length; i++) buffer[at + i] = bytes[i]!
    else if (at + length <= buffer.length) buffer.set(bytes, at)
    this.#at = at + length
  }

  lazyString<T>(_length: number, make: (from: T) => Uint8Array, from: T): void {
    this.string(make(from))
  }

  joinedString(parts: readonly Part[], size: number): void {
    this.#length(parts.length * size)
    for (let i = 0; i < parts.length; i++) {
      parts[i]!.writeTo(this.#buffer, this.#at)
      this.#at += size
    }
  }

  text(text: string): void {
    this.#length(text.length)
    this.raw(text)
  }

  integer(value: number): void {
    this.raw(`i${value}e`)
  }

  #length(length: number): void {
    const buffer = this.#buffer
    if (length > 99) this.raw(String(length))
    else if (length > 9) {
      const tens = Math.trunc(length / 10)
      buffer[this.#at++] = ZERO + tens
      buffer[this.#at++] = ZERO + length - 10 * tens
    } else buffer[this.#at++] = ZERO + length
    buffer[this.#at++] = COLON
  }
}

// Bencode, written piece by piece into an arena. The writer writes what it is told; order and size
// are for its callers to get right.

import { MAX_DATAGRAM } from '../message/limits.ts'
import { Arena } from './arena.ts'
import { COLON, ZERO } from './bytes.ts'

/** From this length on, `set` is faster than a loop. Measured. */
const WORTH_A_CALL = 40

/** Something that knows its bytes, and writes them from `at` on. */
export interface Part {
  writeTo(bytes: Uint8Array, at: number): void
}

export class Writer {
  readonly #arena = new Arena()
  #buffer = this.#arena.reserve(MAX_DATAGRAM)
  #at = 0

  /** Begins a message of at most MAX_DATAGRAM bytes; one that was not finished is dropped. */
  begin(): void {
    this.#buffer = this.#arena.reserve(MAX_DATAGRAM)
    this.#at = this.#arena.start
  }

  /** The message, in bytes that will not be written again. */
  finish(): Uint8Array {
    return this.#arena.take(this.#at - this.#arena.start)
  }

  /** Writes ASCII as it is. */
  raw(text: string): void {
    const buffer = this.#buffer
    const at = this.#at
    for (let i = 0; i < text.length; i++) buffer[at + i] = text.charCodeAt(i)
    this.#at = at + text.length
  }

  /** Writes a byte string. */
  string(bytes: Uint8Array): void {
    const { length } = bytes
    this.#length(length)
    const buffer = this.#buffer
    const at = this.#at
    if (length < WORTH_A_CALL) for (let i = 0; i < length; i++) buffer[at + i] = bytes[i]!
    else buffer.set(bytes, at)
    this.#at = at + length
  }

  /** Writes a byte string of equal parts, `size` bytes each, that write themselves. */
  row(parts: readonly Part[], size: number): void {
    this.#length(parts.length * size)
    for (let i = 0; i < parts.length; i++) {
      parts[i]!.writeTo(this.#buffer, this.#at)
      this.#at += size
    }
  }

  /** Writes ASCII as a byte string. */
  text(text: string): void {
    this.#length(text.length)
    this.raw(text)
  }

  /** Writes an integer. */
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

/** Bytes that a byte string of `length` bytes takes. */
export function stringSize(length: number): number {
  if (length < 10) return length + 2
  if (length < 100) return length + 3
  return length + (length < 1000 ? 4 : 5)
}

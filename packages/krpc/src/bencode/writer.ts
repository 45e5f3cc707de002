// Bencode, written piece by piece into an arena: one allocation serves many messages, because a
// fresh buffer for each costs more than all the writing. What has been handed out is never written
// again, so a caller may keep it; it keeps its arena alive, though, so who keeps many copies them.
// The writer writes what it is told; order and size are for its callers to get right.

import { MAX_DATAGRAM } from '../limits.ts'

/** Ours: room for about fifty replies. Larger saves nothing, smaller allocates more. */
const ARENA_BYTES = 16_384
/** From this length on, `set` is faster than a loop. Measured. */
const WORTH_A_CALL = 40
const ZERO = 48
const COLON = 58

export class Writer {
  #arena = new Uint8Array(ARENA_BYTES)
  #start = 0
  #at = 0

  /** Begins a message of at most MAX_DATAGRAM bytes; one that was not finished is dropped. */
  begin(): void {
    if (this.#start + MAX_DATAGRAM > ARENA_BYTES) {
      this.#arena = new Uint8Array(ARENA_BYTES)
      this.#start = 0
    }
    this.#at = this.#start
  }

  /** The message, in bytes that will not be written again. */
  finish(): Uint8Array {
    const message = this.#arena.subarray(this.#start, this.#at)
    this.#start = this.#at
    return message
  }

  /** Writes ASCII as it is. */
  raw(text: string): void {
    const arena = this.#arena
    const at = this.#at
    for (let i = 0; i < text.length; i++) arena[at + i] = text.charCodeAt(i)
    this.#at = at + text.length
  }

  /** Writes a byte string. */
  string(bytes: Uint8Array): void {
    const { length } = bytes
    this.#length(length)
    const arena = this.#arena
    const at = this.#at
    if (length < WORTH_A_CALL) for (let i = 0; i < length; i++) arena[at + i] = bytes[i]!
    else arena.set(bytes, at)
    this.#at = at + length
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
    const arena = this.#arena
    if (length > 99) this.raw(String(length))
    else if (length > 9) {
      const tens = Math.trunc(length / 10)
      arena[this.#at++] = ZERO + tens
      arena[this.#at++] = ZERO + length - 10 * tens
    } else arena[this.#at++] = ZERO + length
    arena[this.#at++] = COLON
  }
}

/** Bytes that a byte string of `length` bytes takes. */
export function stringSize(length: number): number {
  if (length < 10) return length + 2
  if (length < 100) return length + 3
  return length + (length < 1000 ? 4 : 5)
}

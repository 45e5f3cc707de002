// Counts the bytes of bencode instead of writing them.

import type { Output, Part } from './output.ts'

export class SizeCounter implements Output {
  /** Bytes so far. */
  size = 0

  raw(text: string): void {
    this.size += text.length
  }

  bytes(bytes: Uint8Array): void {
    this.size += bytes.length
  }

  string(bytes: Uint8Array): void {
    this.size += stringSize(bytes.length)
  }

  lazyString(length: number): void {
    this.size += stringSize(length)
  }

  joinedString(parts: readonly Part[], size: number): void {
    this.size += stringSize(parts.length * size)
  }

  text(text: string): void {
    this.size += stringSize(text.length)
  }

  integer(value: number): void {
    this.size += 'ie'.length + String(value).length
  }
}

/** Bytes that a byte string of `length` bytes takes. */
export function stringSize(length: number): number {
  if (length < 10) return length + 2
  if (length < 100) return length + 3
  return length + (length < 1000 ? 4 : 5)
}

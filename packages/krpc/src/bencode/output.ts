// The interface that bencode is written to. A `Writer` writes the bytes and a `SizeCounter` counts
// them, so the same function writes a message and measures its size.

/** A value that can write its bytes into a buffer, such as a contact. */
export interface Part {
  writeTo(bytes: Uint8Array, at: number): void
}

export interface Output {
  /** Writes ASCII text without a length prefix. */
  raw(text: string): void
  /** Writes bytes without a length prefix. */
  bytes(bytes: Uint8Array): void
  /** Writes a byte string: its length, a colon, and the bytes. */
  string(bytes: Uint8Array): void
  /**
   * Writes the bytes that `make(from)` returns, as a byte string. A counter does not call `make`:
   * it needs only `length`, the number of these bytes.
   */
  lazyString<T>(length: number, make: (from: T) => Uint8Array, from: T): void
  /** Writes a byte string that consists of `parts`, each `size` bytes long. */
  joinedString(parts: readonly Part[], size: number): void
  /** Writes ASCII text as a byte string. */
  text(text: string): void
  /** Writes an integer. */
  integer(value: number): void
}

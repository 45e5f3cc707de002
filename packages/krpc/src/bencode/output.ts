// Where bencode goes: to bytes (writer.ts), or to a count of bytes (size-counter.ts). Whatever is
// written to an Output can be measured by the same code.

/** Bytes that can be written into a buffer, such as a contact. */
export interface Part {
  writeTo(bytes: Uint8Array, at: number): void
}

export interface Output {
  /** Writes ASCII as it is. */
  raw(text: string): void
  /** Writes bytes as they are. */
  bytes(bytes: Uint8Array): void
  /** Writes a byte string. */
  string(bytes: Uint8Array): void
  /**
   * Writes the `length` bytes that `make` returns, as a byte string. A counter does not call it.
   */
  made<T>(length: number, make: (from: T) => Uint8Array, from: T): void
  /** Writes a byte string that consists of `parts`, each `size` bytes long. */
  row(parts: readonly Part[], size: number): void
  /** Writes ASCII as a byte string. */
  text(text: string): void
  /** Writes an integer. */
  integer(value: number): void
}

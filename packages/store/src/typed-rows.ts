// Rows of 32-bit words in one growing buffer. A row costs its words and nothing else; an object
// with a few byte arrays would cost hundreds of bytes. Rows have slot numbers, and a row that was
// released is used again before a new one. Growing replaces the views `words`, `bytes` and
// `doubles`: read them anew each time, never keep them. This file doesn't know what the rows mean.

/** No row. Also the end of every chain of rows. */
export const NONE = -1

/** Rows of the first allocation. Each later one adds an eighth, so that little memory is unused. */
const FIRST_ROWS = 16

/** The buffers before the first row, so that an empty store takes no memory. They have no bytes. */
const NO_WORDS = new Int32Array(0)
const NO_BYTES = new Uint8Array(0)
const NO_DOUBLES = new Float64Array(0)

export class TypedRows {
  /** Words per row; even, so that a row may start with a double. */
  readonly stride: number
  /** The rows, as signed 32-bit words: row `s` starts at `s * stride`. */
  words: Int32Array = NO_WORDS
  /** The same buffer as bytes. */
  bytes: Uint8Array = NO_BYTES
  /** The same buffer as doubles. */
  doubles: Float64Array = NO_DOUBLES
  readonly #maxRows: number
  #used = 0
  /** Head of the chain of released rows, threaded through their first word. */
  #free: number = NONE

  constructor(shape: { readonly stride: number; readonly maxRows: number }) {
    this.stride = shape.stride + (shape.stride % 2)
    this.#maxRows = shape.maxRows
  }

  /** A row to write to, with old content. The caller takes at most `maxRows`. */
  take(): number {
    const slot = this.#free
    if (slot !== NONE) {
      this.#free = this.words[slot * this.stride] as number
      return slot
    }
    if ((this.#used + 1) * this.stride > this.words.length) this.#grow()
    this.#used += 1
    return this.#used - 1
  }

  release(slot: number): void {
    this.words[slot * this.stride] = this.#free
    this.#free = slot
  }

  #grow(): void {
    const rows = Math.min(this.#used + (this.#used >>> 3) + FIRST_ROWS, this.#maxRows)
    const bytes = new Uint8Array(rows * this.stride * 4)
    bytes.set(this.bytes)
    this.bytes = bytes
    this.words = new Int32Array(bytes.buffer)
    this.doubles = new Float64Array(bytes.buffer)
  }
}

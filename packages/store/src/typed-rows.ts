// Rows of 32-bit words in one growing buffer.
//
// A row costs its words and nothing else, where an object with a few byte arrays costs hundreds of
// bytes. Rows are named by slot numbers; given-back rows are taken again first, the latest first.
// A slab knows nothing of what its rows mean, and growing replaces the views: read them anew from
// the slab, never keep them.

/** No row: the end of every chain. */
export const NONE = -1

/** Rows of the first allocation; each later one adds an eighth, so little is idle. */
const FIRST_ROWS = 16

/** What every slab begins with: a store in which nothing lies takes nothing. */
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
  /** Head of the chain of given-back rows, threaded through their first word. */
  #free: number = NONE

  constructor(shape: { readonly stride: number; readonly maxRows: number }) {
    this.stride = shape.stride + (shape.stride % 2)
    this.#maxRows = shape.maxRows
  }

  /** A row to write to, with whatever its last owner left in it. The caller keeps to `maxRows`. */
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

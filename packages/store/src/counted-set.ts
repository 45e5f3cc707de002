// Who is known, by a keyed 64-bit fingerprint, and how many peers each holds.
//
// The store has two: its targets and its sources. A row is the fingerprint, two counts and, if
// asked for, a note of fixed width. Two names are taken for one with probability 2^-64, and nobody
// without the key can aim for it; what would follow is a shared quota or a foreign peer in a
// reply. Rows whose counts reach zero are dismissed by the caller.

import { PairIndex } from './pair-index.ts'
import type { Digest } from './siphash.ts'
import { TypedRows } from './typed-rows.ts'

// Words of a row.
const LOW = 0
const HIGH = 1
const COUNTS = 2
const NOTE = 4

export interface CountedSetShape {
  readonly maxRows: number
  /** Bytes of the note that goes with each row; 0 for none. */
  readonly noteBytes: number
  /** 32 random bits for the index. */
  readonly seed: number
}

export class CountedSet {
  readonly #slab: TypedRows
  readonly #index: PairIndex
  readonly #noteBytes: number

  constructor(shape: CountedSetShape) {
    this.#noteBytes = shape.noteBytes
    const stride = NOTE + Math.ceil(shape.noteBytes / 4)
    this.#slab = new TypedRows({ stride, maxRows: shape.maxRows })
    this.#index = new PairIndex(this.#slab, [LOW, HIGH], shape.seed)
  }

  get size(): number {
    return this.#index.size
  }

  /** The slot of this name, or `NONE`. */
  find(name: Digest): number {
    return this.#index.find(name.low, name.high)
  }

  /** A new row with zero counts; the name must not be in yet. */
  add(name: Digest, note?: Uint8Array): number {
    const slot = this.#slab.take()
    const { words, bytes, stride } = this.#slab
    const row = slot * stride
    words[row + LOW] = name.low
    words[row + HIGH] = name.high
    words[row + COUNTS] = 0
    words[row + COUNTS + 1] = 0
    if (note !== undefined) bytes.set(note, (row + NOTE) * 4)
    this.#index.add(slot)
    return slot
  }

  remove(slot: number): void {
    this.#index.remove(slot)
    this.#slab.release(slot)
  }

  /** How many peers of one kind, 0 or 1, this row holds. */
  count(slot: number, kind: 0 | 1): number {
    return this.#slab.words[slot * this.#slab.stride + COUNTS + kind] as number
  }

  total(slot: number): number {
    return this.count(slot, 0) + this.count(slot, 1)
  }

  adjust(slot: number, kind: 0 | 1, by: 1 | -1): void {
    this.#slab.words[slot * this.#slab.stride + COUNTS + kind] = this.count(slot, kind) + by
  }

  /** A copy of the note. */
  note(slot: number): Uint8Array {
    const start = (slot * this.#slab.stride + NOTE) * 4
    return this.#slab.bytes.slice(start, start + this.#noteBytes)
  }
}

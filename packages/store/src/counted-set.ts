// A set of fingerprints, with counts of peers for each. A store has two: its targets and its
// sources. A row is a keyed 64-bit fingerprint, a count of each kind and, where wanted, a note of
// fixed width. Two names have the same fingerprint with probability 2^-64, and nobody without the
// key can aim for that. They would share a quota, or a response would contain a wrong peer. The
// caller removes a row when its counts are zero.

import { PairIndex } from './pair-index.ts'
import type { Digest } from './siphash.ts'
import { TypedRows } from './typed-rows.ts'

// Words of a row.
const LOW = 0
const HIGH = 1
const COUNTS = 2

export interface CountedSetShape {
  readonly maxRows: number
  /** Kinds of peers that are counted apart. */
  readonly kinds: number
  /** Bytes of the note that goes with each row; 0 for none. */
  readonly noteBytes: number
  /** 32 random bits for the index. */
  readonly seed: number
}

export class CountedSet {
  readonly #rows: TypedRows
  readonly #index: PairIndex
  readonly #kinds: number
  /** First word of the note. */
  readonly #note: number
  readonly #noteBytes: number

  constructor(shape: CountedSetShape) {
    this.#kinds = shape.kinds
    this.#note = COUNTS + shape.kinds
    this.#noteBytes = shape.noteBytes
    const stride = this.#note + Math.ceil(shape.noteBytes / 4)
    this.#rows = new TypedRows({ stride, maxRows: shape.maxRows })
    this.#index = new PairIndex(this.#rows, [LOW, HIGH], shape.seed)
  }

  get size(): number {
    return this.#index.size
  }

  /** The slots of all names, in no meaningful order. O(names). */
  get slots(): number[] {
    return this.#index.slots
  }

  /** The slot of this name, or `NONE`. */
  find(name: Digest): number {
    return this.#index.find(name.low, name.high)
  }

  /** A new row with zero counts; the name must not be in yet. */
  add(name: Digest, note?: Uint8Array): number {
    const slot = this.#rows.take()
    const { words, bytes, stride } = this.#rows
    const row = slot * stride
    words[row + LOW] = name.low
    words[row + HIGH] = name.high
    words.fill(0, row + COUNTS, row + this.#note)
    if (note !== undefined) bytes.set(note, (row + this.#note) * 4)
    this.#index.add(slot)
    return slot
  }

  remove(slot: number): void {
    this.#index.remove(slot)
    this.#rows.release(slot)
  }

  /** How many peers of one kind, from 0, this row holds. */
  count(slot: number, kind: number): number {
    return this.#rows.words[slot * this.#rows.stride + COUNTS + kind] as number
  }

  total(slot: number): number {
    let sum = 0
    for (let kind = 0; kind < this.#kinds; kind += 1) sum += this.count(slot, kind)
    return sum
  }

  adjust(slot: number, kind: number, by: 1 | -1): void {
    this.#rows.words[slot * this.#rows.stride + COUNTS + kind] = this.count(slot, kind) + by
  }

  /** A copy of the note. */
  note(slot: number): Uint8Array {
    const start = (slot * this.#rows.stride + this.#note) * 4
    return this.#rows.bytes.slice(start, start + this.#noteBytes)
  }
}

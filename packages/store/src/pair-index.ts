// Finds the row that contains a given pair of words: a hash table of slot numbers with linear
// probing. It needs four bytes a place, because the rows contain the keys. Removal moves later
// numbers back, so an old table is as fast as a new one.
// No two rows in an index have equal pairs. A row's pair must not change while the row is in the
// index, except by `exchange`.

import { NONE, type TypedRows } from './typed-rows.ts'

/** Places of the smallest table that is written to; always a power of two. */
const FIRST_PLACES = 16

/** The table of an empty index. Never written to: an index grows before its first row comes. */
const NO_PLACES: Int32Array = emptyTable(1)

export class PairIndex {
  readonly #rows: TypedRows
  readonly #firstWord: number
  readonly #secondWord: number
  readonly #seed: number
  #table: Int32Array = NO_PLACES
  #size = 0

  /**
   * @param rows  - the rows
   * @param words - which two words of a row make its pair
   * @param seed  - 32 random bits, so that nobody can aim for one place of the table
   */
  constructor(rows: TypedRows, words: readonly [first: number, second: number], seed: number) {
    this.#rows = rows
    this.#firstWord = words[0]
    this.#secondWord = words[1]
    this.#seed = seed
  }

  get size(): number {
    return this.#size
  }

  /** The slots of all rows, in no meaningful order. O(rows). */
  get slots(): number[] {
    return Array.from(this.#table).filter((slot) => slot !== NONE)
  }

  /** The slot whose row holds this pair, or `NONE`. */
  find(first: number, second: number): number {
    return this.#table[this.#seek(first, second)] as number
  }

  /** Adds a row under the pair that it contains now. */
  add(slot: number): void {
    // At most three quarters full, so that probes are short and always end at an empty place.
    if ((this.#size + 1) * 4 > this.#table.length * 3) this.#grow()
    this.#place(slot)
    this.#size += 1
  }

  /** Removes a row, which must be in the index and still contain its pair. */
  remove(slot: number): void {
    const table = this.#table
    const mask = table.length - 1
    let hole = this.#homeOf(slot, mask)
    while (table[hole] !== slot) hole = (hole + 1) & mask
    for (let at = (hole + 1) & mask; table[at] !== NONE; at = (at + 1) & mask) {
      const other = table[at] as number
      const reach = (at - this.#homeOf(other, mask)) & mask
      // A row may move into the hole only if its probe passes over it.
      if (reach >= ((at - hole) & mask)) {
        table[hole] = other
        hole = at
      }
    }
    table[hole] = NONE
    this.#size -= 1
  }

  /**
   * Exchanges the second words of two rows that are in the index and have the same first word.
   *
   * @returns the slot that contained `second` and now contains `other`
   */
  exchange(first: number, second: number, other: number): number {
    const table = this.#table
    const from = this.#seek(first, second)
    const to = this.#seek(first, other)
    const moved = table[from] as number
    const { words, stride } = this.#rows
    words[(table[to] as number) * stride + this.#secondWord] = second
    words[moved * stride + this.#secondWord] = other
    table[from] = table[to] as number
    table[to] = moved
    return moved
  }

  /** The place of this pair in the table, or the empty place for it. */
  #seek(first: number, second: number): number {
    const table = this.#table
    const mask = table.length - 1
    const { words, stride } = this.#rows
    let at = this.#home(first, second, mask)
    for (;;) {
      const slot = table[at] as number
      if (slot === NONE) return at
      const row = slot * stride
      if (words[row + this.#firstWord] === first && words[row + this.#secondWord] === second) {
        return at
      }
      at = (at + 1) & mask
    }
  }

  /** Puts a row at the first empty place of its probe. */
  #place(slot: number): void {
    const table = this.#table
    const mask = table.length - 1
    let at = this.#homeOf(slot, mask)
    while (table[at] !== NONE) at = (at + 1) & mask
    table[at] = slot
  }

  #grow(): void {
    const old = this.#table
    this.#table = emptyTable(Math.max(FIRST_PLACES, old.length * 2))
    for (const slot of old) {
      if (slot !== NONE) this.#place(slot)
    }
  }

  #homeOf(slot: number, mask: number): number {
    const { words, stride } = this.#rows
    const row = slot * stride
    return this.#home(
      words[row + this.#firstWord] as number,
      words[row + this.#secondWord] as number,
      mask,
    )
  }

  /** Multiplies and folds three times, so that every bit of both words changes the place. */
  #home(first: number, second: number, mask: number): number {
    let mixed = Math.imul(first ^ this.#seed, 0x9e3779b1)
    mixed = Math.imul(mixed ^ (mixed >>> 15) ^ second, 0x85ebca6b)
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
    return (mixed ^ (mixed >>> 16)) & mask
  }
}

function emptyTable(places: number): Int32Array {
  return new Int32Array(places).fill(NONE)
}

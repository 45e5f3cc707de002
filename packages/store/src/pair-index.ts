// Finds the row of a slab that holds a given pair of words.
//
// An open-addressed table of slot numbers with linear probing: four bytes a place, no keys of its
// own, since the rows hold them. Removal shifts what follows back, so there are no tombstones and
// a table that has lived long is as fast as a new one. No two rows in an index have equal pairs.
// A row's pair must not change while the row is in the index, except by `exchange`.

import { NONE, type TypedRows } from './typed-rows.ts'

/** Places of the smallest table that is written to; always a power of two. */
const FIRST_PLACES = 16

/** What every index begins with. Never written to: an index grows before its first row comes. */
const NO_PLACES: Int32Array = emptyTable(1)

export class PairIndex {
  readonly #slab: TypedRows
  readonly #firstWord: number
  readonly #secondWord: number
  readonly #seed: number
  #table: Int32Array = NO_PLACES
  #size = 0

  /**
   * @param slab  - the rows
   * @param words - which two words of a row make its pair
   * @param seed  - any 32 bits; keeps outsiders from aiming at one place of the table
   */
  constructor(slab: TypedRows, words: readonly [first: number, second: number], seed: number) {
    this.#slab = slab
    this.#firstWord = words[0]
    this.#secondWord = words[1]
    this.#seed = seed
  }

  get size(): number {
    return this.#size
  }

  /** The slot whose row holds this pair, or `NONE`. */
  find(first: number, second: number): number {
    return this.#table[this.#seek(first, second)] as number
  }

  /** Enters a row by the pair it holds now. */
  add(slot: number): void {
    // At most three quarters full: probes stay short and an empty place always ends them.
    if ((this.#size + 1) * 4 > this.#table.length * 3) this.#grow()
    this.#place(slot)
    this.#size += 1
  }

  /** Takes a row out; it must be in, and must still hold its pair. */
  remove(slot: number): void {
    const table = this.#table
    const mask = table.length - 1
    let hole = this.#homeOf(slot, mask)
    while (table[hole] !== slot) hole = (hole + 1) & mask
    for (let at = (hole + 1) & mask; table[at] !== NONE; at = (at + 1) & mask) {
      const other = table[at] as number
      const reach = (at - this.#homeOf(other, mask)) & mask
      // Only a row whose probe passes over the hole may move into it.
      if (reach >= ((at - hole) & mask)) {
        table[hole] = other
        hole = at
      }
    }
    table[hole] = NONE
    this.#size -= 1
  }

  /**
   * The rows of two pairs, both in and alike in their first word, trade their second words.
   *
   * @returns the slot that held `second` and now holds `other`
   */
  exchange(first: number, second: number, other: number): number {
    const table = this.#table
    const from = this.#seek(first, second)
    const to = this.#seek(first, other)
    const moved = table[from] as number
    const { words, stride } = this.#slab
    words[(table[to] as number) * stride + this.#secondWord] = second
    words[moved * stride + this.#secondWord] = other
    table[from] = table[to] as number
    table[to] = moved
    return moved
  }

  /** Where this pair is in the table, or the empty place where it would be. */
  #seek(first: number, second: number): number {
    const table = this.#table
    const mask = table.length - 1
    const { words, stride } = this.#slab
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
    const { words, stride } = this.#slab
    const row = slot * stride
    return this.#home(
      words[row + this.#firstWord] as number,
      words[row + this.#secondWord] as number,
      mask,
    )
  }

  /** Multiply and fold three times: every bit of both words reaches every bit of the place. */
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

// Random numbers from a `RandomSource`, which is read a block at a time, because one call of a
// cryptographic source costs as much as a whole response. The same source gives the same numbers.

import { isBytes, type RandomSource } from '@dht/id'
import { StoreArgumentError } from './errors.ts'

/** Bytes asked of the source at once. Ours: 256 numbers, some ten full samples. */
const BLOCK_BYTES = 1_024

/**
 * Draws `length` bytes and checks that as many came: a short draw would be a weak secret.
 *
 * @throws {StoreArgumentError} when the source gives another number of bytes
 */
export function draw(random: RandomSource, length: number): Uint8Array {
  if (typeof random !== 'function') throw new StoreArgumentError('random', 'a function', random)
  const bytes = random(length)
  if (isBytes(bytes) && bytes.length === length) return bytes
  throw new StoreArgumentError('random', `a source that gives ${length} bytes`, bytes)
}

/** 32 random bits, signed. */
export function drawWord(random: RandomSource): number {
  const [a, b, c, d] = draw(random, 4) as unknown as readonly [number, number, number, number]
  return (a << 24) | (b << 16) | (c << 8) | d
}

export class RandomWords {
  readonly #random: RandomSource
  #words: DataView = new DataView(new ArrayBuffer(0))
  #at = 0

  constructor(random: RandomSource) {
    this.#random = random
  }

  /** 32 bits, signed. */
  next(): number {
    if (this.#at >= this.#words.byteLength) {
      const block = draw(this.#random, BLOCK_BYTES)
      this.#words = new DataView(block.buffer, block.byteOffset, BLOCK_BYTES)
      this.#at = 0
    }
    this.#at += 4
    return this.#words.getInt32(this.#at - 4)
  }

  /**
   * A whole number from 0 to `limit` - 1; `limit` 1..2^24.
   *
   * The drawn number is scaled, so that no source can cause an endless loop. No result is more
   * likely than others by more than `limit` / 2^32: one part in four million for a thousand peers.
   */
  below(limit: number): number {
    return Math.floor(((this.next() >>> 0) * limit) / 2 ** 32)
  }

  /**
   * One step of a Fisher-Yates shuffle: exchanges the item at `at` with one of those from `at` to
   * `end` - 1, each with the same chance.
   *
   * @returns the item that is at `at` now
   */
  take<T>(items: T[], at: number, end: number): T {
    const drawn = at + this.below(end - at)
    const item = items[drawn] as T
    items[drawn] = items[at] as T
    items[at] = item
    return item
  }

  /** Puts the items into uniform order. @returns the same list */
  shuffle<T>(items: T[]): T[] {
    for (let at = 0; at < items.length; at += 1) this.take(items, at, items.length)
    return items
  }
}

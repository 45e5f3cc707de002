// Random numbers as a tree of streams: the seed is the root, and each branch has a label. What a
// stream returns depends on its path only, so a draw from one stream changes no other. Labels are a
// part of the seed: another label gives another run, so a label stays when the code around it gets
// a new name. All arithmetic is with 32-bit integers and gives the same bytes on every engine.

import type { RandomSource } from '@dht/id'
import { argumentError } from './errors.ts'

const TWO_32 = 2 ** 32

/** Odd multipliers, one for each word of a path's hash: primes near powers of the golden ratio. */
const LANES = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f] as const

/** The hash of a path: four words of 32 bits. */
type Key = readonly [number, number, number, number]

export class Chance {
  readonly #key: Key
  // The state of a small generator (sfc32): three words and a counter.
  #a: number
  #b: number
  #c: number
  #count = 1

  private constructor(key: Key) {
    this.#key = key
    this.#a = key[0] ^ key[3]
    this.#b = key[1]
    this.#c = key[2]
    for (let i = 0; i < 12; i++) this.#next()
  }

  /** The root of a tree. @param seed - any string or finite number */
  static of(seed: number | string): Chance {
    if (typeof seed !== 'string' && !Number.isFinite(seed)) {
      throw argumentError('seed', 'a finite number or a string', seed)
    }
    return new Chance(finished(mixed([1, 2, 3, 4], String(seed))))
  }

  /** The stream at a path below this one. Each call returns it at its beginning. */
  branch(...path: readonly (string | number)[]): Chance {
    return new Chance(path.reduce<Key>((key, step) => finished(mixed(key, step)), this.#key))
  }

  /** A whole number, 0 up to 2^32 exclusive. */
  uint32(): number {
    return this.#next() >>> 0
  }

  /** A whole number, 0 up to `limit` exclusive, all equally likely. @param limit - 1 to 2^32 */
  below(limit: number): number {
    // Numbers from the last whole multiple of `limit` on would make small results more likely.
    const fair = TWO_32 - (TWO_32 % limit)
    for (;;) {
      const drawn = this.uint32()
      if (drawn < fair) return drawn % limit
    }
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1)
  }

  /** A fraction, 0 up to 1 exclusive, in steps of 2^-32. */
  unit(): number {
    return this.uint32() / TWO_32
  }

  /** True with probability `share`. @param share - 0 to 1 */
  happens(share: number): boolean {
    return this.unit() < share
  }

  /** One of `items`. @throws {SimError} `ERR_DHT_SIM_ARGUMENT` if there are none */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw argumentError('items', 'at least one', items)
    return items[this.below(items.length)] as T
  }

  /** `count` distinct items in random order, or all items if there are fewer. */
  sample<T>(items: readonly T[], count: number): T[] {
    const left = [...items]
    const size = Math.min(count, left.length)
    for (let i = 0; i < size; i++) {
      const j = i + this.below(left.length - i)
      const taken = left[j] as T
      left[j] = left[i] as T
      left[i] = taken
    }
    return left.slice(0, size)
  }

  /** Random bytes in a new array. */
  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length)
    for (let i = 0, word = 0; i < length; i++) {
      if ((i & 3) === 0) word = this.#next()
      bytes[i] = word >>> ((i & 3) * 8)
    }
    return bytes
  }

  /** This stream in the form that `NodeCore` and `createNode` take. */
  readonly source: RandomSource = (length) => this.bytes(length)

  #next(): number {
    const drawn = (this.#a + this.#b + this.#count) | 0
    this.#count = (this.#count + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + drawn) | 0
    return drawn
  }
}

/** Adds one step of a path to a hash. The steps `1` and `'1'` are different. */
function mixed(key: Key, step: string | number): Key {
  const text = typeof step === 'number' ? `#${step}` : `.${step}`
  let [a, b, c, d] = key
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i) + 1
    a = b ^ Math.imul(a ^ code, LANES[0])
    b = c ^ Math.imul(b ^ code, LANES[1])
    c = d ^ Math.imul(c ^ code, LANES[2])
    d = a ^ Math.imul(d ^ code, LANES[3])
  }
  return [a, b, c, d]
}

/** Makes every bit of a hash depend on every other. */
function finished([a, b, c, d]: Key): Key {
  const mix = (x: number, lane: number): number => {
    const y = Math.imul(x ^ (x >>> 15), LANES[lane] as number)
    return Math.imul(y ^ (y >>> 13), LANES[(lane + 1) & 3] as number) ^ (y >>> 16)
  }
  const all = a ^ (b << 7) ^ (c << 15) ^ (d << 23)
  return [mix(a + all, 0), mix(b ^ all, 1), mix(c + all, 2), mix(d ^ all, 3)]
}

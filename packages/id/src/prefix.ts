// A part of the id space: all ids that share their first bits, up to a length. The bucket of a
// routing table covers one prefix, and a network mask describes one of addresses.
// A prefix never changes: halves and siblings are new objects.

import { commonPrefixLength } from './distance.ts'
import { IdLengthError } from './errors.ts'
import { type Id, idFromBytes, requireBytes } from './id.ts'
import { type RandomSource, randomId } from './random.ts'
import { showValue } from './show-value.ts'

/** The ids that share the first `length` bits of `base`. */
export class Prefix {
  /** The shared bits, followed by zeros: the lowest id inside. */
  readonly base: Id
  /** How many bits are shared: 0 (the whole space) to 8 * width (one id). */
  readonly length: number

  private constructor(base: Id, length: number) {
    this.base = base
    this.length = length
  }

  /**
   * The prefix made of the first `length` bits of `id`.
   *
   * @param length - in bits, 0 to 8 * width
   * @throws {IdLengthError} when `length` is outside that
   * @throws {IdFormatError} when `id` is not a Uint8Array
   */
  static of(id: Id, length: number): Prefix {
    requireBytes('id', id)
    const max = 8 * id.length
    if (!Number.isInteger(length) || length < 0 || length > max) {
      throw lengthError(`0 to ${max} bits`, length)
    }
    const base = idFromBytes(id)
    for (let i = 0; i < base.length; i++) base[i] = id[i]! & prefixMask(length, i)
    return new Prefix(base, length)
  }

  /**
   * Whether `id` shares these bits.
   *
   * @throws {IdLengthError} when `id` is of another width
   */
  contains(id: Id): boolean {
    return commonPrefixLength(id, this.base) >= this.length
  }

  /**
   * The two halves of this prefix, each one bit longer: first the one whose next bit is 0.
   *
   * @throws {IdLengthError} when this prefix is a single id
   */
  halves(): readonly [Prefix, Prefix] {
    const max = 8 * this.base.length
    if (this.length === max) throw lengthError(`less than ${max} bits to halve`, this.length)
    const length = this.length + 1
    return [new Prefix(this.base, length), new Prefix(flipBit(this.base, this.length), length)]
  }

  /**
   * The prefix of the same length that differs only in the last shared bit.
   *
   * @throws {IdLengthError} when this prefix is the whole space
   */
  sibling(): Prefix {
    if (this.length === 0) throw lengthError('at least 1 bit to have a sibling', 0)
    return new Prefix(flipBit(this.base, this.length - 1), this.length)
  }

  /**
   * Draws an id uniformly from inside this prefix.
   *
   * @throws {IdLengthError} when the source returns another number of bytes than requested
   */
  randomId(random: RandomSource): Id {
    const id = randomId(this.base.length, random)
    for (let i = 0; i < id.length; i++) {
      id[i] = this.base[i]! | (id[i]! & ~prefixMask(this.length, i))
    }
    return id
  }
}

/** The bits of byte `index` that belong to a prefix of `length` bits: 0x00, 0x80, … 0xff. */
export function prefixMask(length: number, index: number): number {
  const bits = Math.min(Math.max(length - 8 * index, 0), 8)
  return (0xff00 >> bits) & 0xff
}

function flipBit(id: Id, bit: number): Id {
  const flipped = idFromBytes(id)
  const index = bit >>> 3
  flipped[index] = id[index]! ^ (0x80 >> (bit & 7))
  return flipped
}

function lengthError(expected: string, got: unknown): IdLengthError {
  return new IdLengthError({ what: 'prefix length', expected, got: showValue(got) })
}

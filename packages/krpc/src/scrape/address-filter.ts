// The Bloom filter of BEP 33: a set of addresses in 256 bytes. Filters of several nodes are joined,
// and the number of bits that are set tells about how many addresses are in the set.

import { BITS, bitsOf, FILTER_BYTES, requireBytes } from './filter-bits.ts'
import type { FilterMemory } from './filter-memory.ts'

/** Bits that each address sets; BEP 33 calls it k. */
const BITS_PER_ADDRESS = 2

export class AddressFilter {
  readonly #bytes = new Uint8Array(FILTER_BYTES)
  readonly #memory: FilterMemory | undefined

  /** @param memory - of addresses that were added before, to save time; filters may share one */
  constructor(memory?: FilterMemory) {
    this.#memory = memory
  }

  /** A copy of the filter, 256 bytes, as it is sent. */
  get bytes(): Uint8Array {
    return this.#bytes.slice()
  }

  get isEmpty(): boolean {
    return this.#bytes.every((byte) => byte === 0)
  }

  /**
   * Adds an address; adding it again changes nothing.
   *
   * @param address - 4 or 16 bytes
   * @throws {OptionsError} for another number of bytes
   */
  add(address: Uint8Array): void {
    for (const bit of this.#memory?.bitsOf(address) ?? bitsOf(address)) {
      this.#bytes[bit >> 3]! |= 1 << (bit & 7)
    }
  }

  /**
   * Whether the address may be in the set. False is certain.
   *
   * @param address - 4 or 16 bytes
   * @throws {OptionsError} for another number of bytes
   */
  has(address: Uint8Array): boolean {
    return bitsOf(address).every((bit) => (this.#bytes[bit >> 3]! & (1 << (bit & 7))) !== 0)
  }

  /**
   * Adds all addresses of another filter.
   *
   * @param filter - 256 bytes
   * @throws {OptionsError} for another number of bytes
   */
  join(filter: Uint8Array): void {
    requireBytes('filter', filter, [FILTER_BYTES])
    for (let at = 0; at < FILTER_BYTES; at += 1) this.#bytes[at]! |= filter[at]!
  }

  /**
   * About how many addresses are in the set, by the formula of BEP 33: 0.5 when it is empty, and at
   * most 7807, when all bits are set. Above 6,000 it says little.
   */
  get estimate(): number {
    const zeros = Math.max(1, Math.min(BITS - 1, BITS - countOnes(this.#bytes)))
    return Math.log(zeros / BITS) / (BITS_PER_ADDRESS * Math.log(1 - 1 / BITS))
  }
}

function countOnes(bytes: Uint8Array): number {
  let ones = 0
  for (const byte of bytes) {
    for (let rest = byte; rest > 0; rest &= rest - 1) ones += 1
  }
  return ones
}

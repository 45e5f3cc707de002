// Remembers which bits of a filter addresses set, because hashing an address is slow and a node is
// asked for filters of the same addresses again and again.

import { bitsOf, type FilterBits, requireAddress } from './filter-bits.ts'

/** Addresses remembered: ours, at most some 2 MiB. When it is full, all of them are forgotten. */
export const MAX_FILTER_MEMORY = 16_384

export class FilterMemory {
  readonly #bits = new Map<number | string, FilterBits>()

  /** Addresses remembered. */
  get size(): number {
    return this.#bits.size
  }

  /** The bits of an address of 4 or 16 bytes. @throws {OptionsError} for another number of bytes */
  bitsOf(address: Uint8Array): FilterBits {
    requireAddress(address)
    const key = keyOf(address)
    const known = this.#bits.get(key)
    if (known !== undefined) return known
    const bits = bitsOf(address)
    if (this.#bits.size >= MAX_FILTER_MEMORY) this.#bits.clear()
    this.#bits.set(key, bits)
    return bits
  }
}

/** Of an IPv4 address a number, which is quicker than a text. */
function keyOf(address: Uint8Array): number | string {
  if (address.length !== 4) return String.fromCharCode(...address)
  return ((address[0]! << 24) | (address[1]! << 16) | (address[2]! << 8) | address[3]!) >>> 0
}

// Random numbers for what happens to packets. A number is a function of the sender, of how many
// packets it has sent, and of the purpose. So turning one fault on does not change what is drawn
// for another.

import type { Chance } from '../chance.ts'

/** The purposes. */
export const LOSS = 1
export const LATENCY = 2
export const DUPLICATION = 3
export const SECOND_LATENCY = 4
export const CORRUPTION = 5
/** This and higher purposes: which bytes are corrupted, and how. */
export const DAMAGE = 6

const TWO_32 = 2 ** 32

export class WireChance {
  readonly #a: number
  readonly #b: number
  #sent = 0

  constructor(chance: Chance) {
    this.#a = chance.uint32() | 0
    this.#b = chance.uint32() | 0
  }

  /** Moves on to the next packet. */
  advance(): void {
    this.#sent = (this.#sent + 1) | 0
  }

  /** The fraction for a purpose and the present packet, 0 up to 1 exclusive. */
  unit(purpose: number): number {
    let x = this.#a ^ Math.imul(this.#sent, 0x9e3779b1)
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b) + Math.imul(purpose, 0xc2b2ae35)
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35) ^ this.#b
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
    x = Math.imul(x ^ (x >>> 15), 0x846ca68b)
    return ((x ^ (x >>> 16)) >>> 0) / TWO_32
  }
}

// What befalls a datagram, drawn by counting instead of by a stream: each draw is a function of the
// sender, of how many it has sent before, and of what is drawn for. So switching one fault on moves
// no draw of another.

import type { Chance } from '../chance.ts'

/** What is drawn for. */
export const LOSS = 1
export const LATENCY = 2
export const DUPLICATION = 3
export const SECOND_LATENCY = 4
export const CORRUPTION = 5
/** And those above it, for where and what. */
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

  /** The next datagram. */
  advance(): void {
    this.#sent = (this.#sent + 1) | 0
  }

  /** A fraction, 0 up to 1 exclusive, of the datagram that it is about. */
  unit(purpose: number): number {
    let x = this.#a ^ Math.imul(this.#sent, 0x9e3779b1)
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b) + Math.imul(purpose, 0xc2b2ae35)
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35) ^ this.#b
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
    x = Math.imul(x ^ (x >>> 15), 0x846ca68b)
    return ((x ^ (x >>> 16)) >>> 0) / TWO_32
  }
}

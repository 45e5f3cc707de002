// Ids and chance from a seed, so that each run of the checks shows the same.

export type Chance = () => number

/** Mulberry32. @returns numbers from 0 up to and without 1 */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export function madeUpId(chance: Chance, digits = 64): string {
  return Array.from({ length: digits }, () => Math.floor(chance() * 16).toString(16)).join('')
}

/** The bits of an id as text of 0 and 1. */
export function bitsOf(id: string): string {
  return Array.from(id, (digit) => Number.parseInt(digit, 16).toString(2).padStart(4, '0')).join('')
}

export function idOfBits(bits: string): string {
  return bits.replace(/.{4}/g, (four) => Number.parseInt(four, 2).toString(16))
}

export function xor(a: string, b: string): bigint {
  return BigInt(`0x${a}`) ^ BigInt(`0x${b}`)
}

// Fractions that are computed from one place or from two places: always the same for the same
// places, and as if random for others. Uses only 32-bit integers, so that every engine agrees.

import type { Place } from './latency.ts'

const TWO_32 = 2 ** 32

/** Purposes of {@link placeFraction}. Fractions of different purposes are independent. */
export const IS_SLOW = 1
export const IS_CLUSTERED = 2
export const CORNER_X = 3
export const CORNER_Y = 4

/**
 * A fraction of one place.
 *
 * @param purpose - one of the constants above
 * @returns 0 up to 1 exclusive
 */
export function placeFraction(place: Place, purpose: number): number {
  return mix(placeHash(place) ^ mix(purpose)) / TWO_32
}

/** A fraction of two places, the same in both directions. @returns 0 up to 1 exclusive */
export function pairFraction(a: Place, b: Place): number {
  const [hashA, hashB] = [placeHash(a), placeHash(b)]
  return mix(mix(hashA ^ hashB) + hashA + hashB) / TWO_32
}

function placeHash({ x, y }: Place): number {
  return mix(mix(Math.floor(x * TWO_32)) + Math.floor(y * TWO_32))
}

/**
 * Makes every bit of the result depend on every bit of the value. @returns a whole number, 0 up to
 * 2^32 exclusive
 */
function mix(value: number): number {
  let x = (value + 0x9e3779b9) | 0
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b)
  return (x ^ (x >>> 16)) >>> 0
}

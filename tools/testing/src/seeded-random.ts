// Random bytes that repeat: the same seed gives the same bytes, on every machine and in every
// release. The generator is a few lines of our own (sfc32, public domain, by Chris Doty-Humphrey),
// so recorded seeds and transcripts survive an update of fast-check. It isn't cryptographic; only
// tests and simulations may use it.

import type { RandomSource } from '@dht/id'
import fc from 'fast-check'

/** Rounds that mix the seed into the whole state (as in PractRand). */
const WARM_UP_ROUNDS = 15

/** A source of random bytes that depends only on `seed`, a whole number, 0 to 2^32 - 1. */
export function seededRandom(seed: number): RandomSource {
  const next = sfc32(seed)
  return (length) => {
    const bytes = new Uint8Array(length)
    let word = 0
    for (let i = 0; i < length; i++) {
      word = i % 4 === 0 ? next() : word >>> 8
      bytes[i] = word
    }
    return bytes
  }
}

/** Seeded sources, each printed as its seed. */
export function anyRandom(): fc.Arbitrary<RandomSource> {
  return fc.integer({ min: 0, max: 0xffffffff }).map((seed) => {
    const random = seededRandom(seed)
    return Object.assign(random, { [fc.toStringMethod]: () => `seededRandom(${seed})` })
  })
}

function sfc32(seed: number): () => number {
  let [a, b, c, counter] = [0, 0, seed, 1]
  const next = (): number => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum
  }
  for (let round = 0; round < WARM_UP_ROUNDS; round++) next()
  return next
}

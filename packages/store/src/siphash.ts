// SipHash-2-4, a keyed 64-bit hash for short messages that an adversary may choose: write tokens,
// and the fingerprints by which the peer store finds its rows. Without the 16-byte key nobody can
// predict a digest or find a collision. 64-bit arithmetic uses pairs of 32-bit halves, because
// bigints are thirty times slower.

import { StoreArgumentError } from './errors.ts'

/** Bytes of a SipHash key. Source: Aumasson and Bernstein, "SipHash", 2012. */
export const SIPHASH_KEY_BYTES = 16

/** 64 bits as two signed 32-bit halves. */
export interface Digest {
  readonly low: number
  readonly high: number
}

/**
 * A hash function under one key.
 *
 * @throws {StoreArgumentError} when the key is not 16 bytes
 * @see Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012
 */
export class SipHash {
  readonly #k0: Digest
  readonly #k1: Digest

  constructor(key: Uint8Array) {
    if (key.length !== SIPHASH_KEY_BYTES) {
      throw new StoreArgumentError('key', `${SIPHASH_KEY_BYTES} bytes`, key)
    }
    this.#k0 = { low: wordAt(key, 0), high: wordAt(key, 4) }
    this.#k1 = { low: wordAt(key, 8), high: wordAt(key, 12) }
  }

  /** Hashes the first `length` bytes of `message`. One pass, one small object. */
  digest(message: Uint8Array, length: number = message.length): Digest {
    const k0 = this.#k0
    const k1 = this.#k1
    let a = k0.low ^ 0x70736575
    let A = k0.high ^ 0x736f6d65
    let b = k1.low ^ 0x6e646f6d
    let B = k1.high ^ 0x646f7261
    let c = k0.low ^ 0x6e657261
    let C = k0.high ^ 0x6c796765
    let d = k1.low ^ 0x79746573
    let D = k1.high ^ 0x74656462
    // The loop runs once for each block, and once more for the four rounds at the end.
    const tail = length & ~7
    for (let at = 0; at <= tail + 8; at += 8) {
      const isFinish = at > tail
      let low = 0
      let high = 0
      if (at < tail) {
        low = wordAt(message, at)
        high = wordAt(message, at + 4)
      } else if (!isFinish) {
        low = partAt(message, at, Math.min(length, at + 4))
        high = partAt(message, at + 4, length) | (length << 24)
      } else {
        c ^= 0xff
      }
      d ^= low
      D ^= high
      for (let rounds = isFinish ? 4 : 2; rounds > 0; rounds -= 1) {
        a = (a + b) | 0
        A = (A + B + (a >>> 0 < b >>> 0 ? 1 : 0)) | 0
        const b13 = ((b << 13) | (B >>> 19)) ^ a
        B = ((B << 13) | (b >>> 19)) ^ A
        b = b13
        c = (c + d) | 0
        C = (C + D + (c >>> 0 < d >>> 0 ? 1 : 0)) | 0
        const d16 = ((d << 16) | (D >>> 16)) ^ c
        D = ((D << 16) | (d >>> 16)) ^ C
        d = d16
        // v0 is rotated by 32 before this sum: its halves are exchanged by reading them crosswise.
        const a32 = (A + d) | 0
        A = (a + D + (a32 >>> 0 < d >>> 0 ? 1 : 0)) | 0
        a = a32
        const d21 = ((d << 21) | (D >>> 11)) ^ a
        D = ((D << 21) | (d >>> 11)) ^ A
        d = d21
        const c0 = (c + b) | 0
        const C0 = (C + B + (c0 >>> 0 < b >>> 0 ? 1 : 0)) | 0
        const b17 = ((b << 17) | (B >>> 15)) ^ c0
        B = ((B << 17) | (b >>> 15)) ^ C0
        b = b17
        c = C0
        C = c0
      }
      a ^= low
      A ^= high
    }
    return { low: a ^ b ^ c ^ d, high: A ^ B ^ C ^ D }
  }
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  )
}

/** Up to four bytes from `at` to before `end` as a little-endian word, zeros above. */
function partAt(bytes: Uint8Array, at: number, end: number): number {
  let word = 0
  for (let i = end - 1; i >= at; i -= 1) word = (word << 8) | (bytes[i] as number)
  return word
}

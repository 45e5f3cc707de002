// SipHash in halves of 32 bits compared with SipHash on whole numbers of 64 bits, as in its paper.
// The halves need carries. One carry in 4,000 million is easily wrong (a sum that equals the added
// number); a test constructs it.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SipHash } from '../../src/siphash.ts'

const MASK = (1n << 64n) - 1n
const rotate = (value: bigint, by: bigint) => ((value << by) | (value >> (64n - by))) & MASK

function wordAt(bytes: Uint8Array, at: number): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(at, true)
}

/** Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012, §2. */
function sipHash(key: Uint8Array, message: Uint8Array): bigint {
  const [k0, k1] = [wordAt(key, 0), wordAt(key, 8)]
  let v0 = k0 ^ 0x736f6d6570736575n
  let v1 = k1 ^ 0x646f72616e646f6dn
  let v2 = k0 ^ 0x6c7967656e657261n
  let v3 = k1 ^ 0x7465646279746573n
  const round = () => {
    v0 = (v0 + v1) & MASK
    v2 = (v2 + v3) & MASK
    v1 = rotate(v1, 13n) ^ v0
    v3 = rotate(v3, 16n) ^ v2
    v0 = rotate(v0, 32n)
    v2 = (v2 + v1) & MASK
    v0 = (v0 + v3) & MASK
    v1 = rotate(v1, 17n) ^ v2
    v3 = rotate(v3, 21n) ^ v0
    v2 = rotate(v2, 32n)
  }
  const padded = new Uint8Array(Math.floor(message.length / 8) * 8 + 8)
  padded.set(message)
  padded[padded.length - 1] = message.length & 0xff
  for (let at = 0; at < padded.length; at += 8) {
    const word = wordAt(padded, at)
    v3 ^= word
    round()
    round()
    v0 ^= word
  }
  v2 ^= 0xffn
  for (let rounds = 0; rounds < 4; rounds += 1) round()
  return v0 ^ v1 ^ v2 ^ v3
}

function inHalves(key: Uint8Array, message: Uint8Array): bigint {
  const { low, high } = new SipHash(key).digest(message)
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)
}

const anyKey = fc.uint8Array({ minLength: 16, maxLength: 16 })

describe('SipHash', () => {
  it('equals the definition in its paper, for any key and message', () => {
    const anyMessage = fc.uint8Array({ maxLength: 40, size: 'max' })
    fc.assert(
      fc.property(anyKey, anyMessage, (key, message) => {
        expect(inHalves(key, message)).toBe(sipHash(key, message))
      }),
    )
  })

  // The first sum of the low halves of v2 and v3 is 0, so the next sum equals the added number.
  it('has no carry out of a sum with 0', () => {
    fc.assert(
      fc.property(anyKey, (key) => {
        const v2 = wordAt(key, 0) ^ 0x6c7967656e657261n
        const v3 = wordAt(key, 8) ^ 0x7465646279746573n
        const message = new Uint8Array(12)
        const low = (-v2 & 0xffffffffn) ^ (v3 & 0xffffffffn)
        new DataView(message.buffer).setUint32(0, Number(low), true)
        expect(inHalves(key, message)).toBe(sipHash(key, message))
      }),
    )
  })
})

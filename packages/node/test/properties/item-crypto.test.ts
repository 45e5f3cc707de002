// SHA-1 and Ed25519 of both adapters: on published vectors, and compared with each other.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nodeCrypto } from '../../src/adapters/node-crypto.ts'
import { isVerified, mutableTarget, targetOf } from '../../src/core/items/item.ts'
import { nobleCrypto } from '../../src/core/items/noble-crypto.ts'
import { bytes, hex, items, signatures, targets } from '../support/item-vectors.ts'

const ADAPTERS = [
  { name: 'node:crypto', crypto: nodeCrypto },
  { name: 'noble', crypto: nobleCrypto },
]

describe.each(ADAPTERS)('$name', ({ crypto }) => {
  it.each(items)('ITEM-10: $name: target and signature', ({ item, target, isValid }) => {
    if (target !== undefined) expect(hex(targetOf(item, crypto))).toBe(target)
    if (item.signed !== undefined) expect(isVerified(item.v, item.signed, crypto)).toBe(isValid)
  })

  it.each(signatures)('ITEM-10: $name is signed', ({ seed, message, publicKey, signature }) => {
    expect(hex(crypto.publicKeyOf(seed))).toBe(publicKey)
    expect(hex(crypto.sign(seed, message))).toBe(signature)
    expect(crypto.verify(bytes(publicKey), message, bytes(signature))).toBe(true)
  })

  it.each(targets)('ITEM-10: $name is the target of its key', ({ k, salt, target }) => {
    expect(hex(mutableTarget({ k, salt }, crypto))).toBe(target)
  })

  it('ITEM-10: what is no key or no signature is not valid, and throws nothing', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.uint8Array({ minLength: 64, maxLength: 64 }),
        (key, signature) => {
          expect(crypto.verify(key, Uint8Array.of(1), signature)).toBe(false)
        },
      ),
    )
    const zeros = new Uint8Array(64)
    expect(crypto.verify(zeros.subarray(0, 32).fill(0xff), zeros, zeros)).toBe(false)
  })
})

it('ITEM-10: both adapters sign alike, and neither accepts a changed message', () => {
  const seed = fc.uint8Array({ minLength: 32, maxLength: 32 })
  const message = fc.uint8Array({ minLength: 1, maxLength: 1100 })
  fc.assert(
    fc.property(seed, message, fc.nat(), (secret, signed, at) => {
      const [node, noble] = [nodeCrypto, nobleCrypto]
      const [key, signature] = [node.publicKeyOf(secret), node.sign(secret, signed)]
      expect([noble.publicKeyOf(secret), noble.sign(secret, signed)]).toEqual([key, signature])
      expect(noble.sha1(signed)).toEqual(node.sha1(signed))
      const changed = signed.slice()
      changed[at % signed.length]! ^= 1
      for (const { verify } of [node, noble]) {
        expect([verify(key, signed, signature), verify(key, changed, signature)]).toEqual([
          true,
          false,
        ])
      }
    }),
    { numRuns: 50 },
  )
})

// SHA-1 and Ed25519 of Node, three times as fast as those in JavaScript.

import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import type { ItemCrypto } from '../core/items/item-crypto.ts'

/** What stands before the bytes of a key in DER. RFC 8410. */
const SPKI_HEAD = Uint8Array.from(Buffer.from('302a300506032b6570032100', 'hex'))
const PKCS8_HEAD = Uint8Array.from(Buffer.from('302e020100300506032b657004220420', 'hex'))

export const nodeCrypto: ItemCrypto = Object.freeze({
  sha1: (bytes: Uint8Array) => new Uint8Array(createHash('sha1').update(bytes).digest()),
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
    try {
      return verify(null, message, publicKeyObject(publicKey), signature)
    } catch {
      // These bytes are no key.
      return false
    }
  },
  sign: (secretKey: Uint8Array, message: Uint8Array) =>
    new Uint8Array(sign(null, message, secretKeyObject(secretKey))),
  publicKeyOf(secretKey: Uint8Array): Uint8Array {
    const der = createPublicKey(secretKeyObject(secretKey)).export({ type: 'spki', format: 'der' })
    return new Uint8Array(der.subarray(SPKI_HEAD.length))
  },
})

function publicKeyObject(bytes: Uint8Array): KeyObject {
  const key = Buffer.concat([SPKI_HEAD, bytes])
  return createPublicKey({ key, format: 'der', type: 'spki' })
}

function secretKeyObject(bytes: Uint8Array): KeyObject {
  const key = Buffer.concat([PKCS8_HEAD, bytes])
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' })
}

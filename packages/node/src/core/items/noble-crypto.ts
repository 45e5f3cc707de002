// SHA-1 and Ed25519 in JavaScript, for a core without Node. A node with its shell uses the faster
// `node:crypto`.

import { getPublicKey, hashes, sign, verify } from '@noble/ed25519'
import { sha1 } from '@noble/hashes/legacy.js'
import { sha512 } from '@noble/hashes/sha2.js'
import type { ItemCrypto } from './item-crypto.ts'

// The library has no synchronous SHA-512 of its own; it uses the one set here.
hashes.sha512 = sha512

export const nobleCrypto: ItemCrypto = Object.freeze({
  sha1,
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
    // RFC 8032, as node:crypto, and not the rules of ZIP 215.
    return verify(signature, message, publicKey, { zip215: false })
  },
  sign: (secretKey: Uint8Array, message: Uint8Array) => sign(message, secretKey),
  publicKeyOf: getPublicKey,
})

// The port for the hash and the signatures of items (BEP 44): SHA-1 and Ed25519 (RFC 8032). It is
// synchronous, because a core does everything at once.

export interface ItemCrypto {
  /** @returns 20 bytes */
  sha1(bytes: Uint8Array): Uint8Array
  /**
   * Whether an Ed25519 signature is valid. Never throws: the arguments come from anyone.
   *
   * @param publicKey - 32 bytes, not necessarily a key
   * @param signature - 64 bytes
   */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean
  /** @param secretKey - 32 random bytes, the seed of RFC 8032; @returns 64 bytes */
  sign(secretKey: Uint8Array, message: Uint8Array): Uint8Array
  /** @param secretKey - 32 random bytes; @returns 32 bytes */
  publicKeyOf(secretKey: Uint8Array): Uint8Array
}

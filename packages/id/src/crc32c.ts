// CRC-32C (Castagnoli), the checksum that BEP 42 uses: reflected, with start and end inverted, as
// in RFC 3720, B.4. It is not cryptographic.

/** The Castagnoli polynomial 0x1EDC6F41 with its bits reversed (RFC 3720, 12.1). */
const POLYNOMIAL = 0x82f63b78

const TABLE: Uint32Array = /* @__PURE__ */ Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte
  for (let bit = 0; bit < 8; bit++) {
    remainder = (remainder >>> 1) ^ (remainder & 1 ? POLYNOMIAL : 0)
  }
  return remainder
})

/** The CRC-32C of `bytes`, 0 to 2^32 - 1. */
export function crc32c(bytes: Uint8Array): number {
  let remainder = 0xffffffff
  for (const byte of bytes) {
    remainder = (remainder >>> 8) ^ TABLE[(remainder ^ byte) & 0xff]!
  }
  return ~remainder >>> 0
}

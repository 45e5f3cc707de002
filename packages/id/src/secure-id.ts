// BEP 42: which ids a node may have. The first 21 bits of its id are a checksum of its external
// address, so that an owner of few addresses can't place nodes anywhere in the id space. The last
// byte of the id selects one of eight checksums; all other bits are free.
// BEP 42 describes ids of 20 bytes; any width of 4 bytes or more works the same way.

import { crc32c } from './crc32c.ts'
import { IdLengthError } from './errors.ts'
import { externalAddress } from './external-address.ts'
import { type Id, requireBytes } from './id.ts'
import { isLocalAddress } from './local-address.ts'
import { type RandomSource, randomId } from './random.ts'
import type { SecureIds } from './secure-ids.ts'
import { showValue } from './show-value.ts'

/** The bits of an IPv4 address that are hashed (BEP 42). */
const IPV4_MASK: readonly number[] = [0x03, 0x0f, 0x3f, 0xff]
/** The bits of an IPv6 address that are hashed, all in its first 8 bytes (BEP 42). */
const IPV6_MASK: readonly number[] = [0x01, 0x03, 0x07, 0x0f, 0x1f, 0x3f, 0x7f, 0xff]
/** The bytes that BEP 42 fixes, three in front and one at the end, must not overlap. */
const MIN_SECURE_LENGTH = 4
/** The bits of the checksum that the id repeats: its first 21. */
const CHECKED_BITS = 0xfffff800

/**
 * Draws an id that a node at `address` may have under BEP 42.
 *
 * @param options.address - the node's external address, 4 or 16 bytes
 * @param options.length  - width in bytes, 4 to 64
 * @throws {IdLengthError} when the address or the width has another length
 * @see BEP 42
 */
export function secureId(options: {
  readonly address: Uint8Array
  readonly length: number
  readonly random: RandomSource
}): Id {
  const { length, random } = options
  const address = externalAddress(options.address)
  requireSecureWidth(length)
  const id = randomId(length, random)
  const checksum = checksumOf(address, id[length - 1]!)
  id[0] = checksum >>> 24
  id[1] = checksum >>> 16
  id[2] = ((checksum >>> 8) & 0xf8) | (id[2]! & 0x07)
  return id
}

/**
 * Whether a node at `address` may have `id` under BEP 42. At a local address it may have any id.
 *
 * @param id      - 4 to 64 bytes
 * @param address - the source address of the message with the id, 4 or 16 bytes
 * @throws {IdLengthError} when the id or the address has another length
 * @see BEP 42
 */
export function isSecureId(id: Id, address: Uint8Array): boolean {
  requireBytes('id', id)
  requireSecureWidth(id.length)
  const external = externalAddress(address)
  if (isLocalAddress(external)) return true
  const held = (id[0]! << 24) | (id[1]! << 16) | (id[2]! << 8)
  const checksum = checksumOf(external, id[id.length - 1]!)
  return ((held ^ checksum) & CHECKED_BITS) === 0
}

/** The checksum of the bits of `address` that count, under the low 3 bits of `r`. */
function checksumOf(address: Uint8Array, r: number): number {
  const mask = address.length === 4 ? IPV4_MASK : IPV6_MASK
  const masked = new Uint8Array(mask.length)
  for (let i = 0; i < masked.length; i++) masked[i] = mask[i]! & address[i]!
  masked[0] = masked[0]! | ((r & 0x07) << 5)
  return crc32c(masked)
}

function requireSecureWidth(length: number): void {
  if (length >= MIN_SECURE_LENGTH) return
  const expected = `at least ${MIN_SECURE_LENGTH} bytes`
  throw new IdLengthError({ what: 'secure id', expected, got: showValue(length) })
}

/** The rule of BEP 42. Many nodes of BitTorrent's network have ids from before it. */
export const bep42Ids: SecureIds = /* @__PURE__ */ Object.freeze<SecureIds>({
  minLength: MIN_SECURE_LENGTH,
  isMandatory: false,
  draw: secureId,
  allows: isSecureId,
})

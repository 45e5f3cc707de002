// Which ids a node may have in a network of our own that ties ids to addresses. The first 32 bits
// of an id are those of a hash of the node's subnet (IPv4 /24, IPv6 /48), of two bits that tell
// addresses of the subnet apart, and of the last bit of the id; all other bits are free.
//
// BEP 42 allows eight beginnings for each address, so an owner of a /24 has 2,048 of them. Here it
// has eight, and an owner of one address has two. Only among 2^35 nodes would bits that everybody
// chooses decide who is among the eight nearest to a key.

import { sha256 } from '@noble/hashes/sha2.js'
import { IdLengthError } from './errors.ts'
import { externalAddress } from './external-address.ts'
import { requireBytes } from './id.ts'
import { isLocalAddress } from './local-address.ts'
import { randomId } from './random.ts'
import type { SecureIds } from './secure-ids.ts'
import { showValue } from './show-value.ts'

/** The bits of an IPv4 address that are hashed: the /24, and two bits of the rest. */
const IPV4_MASK: readonly number[] = [0xff, 0xff, 0xff, 0x03]
/** The bits of an IPv6 address that are hashed: the /48, and two bits of the rest of the /64. */
const IPV6_MASK: readonly number[] = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x03]
/** The bits of the last byte of an id that are hashed: ours, two beginnings for an address. */
const CHOICE_MASK = 0x01
/** The bytes of an id that repeat the hash. */
const HASHED_BYTES = 4
/** The hashed bytes in front and the last byte must not overlap. */
const MIN_LENGTH = HASHED_BYTES + 1

/**
 * The rule of our own networks: an id starts with a hash of the node's subnet. All nodes follow it.
 */
export const hashedIds: SecureIds = /* @__PURE__ */ Object.freeze<SecureIds>({
  minLength: MIN_LENGTH,
  isMandatory: true,
  draw({ address: given, length, random }) {
    const address = externalAddress(given)
    requireWidth(length)
    const id = randomId(length, random)
    id.set(hashOf(address, id[length - 1]!))
    return id
  },
  allows(id, given) {
    requireBytes('id', id)
    requireWidth(id.length)
    const address = externalAddress(given)
    if (isLocalAddress(address)) return true
    return hashOf(address, id[id.length - 1]!).every((byte, i) => byte === id[i])
  },
})

/** The first bytes of an id at `address` whose last byte is `last`. */
function hashOf(address: Uint8Array, last: number): Uint8Array {
  const mask = address.length === 4 ? IPV4_MASK : IPV6_MASK
  const hashed = new Uint8Array(mask.length + 1)
  for (let i = 0; i < mask.length; i++) hashed[i] = mask[i]! & address[i]!
  hashed[mask.length] = last & CHOICE_MASK
  return sha256(hashed).subarray(0, HASHED_BYTES)
}

function requireWidth(length: number): void {
  if (length >= MIN_LENGTH) return
  const expected = `at least ${MIN_LENGTH} bytes`
  throw new IdLengthError({ what: 'secure id', expected, got: showValue(length) })
}

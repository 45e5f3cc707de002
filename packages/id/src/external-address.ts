// The bytes of an address that a rule for ids counts. Addresses are bytes in network order. An
// IPv4-mapped IPv6 address (::ffff:a.b.c.d) counts as the IPv4 address.

import { IdLengthError } from './errors.ts'
import { requireBytes } from './id.ts'

/** What comes before the IPv4 address in an IPv4-mapped IPv6 address (RFC 4291, 2.5.5.2). */
const MAPPED: readonly number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]

/**
 * Refuses what is no address, and takes an IPv4 address out of its mapping.
 *
 * @throws {IdFormatError} when `given` is not a Uint8Array
 * @throws {IdLengthError} when it has neither 4 nor 16 bytes
 */
export function externalAddress(given: Uint8Array): Uint8Array {
  requireBytes('address', given)
  if (given.length !== 4 && given.length !== 16) {
    const got = String(given.length)
    throw new IdLengthError({ what: 'address', expected: '4 or 16 bytes', got })
  }
  const isMapped = MAPPED.every((byte, i) => byte === given[i])
  return isMapped ? given.subarray(12) : given
}

// Which bits of a filter of BEP 33 an address sets.

import { isBytes, showValue } from '@dht/id'
import { OptionsError } from '../errors.ts'
import { sha1Head } from './sha1-head.ts'

/** Bytes of a filter. */
export const FILTER_BYTES = 256

/** Bits of a filter; BEP 33 calls it m. */
export const BITS: number = 8 * FILTER_BYTES

/** Bytes of an address, IPv4 and IPv6. */
const ADDRESS_BYTES = [4, 16]

/** The bits that one address sets. */
export type FilterBits = readonly [number, number]

/** The bits of an address: two numbers of 16 bits, little endian, from the start of its SHA-1. */
export function bitsOf(address: Uint8Array): FilterBits {
  requireAddress(address)
  const head = sha1Head(address)
  const first = (head >>> 24) | ((head >>> 8) & 0xff00)
  const second = ((head >>> 8) & 0xff) | ((head & 0xff) << 8)
  return [first % BITS, second % BITS]
}

export function requireAddress(address: Uint8Array): void {
  requireBytes('address', address, ADDRESS_BYTES)
}

export function requireBytes(what: string, value: Uint8Array, lengths: readonly number[]): void {
  if (isBytes(value) && lengths.includes(value.length)) return
  throw new OptionsError({ what, expected: `${lengths.join(' or ')} bytes`, got: showValue(value) })
}

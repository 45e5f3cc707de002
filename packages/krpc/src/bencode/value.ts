// Arbitrary bencoded values, for what is hashed, signed or stored (BEP 44, a node's state), and
// their limits. They are read by decode-value.ts and written by encode-value.ts.

import { MAX_DATAGRAM, MAX_DEPTH, MAX_ITEMS } from '../message/limits.ts'

/**
 * A bencoded value: an integer of 64 bits with a sign, a byte string, a list, or a dictionary. A
 * key of a dictionary is a byte string too; it has one character, from 0 to 255, for each byte, and
 * is an ordinary string if it is ASCII. The entries may be in any order.
 */
export type BencodeValue = bigint | Uint8Array | readonly BencodeValue[] | BencodeDictionary

export interface BencodeDictionary extends ReadonlyMap<string, BencodeValue> {}

/** Limits of a value. */
export interface BencodeLimits {
  /** Bytes in all; default 1500, a datagram. */
  readonly maxBytes?: number
  /** Containers open at once; default 10. */
  readonly maxDepth?: number
  /** Strings (keys included), integers, lists and dictionaries together; default 500. */
  readonly maxItems?: number
}

export const DEFAULT_LIMITS: Required<BencodeLimits> = {
  maxBytes: MAX_DATAGRAM,
  maxDepth: MAX_DEPTH,
  maxItems: MAX_ITEMS,
}

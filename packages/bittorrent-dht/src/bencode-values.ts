// Values of items between the forms of npm's bencode and those of krpc. In JavaScript an integer is
// a number, a byte string a buffer, and a dictionary an object.

import type { BencodeValue } from '@dht/krpc'
import { viewOf } from './bytes.ts'
import { argumentError } from './errors.ts'

/** Deepest containers in a value, as krpc writes them. */
const MAX_DEPTH = 10

/**
 * @param depth - containers that are open
 * @throws {DhtClientError} `ERR_DHT_CLIENT_ARGUMENT` for what bencode does not have
 */
export function toBencodeValue(value: unknown, depth = 0): BencodeValue {
  const bytes = viewOf(value)
  if (bytes !== undefined) return bytes
  if (typeof value === 'string') return Buffer.from(value)
  if (typeof value === 'bigint') return value
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value)
  if (depth < MAX_DEPTH && Array.isArray(value)) {
    return value.map((each) => toBencodeValue(each, depth + 1))
  }
  if (depth < MAX_DEPTH && typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, each]) => each !== undefined)
    return new Map(
      entries.map(([key, each]) => [bytesAsText(key), toBencodeValue(each, depth + 1)]),
    )
  }
  throw argumentError('v', 'bytes, a text, a whole number, a list or an object, 10 deep', value)
}

export function fromBencodeValue(value: BencodeValue): unknown {
  if (typeof value === 'bigint') return toNumber(value)
  if (value instanceof Uint8Array) return viewOf(value)
  if (isList(value)) return value.map(fromBencodeValue)
  const entries = Array.from(value, ([key, each]) => [textOf(key), fromBencodeValue(each)])
  return Object.fromEntries(entries)
}

/** A number where it is exact. */
export function toNumber(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

function isList(value: BencodeValue): value is readonly BencodeValue[] {
  return Array.isArray(value)
}

/** One character for each byte of the text, as krpc has keys. */
function bytesAsText(key: string): string {
  return Buffer.from(key).toString('latin1')
}

function textOf(key: string): string {
  return Buffer.from(key, 'latin1').toString()
}

// Bytes as users of npm's package give them: buffers, other views, and hex.

import { argumentError } from './errors.ts'

/** Bytes of an id and of an info hash. */
export const ID_BYTES = 20

/**
 * Bytes, or as many bytes in hex.
 *
 * @returns a copy
 * @throws {DhtClientError} `ERR_DHT_CLIENT_ARGUMENT` for anything else, and for another length
 */
export function toBuffer(name: string, given: unknown, length: number): Buffer {
  const bytes = typeof given === 'string' ? Buffer.from(given, 'hex') : viewOf(given)
  const isWhole = typeof given !== 'string' || given.length === 2 * length
  if (bytes?.length === length && isWhole) return bytes
  throw argumentError(name, `${length} bytes or their hex`, given)
}

/** @returns a copy; undefined for anything but bytes */
export function viewOf(given: unknown): Buffer | undefined {
  if (!ArrayBuffer.isView(given)) return undefined
  return Buffer.from(new Uint8Array(given.buffer, given.byteOffset, given.byteLength))
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}

export function fromHex(hex: string): Buffer {
  return Buffer.from(hex, 'hex')
}

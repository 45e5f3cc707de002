// The id of a piece of content: its SHA-256 digest, 32 bytes. Networks with ids of another width
// use another hash, which is not in this package.

import { sha256 } from '@noble/hashes/sha2.js'
import { type Id, idView, requireBytes } from './id.ts'

/**
 * The id of some content: everyone with the same bytes computes the same id.
 *
 * @returns the SHA-256 digest of `content`, 32 bytes
 * @throws {IdFormatError} when `content` is not a Uint8Array
 * @see FIPS 180-4
 */
export function contentId(content: Uint8Array): Id {
  requireBytes('content', content)
  return idView(sha256(content))
}

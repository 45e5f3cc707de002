// The id of a piece of content: its SHA-256 digest, 32 bytes.
// Networks of another width hash elsewhere; this package knows no SHA-1.

import { sha256 } from '@noble/hashes/sha2.js'
import { type Id, idView, requireBytes } from './id.ts'

/**
 * The id under which content is known to whoever has the same bytes.
 *
 * @returns the SHA-256 digest of `content`, 32 bytes
 * @throws {IdFormatError} when `content` is not a Uint8Array
 * @see FIPS 180-4
 */
export function contentId(content: Uint8Array): Id {
  requireBytes('content', content)
  return idView(sha256(content))
}

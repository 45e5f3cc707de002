// Magnet URIs (BEP 9), which come from web pages and may be of any length.

import { argumentError } from '../errors.ts'

const MAGNET = /^magnet:/i

/** Longest that is read, in characters: ours. One with many trackers has some thousands. */
const MAX_MAGNET = 16_384

export function isMagnet(key: unknown): key is string {
  return typeof key === 'string' && MAGNET.test(key)
}

/**
 * The parameters of a magnet URI.
 *
 * @param what - the argument that it is
 * @throws {DhtNodeError} when it is too long
 */
export function magnetParameters(what: string, magnet: string): URLSearchParams {
  if (magnet.length <= MAX_MAGNET) return new URLSearchParams(magnet.slice(magnet.indexOf('?') + 1))
  throw argumentError(what, `at most ${MAX_MAGNET} characters`, magnet.length)
}

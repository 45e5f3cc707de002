// The texts of the error messages for queries that could not be read, in the words of libtorrent.

import { MAX_ERROR_TEXT } from './limits.ts'

/** Of a method that is not in the list, and of an unknown write. */
export const UNKNOWN_METHOD = 'unknown method'

/**
 * Names what is wrong with a query.
 *
 * @param key - on the wire
 * @param isPresent - whether the key has a value, which is then unusable
 */
export function unusableText(key: string, isPresent: boolean): string {
  const text = isPresent ? `invalid value for '${key}'` : `missing '${key}'`
  return text.slice(0, MAX_ERROR_TEXT)
}

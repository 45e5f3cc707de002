// A value of any kind, as its bencoded bytes. What is hashed or signed, such as `v` of BEP 44, must
// stay as it was written: it is never decoded and encoded again.

import { decodeValue } from '../bencode/decode-value.ts'
import type { BencodeLimits } from '../bencode/value.ts'
import { EncodeError } from '../errors.ts'
import { MAX_DEPTH, MAX_ITEMS } from '../message/limits.ts'
import { checkLength, defineField, encodedKey, type Field } from './field.ts'

/** The message around a value: its dictionary and that of its arguments or results. */
const DEPTH_AROUND = 2
/** Ours: far more keys and values than the rest of a message has. */
const ITEMS_AROUND = 60

/** The limits of a value inside a message, with room for the rest of the message. */
export function valueLimits(maxBytes: number): Required<BencodeLimits> {
  return { maxBytes, maxDepth: MAX_DEPTH - DEPTH_AROUND, maxItems: MAX_ITEMS - ITEMS_AROUND }
}

/**
 * The bencoded bytes of one value. A value counts as absent if it is too long, not canonical, or
 * too deep or too large for a message.
 *
 * @param maxBytes - most bytes of the encoding
 */
export function encodedField(key: string, maxBytes: number): Field<Uint8Array> {
  const written = encodedKey(key)
  const limits = valueLimits(maxBytes)
  return defineField<Uint8Array>({
    key,
    read(dictionary) {
      const bytes = dictionary.encoded(key)
      return bytes !== undefined && decodeValue(bytes, limits).kind === 'value' ? bytes : undefined
    },
    check(bytes, name) {
      checkLength(name, bytes, maxBytes)
      const decoded = decodeValue(bytes, limits)
      if (decoded.kind === 'value') return
      const { reason, at } = decoded
      throw new EncodeError({
        what: name,
        expected: 'one bencoded value',
        got: `${reason} at ${at}`,
      })
    },
    write(output, bytes) {
      output.bytes(written)
      output.bytes(bytes)
    },
  })
}

// Opaque bytes of bounded length.

import { lengthOf, viewOf } from '../bencode/span.ts'
import { checkLength, defineField, encodedKey, type Field } from './field.ts'

/** @param max - longest value, in bytes; a longer one counts as absent */
export function bytesField(key: string, max: number): Field<Uint8Array> {
  const written = encodedKey(key)
  return defineField<Uint8Array>({
    key,
    read(dictionary) {
      const span = dictionary.string(key)
      const length = lengthOf(span)
      return length >= 0 && length <= max ? viewOf(dictionary.datagram, span) : undefined
    },
    check: (bytes, name) => checkLength(name, bytes, max),
    write(output, bytes) {
      output.bytes(written)
      output.string(bytes)
    },
  })
}

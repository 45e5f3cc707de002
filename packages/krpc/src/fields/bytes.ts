// Opaque bytes, of bounded or of fixed length.

import { lengthOf, viewOf } from '../bencode/span.ts'
import { checkBytes, checkLength, defineField, encodedKey, type Field, refuse } from './field.ts'

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

/** @param length - in bytes, of a key or a signature; a value of another length counts as absent */
export function fixedBytesField(key: string, length: number): Field<Uint8Array> {
  const field = bytesField(key, length)
  return defineField<Uint8Array>({
    ...field,
    read(dictionary, format) {
      const bytes = field.read(dictionary, format)
      return bytes?.length === length ? bytes : undefined
    },
    check(bytes, name) {
      checkBytes(name, bytes)
      if (bytes.length !== length) refuse(name, `${length} bytes`, bytes.length)
    },
  })
}

// A flag: set by any integer but 0, because clients disagree on which to send.

import { asciiBytes, defineField, type Field } from './field.ts'

/** Reads as false when it is absent. Written only when it is set. */
export function flagField(key: string): Field<boolean> {
  const written = asciiBytes(`${key.length}:${key}i1e`)
  return defineField({
    key,
    read(dictionary) {
      const value = dictionary.integer(key) ?? 0
      return value !== 0 && !Number.isNaN(value)
    },
    check() {},
    write(output, isSet) {
      if (isSet) output.bytes(written)
    },
  })
}

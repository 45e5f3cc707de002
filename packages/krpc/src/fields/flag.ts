// A flag. Any integer other than 0 sets it, because clients send different integers.

import { asciiBytes, defineField, type Field } from './field.ts'

/** A flag that is absent, or is not an integer, is read as false. Only a set flag is written. */
export function flagField(key: string): Field<boolean> {
  const encoded = asciiBytes(`${key.length}:${key}i1e`)
  return defineField({
    key,
    read(dictionary) {
      const value = dictionary.integer(key) ?? 0
      return value !== 0 && !Number.isNaN(value)
    },
    check() {},
    write(output, isSet) {
      if (isSet) output.bytes(encoded)
    },
  })
}

// A UDP port.

import { isPort } from '../address/endpoint.ts'
import { defineField, encodedKey, type Field, refuse } from './field.ts'

const KEY = 'port'
const WRITTEN = encodedKey(KEY)

/** Reads as 0 when it is absent or out of range. */
export const portField: Field<number> = defineField({
  key: KEY,
  read(dictionary) {
    const port = dictionary.integer(KEY) ?? 0
    return isPort(port) ? port : 0
  },
  check(port, name) {
    if (!isPort(port)) refuse(name, '1 to 65535', port)
  },
  write(output, port) {
    output.bytes(WRITTEN)
    output.integer(port)
  },
})

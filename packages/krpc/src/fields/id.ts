// An id of the network: a node id, a target, an info hash.

import { type Id, idView } from '@dht/id'
import type { Dictionary } from '../bencode/dictionary.ts'
import { isString, lengthOf, viewOf } from '../bencode/span.ts'
import {
  checkBytes,
  defineField,
  encodedKey,
  type Field,
  refuse,
  type WireFormat,
} from './field.ts'

export function idField(key: string): Field<Id> {
  const written = encodedKey(key)
  return defineField({
    key,
    read(dictionary, { idLength }) {
      const span = dictionary.string(key)
      return lengthOf(span) === idLength ? idView(viewOf(dictionary.datagram, span)) : undefined
    },
    isForeign: (dictionary, format) => isForeignId(dictionary, key, format),
    check(id, name, { idLength }) {
      checkBytes(name, id)
      if (id.length !== idLength) refuse(name, `${idLength} bytes`, id.length)
    },
    write(output, id) {
      output.bytes(written)
      output.string(id)
    },
  })
}

/**
 * Whether an unusable id comes from another network: it is a string of another width, in a network
 * with a key. An error message would only go to that other network. BEP 5 has no such key, so in
 * Mainline the querier is told.
 */
function isForeignId(dictionary: Dictionary, key: string, format: WireFormat): boolean {
  return format.key !== undefined && isString(dictionary.string(key))
}

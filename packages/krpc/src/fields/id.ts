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
  const keyBytes = encodedKey(key)
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
      output.bytes(keyBytes)
      output.string(id)
    },
  })
}

/**
 * Whether an invalid id may come from another network: it is a string of another width, and this
 * network has a key. Then the query gets no reply. BEP 5 has no network key, so in Mainline the
 * querier gets an error message.
 */
function isForeignId(dictionary: Dictionary, key: string, format: WireFormat): boolean {
  return format.key !== undefined && isString(dictionary.string(key))
}

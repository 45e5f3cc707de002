// The address families that a querier wants contacts of: a list of names, BEP 32.

import { spells } from '../bencode/span.ts'
import { defineField, encodedKey, type Field } from './field.ts'

/**
 * The families that contacts are wanted of, BEP 32.
 *
 * A query without it wants the family of its own datagram. With it, exactly the families that are
 * true, perhaps none.
 */
export interface Want {
  readonly n4: boolean
  readonly n6: boolean
}

const KEY = 'want'
const WRITTEN = encodedKey(KEY)

/** Other names in the list are skipped. */
export const wantField: Field<Want> = defineField({
  key: KEY,
  read(dictionary) {
    const list = dictionary.list(KEY)
    if (list === undefined) return undefined
    let n4 = false
    let n6 = false
    while (list.more()) {
      const family = list.readSpan()
      if (spells(dictionary.datagram, family, 'n4')) n4 = true
      else if (spells(dictionary.datagram, family, 'n6')) n6 = true
    }
    return { n4, n6 }
  },
  check() {},
  write(output, { n4, n6 }) {
    output.bytes(WRITTEN)
    output.raw('l')
    if (n4) output.raw('2:n4')
    if (n6) output.raw('2:n6')
    output.raw('e')
  },
})

// keep_text on the wire: asks a node to keep a text under a target. A text may be as large as a
// value of BEP 44, so the query may exceed the reply budget of a network.

import type { Id } from '@dht/id'
import {
  bytesField,
  defineMethod,
  idField,
  type Method,
  type QueryHead,
  required,
  tokenField,
} from '@dht/krpc'

/** Longest text, in bytes. */
const MAX_TEXT = 1_200

export interface KeepTextQuery extends QueryHead {
  readonly method: 'keep_text'
  readonly target: Id
  readonly text: Uint8Array
  /** From the receiver's response to count_words. */
  readonly token: Uint8Array
}

export const keepText: Method<KeepTextQuery, object> = defineMethod({
  name: 'keep_text',
  arguments: {
    target: required(idField('target')),
    text: required(bytesField('text', MAX_TEXT)),
    token: required(tokenField),
  },
  results: {},
  budgets: { query: 1_400 },
})

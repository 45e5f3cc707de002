// count_words on the wire: how many texts near a target contain a word, and a token for keeping one
// more. The method is made up, to show that one can be added from outside.

import type { Id } from '@dht/id'
import {
  bytesField,
  defineMethod,
  type FindNodeResults,
  idField,
  integerField,
  type Method,
  nodes6Field,
  nodesField,
  type QueryHead,
  required,
  tokenField,
  type Want,
  wantField,
} from '@dht/krpc'

/** Longest word, in bytes. */
const MAX_WORD = 32

export interface CountWordsQuery extends QueryHead {
  readonly method: 'count_words'
  readonly target: Id
  readonly word: Uint8Array
  readonly want?: Want | undefined
}

export interface CountWordsResults extends FindNodeResults {
  /** How many of the texts that the responder keeps contain the word. */
  readonly count?: bigint | undefined
  readonly token?: Uint8Array | undefined
}

export const countWords: Method<CountWordsQuery, CountWordsResults> = defineMethod({
  name: 'count_words',
  arguments: {
    target: required(idField('target')),
    word: required(bytesField('word', MAX_WORD)),
    want: wantField,
  },
  results: {
    nodes: nodesField,
    nodes6: nodes6Field,
    count: integerField('count', { min: 0n }),
    token: tokenField,
  },
})

// A made-up method that uses only what the package exports: count_words asks how often a word
// occurs in the texts near a target.

import type { Id } from '@dht/id'
import {
  type BuiltInMethod,
  bytesField,
  defineField,
  defineMethod,
  EncodeError,
  type Field,
  flagField,
  idField,
  type Method,
  MethodList,
  type Network,
  type Nodes,
  nodesField,
  type QueryHead,
  required,
} from '@dht/krpc'

export interface CountWordsQuery extends QueryHead {
  readonly method: 'count_words'
  readonly target: Id
  readonly word: Uint8Array
  readonly ignoreCase: boolean
  readonly limit?: number | undefined
}

interface CountWordsResults {
  readonly nodes?: Nodes | undefined
  readonly count?: number | undefined
  /** Texts that contain the word, the best first. */
  readonly texts?: readonly Uint8Array[] | undefined
}

function countField(key: string): Field<number> {
  return defineField<number>({
    key,
    read(dictionary) {
      const count = dictionary.integer(key)
      return count !== undefined && count >= 0 ? count : undefined
    },
    check(count, name) {
      if (Number.isInteger(count) && count >= 0) return
      throw new EncodeError({ what: name, expected: 'a count', got: String(count) })
    },
    write(output, count) {
      output.raw(`${key.length}:${key}`)
      output.integer(count)
    },
  })
}

const textsField: Field<readonly Uint8Array[]> = defineField<readonly Uint8Array[]>({
  key: 'texts',
  read: (dictionary) => dictionary.strings('texts'),
  check() {},
  write(output, texts) {
    output.raw('5:textsl')
    for (const each of texts) output.string(each)
    output.raw('e')
  },
  cut: {
    rank: () => 0,
    shorten(texts, excess) {
      let count = texts.length
      for (let saved = 0; saved < excess && count > 0; ) {
        const { length } = texts[--count]!
        saved += length + String(length).length + 1
      }
      return texts.slice(0, count)
    },
    first: (texts) => texts.slice(0, 1),
  },
})

const countWords: Method<CountWordsQuery, CountWordsResults> = defineMethod({
  name: 'count_words',
  arguments: {
    target: required(idField('target')),
    word: required(bytesField('word', 32)),
    ignoreCase: flagField('ignore_case'),
    limit: countField('limit'),
  },
  results: { nodes: nodesField, count: countField('count'), texts: textsField },
})

export type WithCountWords = BuiltInMethod | typeof countWords

/** The network with the method added to its list. */
export function withCountWords(network: Network): Network<WithCountWords> {
  const methods = new MethodList<WithCountWords>([...network.methods.all, countWords])
  return { ...network, methods }
}

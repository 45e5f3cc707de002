// A method that is added by a user of the package, compared with the bencode library.

import {
  bytesField,
  decodeMessage,
  defineMethod,
  encodeMessage,
  type Field,
  fitReply,
  type Message,
  type Method,
  MethodList,
  mainline,
  messageSize,
  type Network,
  OptionsError,
  type QueryHead,
  required,
  tokenField,
} from '@dht/krpc'
import { anyId } from '@dht/testing'
import bencode from 'bencode'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type WithCountWords, withCountWords } from '../support/count-words.ts'
import { anyMessage, anyNetwork } from '../support/messages.ts'

type WithAdded = Network<WithCountWords>

const bytes = (maxLength: number) => fc.uint8Array({ minLength: 1, maxLength })
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
const head = { transactionId: bytes(32), version: optional(bytes(64)) }

const anyCountQuery = ({ idLength }: WithAdded) =>
  fc.record({
    ...head,
    kind: fc.constant('query' as const),
    method: fc.constant('count_words' as const),
    id: anyId(idLength),
    readOnly: fc.boolean(),
    target: anyId(idLength),
    word: bytes(32),
    ignoreCase: fc.boolean(),
    limit: optional(fc.nat()),
  })

const anyCountResponse = ({ idLength }: WithAdded) =>
  fc.record({
    ...head,
    kind: fc.constant('response' as const),
    id: anyId(idLength),
    nodes: optional(fc.uint8Array({ minLength: idLength + 6, maxLength: idLength + 6 })),
    count: optional(fc.nat()),
    texts: optional(fc.array(bytes(40), { maxLength: 12 })),
  })

const anyConversation = anyNetwork
  .map(withCountWords)
  .chain((network) =>
    fc.tuple(fc.constant(network), fc.oneof(anyCountQuery(network), anyCountResponse(network))),
  )

type Added = (typeof anyConversation extends fc.Arbitrary<infer T> ? T : never)[1]

/** The message as a dictionary, without the code under test. */
function partsOf(message: Added, key: string | undefined): object {
  const { transactionId: t, version: v, id } = message
  if (message.kind === 'response') {
    const { nodes, count, texts } = message
    return { t, v, n: key, y: 'r', r: { id, nodes, count, texts } }
  }
  const { target, word, limit } = message
  const ignore_case = message.ignoreCase ? 1 : undefined
  const ro = message.readOnly ? 1 : undefined
  return { t, v, n: key, y: 'q', q: 'count_words', ro, a: { id, target, word, ignore_case, limit } }
}

it('PROTO-57: it is written as the library writes it, read back and measured', () => {
  fc.assert(
    fc.property(anyConversation, ([network, message]) => {
      const written = encodeMessage<WithCountWords>(message, network, 1500)
      expect([...written]).toEqual([...bencode.encode(partsOf(message, network.key) as never)])
      expect(decodeMessage(written, network)).toEqual(message)
      expect(messageSize<WithCountWords>(message, network)).toBe(written.length)
    }),
  )
})

it('PROTO-57: its results are cut to the budget, the texts first', () => {
  fc.assert(
    fc.property(anyConversation, fc.nat({ max: 500 }), ([network, message], extra) => {
      fc.pre(message.kind === 'response')
      const nodes = message.nodes && new Uint8Array(0)
      const bare = { ...message, texts: message.texts && [], nodes }
      const budget = messageSize<WithCountWords>(bare, network) + extra
      const fitting = fitReply(message, network, budget)
      const size = messageSize<WithCountWords>(fitting, network)
      expect(size).toBeLessThanOrEqual(budget)
      expect(encodeMessage<WithCountWords>(message, network, budget)).toHaveLength(size)
      if ((fitting.texts?.length ?? 0) > 0) expect(fitting.nodes).toEqual(message.nodes)
    }),
  )
})

it('PROTO-57: the built-in methods are written and read as without it', () => {
  const anyBuiltIn = anyNetwork.chain((network) =>
    fc.tuple(fc.constant(network), anyMessage(network)),
  )
  fc.assert(
    fc.property(anyBuiltIn, ([network, message]) => {
      const wider = withCountWords(network)
      const written = encodeMessage(message, network, 1500)
      expect(encodeMessage<WithCountWords>(message as Message, wider, 1500)).toEqual(written)
      expect(decodeMessage(written, wider)).toEqual(decodeMessage(written, network))
    }),
  )
})

it('PROTO-57: to a network without it, it is an unknown method', () => {
  fc.assert(
    fc.property(anyCountQuery(withCountWords(mainline)), (query) => {
      const written = encodeMessage<WithCountWords>(query, withCountWords(mainline), 1500)
      const { id, target } = query
      expect(decodeMessage(written, mainline)).toMatchObject({
        method: 'unknown',
        name: 'count_words',
        id,
        target,
      })
      expect(() => encodeMessage(query as never, mainline)).toThrow(/^method: .*"count_words"/)
    }),
  )
})

it('a list refuses equal names, two meanings of a result, and a required result', () => {
  const [ping] = mainline.methods.all
  expect(() => new MethodList([ping!, ping!])).toThrow(OptionsError)
  const withResult = (field: Field<Uint8Array>) =>
    defineMethod<QueryHead & { readonly method: 'b' }, { readonly token?: Uint8Array }>({
      name: 'b',
      arguments: {},
      results: { token: field },
    })
  const listOf = (field: Field<Uint8Array>) => () =>
    new MethodList<Method>([...mainline.methods.all, withResult(field)])
  expect(listOf(tokenField)).not.toThrow()
  expect(listOf(bytesField('token', 5))).toThrow(OptionsError)
  expect(listOf(required(bytesField('other', 5)))).toThrow(OptionsError)
})

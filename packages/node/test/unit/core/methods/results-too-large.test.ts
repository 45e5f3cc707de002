// A method from outside whose results fit no message: the querier gets an error message.

import { idFromBytes } from '@dht/id'
import {
  bytesField,
  decodeMessage,
  defineMethod,
  dht256,
  ErrorCode,
  encodeMessage,
  endpoint,
  type Method,
  MethodList,
  type QueryHead,
} from '@dht/krpc'
import { builtInMethods, NodeCore, type NodeMethod } from '@dht/node/core'
import { seededRandom } from '@dht/testing'
import { expect, it } from 'vitest'

interface Results {
  readonly text?: Uint8Array | undefined
}

const tellMe: Method<QueryHead & { readonly method: 'tell_me' }, Results> = defineMethod({
  name: 'tell_me',
  arguments: {},
  results: { text: bytesField('text', 1_400) },
})

const transactionId = Uint8Array.of(7, 7)
const network = { ...dht256, methods: new MethodList([tellMe]) }
const query = { kind: 'query', method: 'tell_me', transactionId, readOnly: false } as const
const from = endpoint('20.0.0.1', 7)

function replyTo(bytes: number): unknown {
  const responding: NodeMethod<QueryHead & { readonly method: 'tell_me' }, Results> = {
    method: tellMe,
    respond: () => ({ text: new Uint8Array(bytes) }),
  }
  const id = idFromBytes(new Uint8Array(32).fill(1))
  const methods = [...builtInMethods(dht256), responding]
  const core = new NodeCore({ id, random: seededRandom(1) }, { methods })
  core.bound(endpoint('20.0.0.2', 7))
  const asker = idFromBytes(new Uint8Array(32).fill(2))
  const datagram = encodeMessage({ ...query, id: asker }, network)
  const [reply] = core.receive(datagram, from, 1_000).flatMap((effect) => {
    return effect.kind === 'send' ? [decodeMessage(effect.bytes, dht256)] : []
  })
  return reply
}

it('results that fit are sent', () => {
  expect(replyTo(500)).toMatchObject({ kind: 'response', transactionId })
})

it('results that exceed the budget of the response are an error of the responder', () => {
  expect(replyTo(1_400)).toMatchObject({ kind: 'error', transactionId, code: ErrorCode.server })
})

import { idFromBytes } from '@dht/id'
import {
  compactEndpoint,
  contact,
  encodeMessage,
  endpoint,
  type Message,
  mainline,
} from '@dht/krpc'
import { describe, expect, it } from 'vitest'
import { encodedTransmit, lazyTransmit } from '../../../../src/core/queries/transmit.ts'
import { home } from '../../../support/bench.ts'

const id = idFromBytes(new Uint8Array(20).fill(7))
const transactionId = Uint8Array.of(1, 2)
const peers = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => compactEndpoint(endpoint(`20.1.${i >> 8}.${i & 255}`, 9)))

const MESSAGES: readonly [what: string, message: Message][] = [
  ['a query', { kind: 'query', method: 'ping', transactionId, id, readOnly: false }],
  ['an error', { kind: 'error', transactionId, code: 203, text: 'no token' }],
  ['a response', { kind: 'response', transactionId, id, nodes: [contact(id, home)] }],
  ['a response over the budget', { kind: 'response', transactionId, id, values: peers(500) }],
]

describe('NET-50: lazy or not, the same bytes are sent', () => {
  it.each(MESSAGES)('%s', (_, message) => {
    const encoded = encodedTransmit(mainline)(message, home)
    expect(encoded).toEqual({
      kind: 'send',
      endpoint: home,
      bytes: encoded.bytes,
      size: encoded.size,
    })
    expect(encoded.bytes).toEqual(encodeMessage(message, mainline))
    expect({ ...encoded }.bytes.length).toBe(encoded.size)
    const { bytes, size } = lazyTransmit(mainline)(message, home)
    expect(bytes).toEqual(encoded.bytes)
    expect(size).toBe(bytes.length)
    expect(size).toBeLessThanOrEqual(mainline.replyBudget)
  })
})

import { idFromBytes } from '@dht/id'
import { contact, encodeMessage, type Message, mainline } from '@dht/krpc'
import { expect, it } from 'vitest'
import { LazyTransmit } from '../../../../src/core/queries/lazy-transmit.ts'
import { home } from '../../../support/bench.ts'

const id = idFromBytes(new Uint8Array(20).fill(7))
const message: Message = {
  kind: 'response',
  transactionId: Uint8Array.of(1, 2),
  id,
  nodes: [contact(id, home)],
}

it('knows its size before it is encoded, and is encoded once', () => {
  const datagram = new LazyTransmit(message, home, mainline)
  expect(datagram).toMatchObject({ kind: 'send', message, endpoint: home })
  const { bytes } = datagram
  expect(bytes).toEqual(encodeMessage(message, mainline))
  expect(datagram.size).toBe(bytes.length)
  expect(datagram.bytes).toBe(bytes)
})

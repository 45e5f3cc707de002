import { idFromBytes } from '@dht/id'
import { contact, encodeMessage, type Message, mainline } from '@dht/krpc'
import { expect, it } from 'vitest'
import { Letter } from '../../../src/core/letter.ts'
import { home } from '../../support/bench.ts'

const id = idFromBytes(new Uint8Array(20).fill(7))
const message: Message = {
  kind: 'response',
  transactionId: Uint8Array.of(1, 2),
  id,
  nodes: [contact(id, home)],
}

it('knows its size before it has bytes, and is written once', () => {
  const letter = new Letter(message, home, mainline)
  expect(letter).toMatchObject({ kind: 'send', message, endpoint: home })
  const { bytes } = letter
  expect(bytes).toEqual(encodeMessage(message, mainline))
  expect(letter.size).toBe(bytes.length)
  expect(letter.bytes).toBe(bytes)
})

// The size of a message and the part of a response that fits are known without encoding it, and
// contacts are not encoded before they are written.

import { idFromBytes } from '@dht/id'
import {
  compactContacts,
  contactsFromCompact,
  dht256,
  encodeMessage,
  endpoint,
  type Family,
  fitReply,
  type Message,
  mainline,
  messageSize,
  type Network,
  type Nodes,
  type Response,
} from '@dht/krpc'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHex } from '../support/bytes.ts'
import { anyMessage, anyNetwork, anyResponse, leastBudget } from '../support/messages.ts'

const MAX = 1500

const anyConversation = anyNetwork.chain((network) => {
  return fc.tuple(fc.constant(network), anyMessage(network))
})

/** Responses that mostly have to be cut, and a budget that always fits the rest. */
const anyCut = anyNetwork.chain((network) => {
  const response = anyResponse(network, { contacts: 30, values: 80 })
  return fc.tuple(
    fc.constant(network),
    response,
    fc.integer({ min: leastBudget(network), max: MAX }),
  )
})

/** The same response with decoded contacts, and with those encoded again. */
function bothForms(response: Response, { idLength }: Network): readonly [Response, Response] {
  const read = (nodes: Nodes | undefined, family: Family) => {
    return nodes && contactsFromCompact(nodes, idLength, family)
  }
  const [nodes, nodes6] = [read(response.nodes, 4), read(response.nodes6, 6)]
  const written = {
    nodes: nodes && compactContacts(nodes),
    nodes6: nodes6 && compactContacts(nodes6),
  }
  return [
    { ...response, nodes, nodes6 },
    { ...response, ...written },
  ]
}

describe('AMP-2: sizes', () => {
  it('AMP-2: a message has the counted size', () => {
    fc.assert(
      fc.property(anyConversation, ([network, message]) => {
        expect(messageSize(message, network)).toBe(encodeMessage(message, network, MAX).length)
      }),
    )
  })

  it('AMP-2: fitReply keeps what encodeMessage would write', () => {
    fc.assert(
      fc.property(anyCut, ([network, response, budget]) => {
        for (const form of bothForms(response, network)) {
          const fitting = fitReply(form, network, budget)
          const written = encodeMessage(form, network, budget)
          expect(messageSize(fitting, network)).toBe(written.length)
          expect(toHex(encodeMessage(fitting, network, MAX))).toBe(toHex(written))
          if (messageSize(form, network) <= budget) expect(fitting).toBe(form)
        }
      }),
    )
  })
})

describe('AMP-2: sizes of every kind of message', () => {
  const id = idFromBytes(new Uint8Array(20).fill(7))
  const head = { transactionId: Uint8Array.of(1, 2), id }
  const query = { ...head, kind: 'query', readOnly: false, target: id } as const
  const want = { n4: true, n6: true }
  const token = new Uint8Array(12)
  const announce = { ...query, method: 'announce_peer', token } as const
  const messages: readonly Message[] = [
    { ...query, method: 'ping' },
    { ...query, method: 'ping', readOnly: true, version: new Uint8Array(4) },
    { ...query, method: 'find_node', want },
    { ...query, method: 'get_peers', want },
    { ...query, method: 'get_peers', want: { n4: false, n6: true } },
    { ...announce, port: 80, impliedPort: false },
    { ...announce, port: 65_535, impliedPort: true },
    { ...query, method: 'withdraw_peer', token },
    { ...query, method: 'unknown', name: 'a method of our own', want },
    { ...head, kind: 'error', code: 203, text: 'no such thing' },
    { ...head, kind: 'response', token, values: [new Uint8Array(6)], ip: endpoint('::2', 5) },
  ]

  it.each(messages)('AMP-2: a message has the counted size: %#', (message) => {
    const { methods } = dht256
    for (const network of [
      { ...mainline, methods },
      { ...mainline, methods, key: 'toy' },
    ]) {
      expect(messageSize(message, network)).toBe(encodeMessage(message, network).length)
    }
  })

  it('AMP-2: a response that just fits is not changed', () => {
    const response = { ...head, kind: 'response', values: [new Uint8Array(6)] } as const
    const size = messageSize(response, mainline)
    expect(fitReply(response, mainline, size)).toBe(response)
    expect(fitReply(response, mainline, size - 1)).toMatchObject({ values: [] })
  })
})

describe('PROTO-1: contacts in messages', () => {
  it('PROTO-1: a list is written as its compact form', () => {
    fc.assert(
      fc.property(anyCut, ([network, response, budget]) => {
        const [read, written] = bothForms(response, network)
        expect(toHex(encodeMessage(read, network, budget))).toBe(
          toHex(encodeMessage(written, network, budget)),
        )
      }),
    )
  })

  it('PROTO-1: a list that was never encoded is returned unchanged', () => {
    fc.assert(
      fc.property(anyCut, ([network, response]) => {
        const [{ nodes = [] }] = bothForms(response, network)
        const given = contactsFromCompact(nodes, network.idLength, 4)
        expect(given).toEqual(nodes)
        expect(given).not.toBe(nodes)
      }),
    )
  })
})

// What a node says of itself on the wire, and which messages it leaves alone.

import { dht256, encodeMessage, type Message, mainline } from '@dht/krpc'
import { describe, expect, it } from 'vitest'
import { Bench } from '../support/bench.ts'

/** Queries with a method, and with an argument that is missing, as an unknown node sends them. */
const PING = 'd1:ad2:id20:abcdefghij0123456789e1:q4:ping2:roi1e1:t2:aa1:y1:qe'
const FIND = 'd1:ad2:id20:abcdefghij0123456789e1:q9:find_node2:roi1e1:t2:aa1:y1:qe'
const TOPIC = '1:c20:mnopqrstuvwxyz123456'

const encoder = new TextEncoder()

/** A query, a response and an error message of a node. */
function messagesOf(bench: Bench): Message[] {
  const { network } = bench
  const who = bench.newContact()
  bench.request({ kind: 'ping', to: who.endpoint })
  const [query] = bench.take()
  const response = bench.queryFrom(who, { method: 'ping', readOnly: true })
  const { id } = who
  const head = { kind: 'query', transactionId: encoder.encode('aa'), id, readOnly: true } as const
  const written = encodeMessage({ ...head, method: 'ping' }, network)
  const nameless = written.map((byte, at) => (isNameAt(written, at) ? 0x78 : byte))
  const [error] = bench.receive(nameless, who.endpoint)
  return [query!.message, response!, error!.message]
}

/** Whether one of the four bytes of "ping" is there. */
function isNameAt(bytes: Uint8Array, at: number): boolean {
  const text = String.fromCharCode(...bytes)
  const start = text.indexOf('4:ping') + 2
  return at >= start && at < start + 4
}

describe('PROTO-71: what every message says of its sender', () => {
  it.each([
    [mainline, mainline.version],
    [dht256, undefined],
  ])('the version of $name, in a query, a response and an error message', (network, version) => {
    const messages = messagesOf(new Bench({ core: { network } }))
    expect(messages.map(({ kind }) => kind)).toEqual(['query', 'response', 'error'])
    for (const message of messages) expect(message.version).toEqual(version)
  })

  it('an error message names its argument and the endpoint that it is sent to', () => {
    const bench = new Bench({ core: { network: mainline } })
    const from = bench.newContact().endpoint
    const [reply] = bench.receive(encoder.encode(FIND), from)
    expect(reply?.message).toMatchObject({ kind: 'error', code: 203, text: "missing 'target'" })
    expect(reply?.message.ip).toEqual(from)
  })
})

describe('PROTO-72: a message of a topic', () => {
  it('gets no reply and changes no table; the same message without a topic does', () => {
    const bench = new Bench({ core: { network: mainline } })
    const from = bench.newContact().endpoint
    const topical = (text: string) => encoder.encode(text.replace('1:q', `${TOPIC}1:q`))
    const before = bench.core.inspect(bench.now).overlays
    for (const text of [PING, FIND, PING.replace('2:roi1e', '')]) {
      expect(bench.receive(topical(text), from)).toEqual([])
    }
    expect(bench.core.inspect(bench.now).overlays).toEqual(before)
    expect(bench.receive(encoder.encode(PING), from)).toHaveLength(1)
  })

  it('ends the query that it answers, as any other message that is no response', () => {
    const bench = new Bench({ core: { network: mainline } })
    const who = bench.newContact()
    const operationId = bench.request({ kind: 'ping', to: who.endpoint })
    const [query] = bench.take()
    const tid = String.fromCharCode(...query!.message.transactionId)
    const text = `d${TOPIC}1:rd2:id20:abcdefghij0123456789e1:t4:${tid}1:y1:re`
    bench.receive(
      Uint8Array.from(text, (char) => char.charCodeAt(0)),
      who.endpoint,
    )
    const failed = { kind: 'failed', reason: 'protocol' }
    expect(bench.outcomes.get(operationId)).toEqual(failed)
  })
})

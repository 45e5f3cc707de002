// What the encoder writes and what it refuses. Its laws are in properties/.

import { idFromBytes } from '@dht/id'
import {
  contact,
  decodeMessage,
  dht256,
  EncodeError,
  encodeMessage,
  endpoint,
  type Message,
  mainline,
  type Response,
} from '@dht/krpc'
import { describe, expect, it } from 'vitest'
import { ascii, text } from '../../support/bytes.ts'

const id = idFromBytes(ascii('abcdefghij0123456789'))
const target = idFromBytes(ascii('mnopqrstuvwxyz123456'))
const head = { transactionId: ascii('aa'), id }
const ask = { ...head, kind: 'query', readOnly: false } as const
const reply: Response = { ...head, kind: 'response' }
const write = (message: Message) => text(encodeMessage(message, mainline))

describe('what is written', () => {
  it('a query: keys sorted, optional parts left out', () => {
    expect(write({ ...ask, method: 'ping' })).toBe(
      'd1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe',
    )
    const want = { n4: false, n6: true }
    expect(write({ ...ask, method: 'find_node', target, want, readOnly: true })).toBe(
      'd1:ad2:id20:abcdefghij01234567896:target20:mnopqrstuvwxyz1234564:wantl2:n6ee' +
        '1:q9:find_node2:roi1e1:t2:aa1:y1:qe',
    )
  })

  it('announce_peer always has its port', () => {
    const announce = { ...ask, method: 'announce_peer', target, port: 6881 } as const
    expect(write({ ...announce, impliedPort: true, token: ascii('tk') })).toBe(
      'd1:ad2:id20:abcdefghij012345678912:implied_porti1e9:info_hash20:mnopqrstuvwxyz123456' +
        '4:porti6881e5:token2:tke1:q13:announce_peer1:t2:aa1:y1:qe',
    )
  })

  it('withdraw_peer only in networks that list it', () => {
    const wide = {
      id: idFromBytes(ascii('i'.repeat(32))),
      target: idFromBytes(ascii('t'.repeat(32))),
    }
    const withdraw = { ...ask, method: 'withdraw_peer', target, token: ascii('tk') } as const
    expect(text(encodeMessage({ ...withdraw, ...wide }, dht256))).toBe(
      `d1:ad2:id32:${'i'.repeat(32)}6:target32:${'t'.repeat(32)}5:token2:tke1:n6:dht256` +
        '1:q13:withdraw_peer1:t2:aa1:y1:qe',
    )
    expect(() => encodeMessage(withdraw, mainline)).toThrow(
      /^method: expected one of ping, .*, got "withdraw_peer"$/,
    )
  })

  it('the network key, in every kind of message, between ip and q', () => {
    const wide = idFromBytes(ascii('abcdefghij0123456789abcdefghij01'))
    const write256 = (message: Message) => text(encodeMessage(message, dht256))
    expect(write256({ ...ask, id: wide, method: 'ping' })).toContain('e1:n6:dht2561:q4:ping')
    const ip = endpoint('1.2.3.4', 5)
    const told = write256({ ...reply, id: wide, ip })
    expect(told).toMatch(/^d2:ip6:.{6}1:n6:dht2561:rd/s)
    const error = { kind: 'error', transactionId: ascii('aa'), code: 201, text: 'x' } as const
    expect(write256(error)).toBe('d1:eli201e1:xe1:n6:dht2561:t2:aa1:y1:ee')
  })

  it('strings with lengths of one, two and three digits are right', () => {
    for (const length of [9, 10, 32]) {
      const t = 'x'.repeat(length)
      expect(write({ ...reply, transactionId: ascii(t) })).toContain(`1:t${length}:${t}1:y`)
    }
    for (const count of [3, 4, 37]) {
      const nodes = 'y'.repeat(26 * count)
      expect(write({ ...reply, nodes: ascii(nodes) })).toContain(
        `5:nodes${26 * count}:${nodes}e1:t`,
      )
    }
  })

  it('bytes that were returned are not written again', () => {
    const messages = Array.from({ length: 200 }, (_, i) => {
      const transactionId = Uint8Array.of(i >> 8, i & 0xff)
      return { transactionId, bytes: encodeMessage({ ...reply, transactionId }, mainline) }
    })
    for (const { transactionId, bytes } of messages) {
      expect(bytes).toEqual(encodeMessage({ ...reply, transactionId }, mainline))
    }
  })

  it('a refused message does not affect the next one', () => {
    const before = write({ ...ask, method: 'ping' })
    const announce = { ...ask, method: 'announce_peer', target, impliedPort: false } as const
    expect(() => write({ ...announce, port: 0, token: ascii('tk') })).toThrow(EncodeError)
    const long = { kind: 'error', transactionId: ascii('aa'), code: 201, text: 'x' } as const
    expect(() => encodeMessage(long, mainline, 20)).toThrow(/expected at most 20 bytes/)
    expect(write({ ...ask, method: 'ping' })).toBe(before)
  })
})

describe('PROTO-53: what is refused', () => {
  const announce = { ...ask, method: 'announce_peer', target, impliedPort: true } as const
  const token = ascii('tk')
  const error = { kind: 'error', transactionId: ascii('aa'), code: 201, text: '' } as const
  const wide = idFromBytes(new Uint8Array(32))

  it.each<[string, Message]>([
    ['an empty transaction id', { ...reply, transactionId: ascii('') }],
    ['a transaction id of 33 bytes', { ...reply, transactionId: new Uint8Array(33) }],
    ['a version of 65 bytes', { ...reply, version: new Uint8Array(65) }],
    ['an id of another width', { ...reply, id: wide }],
    ['a querier of another width', { ...ask, method: 'ping', id: wide }],
    ['a target of another width', { ...ask, method: 'find_node', target: wide }],
    ['an info hash of another width', { ...ask, method: 'get_peers', target: wide }],
    ['a port of 0', { ...announce, port: 0, token }],
    ['a port of 65536', { ...announce, port: 65_536, token }],
    ['a port of 1.5', { ...announce, port: 1.5, token }],
    ['an announced token of 65 bytes', { ...announce, port: 1, token: new Uint8Array(65) }],
    ['a given token of 65 bytes', { ...reply, token: new Uint8Array(65) }],
    ['half a contact', { ...reply, nodes: new Uint8Array(27) }],
    ['half an IPv6 contact', { ...reply, nodes6: new Uint8Array(26) }],
    ['a contact of the other family', { ...reply, nodes: [contact(reply.id, endpoint('::2', 5))] }],
    ['an IPv4 contact for IPv6', { ...reply, nodes6: [contact(reply.id, endpoint('1.2.3.4', 5))] }],
    ['a wide IPv4 contact for IPv6', { ...reply, nodes6: [contact(wide, endpoint('1.2.3.4', 5))] }],
    ['a contact of another width', { ...reply, nodes: [contact(wide, endpoint('1.2.3.4', 5))] }],
    ['a peer of 7 bytes', { ...reply, values: [new Uint8Array(6), new Uint8Array(7)] }],
    ['an error code of -1', { ...error, code: -1 }],
    ['an error code of 65536', { ...error, code: 65_536 }],
    ['an error code of 0.5', { ...error, code: 0.5 }],
    ['an error text of 65 characters', { ...error, text: 'x'.repeat(65) }],
    ['an error text with a line break', { ...error, text: 'a\nb' }],
    ['an error text beyond ASCII', { ...error, text: 'é' }],
    ['a nameless method', { ...ask, method: 'unknown', name: '', target }],
    ['a method name of 65 characters', { ...ask, method: 'unknown', name: 'x'.repeat(65), target }],
    ['a method name beyond ASCII', { ...ask, method: 'unknown', name: 'é', target }],
    ['an unknown method that is known', { ...ask, method: 'unknown', name: 'ping', target }],
    ['a write in the guise of a read', { ...ask, method: 'unknown', name: 'put', target }],
  ])('%s', (_, message) => {
    expect(() => encodeMessage(message, mainline)).toThrow(EncodeError)
  })

  it('the error has the expected and the given value', () => {
    const attempt = () => encodeMessage({ ...reply, id: wide }, mainline)
    expect(attempt).toThrow('id: expected 20 bytes, got 32')
  })
})

describe('a reply that exceeds its budget', () => {
  const nodes = new Uint8Array(26 * 8).map((_, i) => i / 26)
  const nodes6 = new Uint8Array(38 * 8).map((_, i) => i / 38)
  const values = Array.from({ length: 9 }, (_, i) => new Uint8Array(6).fill(i))
  const full: Response = { ...reply, nodes, nodes6, values, ip: endpoint('1.2.3.4', 5) }
  const size = encodeMessage(full, mainline, 1500).length

  /** The number of contacts and peers that are kept. */
  function left(response: Response, budget: number): [number, number, number] {
    const read = decodeMessage(encodeMessage(response, mainline, budget), mainline) as Response
    return [read.nodes!.length / 26, read.nodes6!.length / 38, read.values!.length]
  }

  /** Bytes of all contacts of the other family, without the two digits of their length. */
  const others = 8 * 38 + 2

  it('loses nothing at its own size, one contact of the other family at one byte less', () => {
    expect(left(full, size)).toEqual([8, 8, 9])
    expect(left(full, size - 1)).toEqual([8, 7, 9])
    expect(left(full, size - 38)).toEqual([8, 7, 9])
    expect(left(full, size - 39)).toEqual([8, 6, 9])
  })

  it('loses the other family before peers, and peers before the family of the querier', () => {
    expect(left(full, size - others)).toEqual([8, 0, 9])
    expect(left(full, size - others - 1)).toEqual([8, 0, 8])
    expect(left(full, size - others - 9 * 8)).toEqual([8, 0, 0])
    expect(left(full, size - others - 9 * 8 - 1)).toEqual([7, 0, 0])
  })

  it('takes the family of the querier from ip', () => {
    const asked6 = { ...full, ip: endpoint('2001:db8::1', 5) }
    const size6 = encodeMessage(asked6, mainline, 1500).length
    expect(left(asked6, size6 - 1)).toEqual([7, 8, 9])
  })

  it('loses the last elements of each list first', () => {
    const written = text(encodeMessage(full, mainline, size - 38))
    expect(written).toContain(`6:nodes6266:${text(nodes6.subarray(0, 266))}`)
    const peers = text(encodeMessage({ ...full, nodes6: undefined }, mainline, 300))
    expect(peers).toContain(`6:valuesl6:${text(values[0]!)}`)
  })
})

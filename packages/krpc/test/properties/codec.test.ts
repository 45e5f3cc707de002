// The laws of the codec: a message survives encoding and decoding, no bytes make the decoder throw,
// and an independent bencode library agrees.

import {
  decodeMessage,
  EncodeError,
  encodeMessage,
  type Message,
  mainline,
  type Network,
} from '@dht/krpc'
import { anyRandom } from '@dht/testing'
import bencode from 'bencode'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ascii, text } from '../support/bytes.ts'
import { anyMessage, anyNetwork, anyResponse } from '../support/messages.ts'

const MAX = 1500

/** A network and a message of it. */
const anyConversation: fc.Arbitrary<readonly [Network, Message]> = anyNetwork.chain((network) => {
  return fc.tuple(fc.constant(network), anyMessage(network))
})

/** How a message reads after encoding and decoding: a port 0 and the like cannot be sent. */
function decodeOrThrow(bytes: Uint8Array, network: Network): Message {
  const message = decodeMessage(bytes, network)
  if (message.kind === 'malformed') throw new Error(`malformed: ${message.reason}`)
  return message
}

/**
 * Leaves out messages shorter than the shortest datagram that is read (an error without text in a
 * toy network).
 */
function isLongEnough(bytes: Uint8Array): boolean {
  return bytes.length > 20
}

describe('PROTO: round trips', () => {
  it('PROTO-1: decode(encode(m)) = m', () => {
    fc.assert(
      fc.property(anyConversation, ([network, message]) => {
        const bytes = encodeMessage(message, network, MAX)
        expect(bytes.length).toBeGreaterThan(20)
        expect(decodeOrThrow(bytes, network)).toEqual(message)
      }),
    )
  })

  it('PROTO-1: of 0 to 200 contacts and peers as many are kept as fit the budget', () => {
    const size = { contacts: 200, values: 200 }
    const anyLarge = anyNetwork.chain((network) => {
      return fc.tuple(fc.constant(network), anyResponse(network, size))
    })
    fc.assert(
      fc.property(anyLarge, ([network, response]) => {
        const bytes = encodeMessage(response, network, MAX)
        const read = decodeOrThrow(bytes, network)
        if (read.kind !== 'response') throw new Error(read.kind)
        const { nodes = [], nodes6 = [], values = [] } = read
        expect(nodes).toEqual(response.nodes?.slice(0, nodes.length) ?? [])
        expect(nodes6).toEqual(response.nodes6?.slice(0, nodes6.length) ?? [])
        expect(values).toEqual(response.values?.slice(0, values.length) ?? [])
      }),
    )
  })

  it('PROTO-51: encode(decode(b)) = b for canonical b', () => {
    fc.assert(
      fc.property(anyConversation, ([network, message]) => {
        const bytes = encodeMessage(message, network, MAX)
        const again = encodeMessage(decodeOrThrow(bytes, network), network, MAX)
        expect(text(again)).toBe(text(bytes))
      }),
    )
  })

  it('PROTO-51: other bytes read as the canonical message of the same meaning', () => {
    fc.assert(
      fc.property(
        anyConversation,
        fc.integer(),
        fc.uint8Array({ maxLength: 20 }),
        (c, seed, tail) => {
          const [network, message] = c
          // The value of an item is hashed or signed, so it is read strictly.
          fc.pre(message.kind !== 'query' || message.method !== 'put')
          const bytes = encodeMessage(message, network, 1200)
          const sloppy = Uint8Array.of(...ascii(shuffled(bytes, seed)), ...tail)
          const read = decodeOrThrow(sloppy, network)
          expect(text(encodeMessage(read, network, 1200))).toBe(text(bytes))
        },
      ),
    )
  })

  it('PROTO-54: unknown keys are ignored everywhere', () => {
    const extra = '4:zzzzd1:ali1ei-2e0:ee'
    fc.assert(
      fc.property(anyConversation, ([network, message]) => {
        const bytes = encodeMessage(message, network, 1200)
        const inner = text(bytes).replace(/1:([ar])d2:id/, `1:$1d${extra}2:id`)
        const outer = ascii(`d${extra}${inner.slice(1)}`)
        expect(decodeMessage(outer, network)).toEqual(decodeMessage(bytes, network))
      }),
    )
  })
})

describe('PROTO: hostile bytes', () => {
  const hasVerdict = (bytes: Uint8Array, network: Network) => {
    const { kind } = decodeMessage(bytes, network)
    expect(['query', 'response', 'error', 'malformed']).toContain(kind)
  }

  it('PROTO-50: any bytes up to 64 KiB give a message or a malformed value', () => {
    const anySize = fc.nat({ max: 65_536 })
    fc.assert(
      fc.property(anySize, anyRandom(), anyNetwork, (size, random, network) => {
        hasVerdict(random(size), network)
      }),
    )
  })

  it('PROTO-50: any bytes of the size of a message give a message or a malformed value', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 120, size: 'max' }), anyNetwork, hasVerdict))
  })

  it('PROTO-50: anything that looks like bencode gives a message or a malformed value', () => {
    const piece = fc.constantFrom(
      ...['d', 'l', 'e', 'i', '-', '0', '1', ':', '1:a', '1:r', '1:t', '2:aa', '1:y', '1:q', '1:e'],
      ...['2:id', '20:abcdefghij0123456789', '6:values', '4:want', '4:port', 'i1e', '9:info_hash'],
    )
    const anyPieces = fc.array(piece, { minLength: 1, maxLength: 60, size: 'max' })
    fc.assert(
      fc.property(anyPieces, (pieces) => {
        hasVerdict(ascii(`d${pieces.join('')}e`.padEnd(21, 'e')), mainline)
      }),
    )
  })

  it('PROTO-50: nesting is read up to its limit only', () => {
    const nested = (depth: number) => {
      const lists = `${'l'.repeat(depth)}${'e'.repeat(depth)}`
      return decodeMessage(
        ascii(`d1:ad2:id20:${'x'.repeat(20)}e1:q4:ping1:t2:aa1:y1:q1:z${lists}e`),
        mainline,
      )
    }
    // The message itself is the first level.
    expect(nested(9).kind).toBe('query')
    expect(nested(10).kind).toBe('malformed')
    expect(nested(700).kind).toBe('malformed')
  })

  it('PROTO-50: at most 500 strings, integers, lists and dictionaries are read', () => {
    const withLists = (count: number) => {
      const list = `l${'le'.repeat(count)}e`
      return decodeMessage(
        ascii(`d1:rd2:id20:${'x'.repeat(20)}e1:t2:aa1:y1:r1:z${list}e`),
        mainline,
      )
    }
    // 1 for the message, 2 for r and its key, 2 for id, 4 for t and y, 2 for z and its list.
    expect(withLists(489).kind).toBe('response')
    expect(withLists(490)).toMatchObject({ kind: 'malformed', reason: 'bencode' })
  })

  it('PROTO-52: every strict prefix of a message is refused', () => {
    fc.assert(
      fc.property(anyConversation, fc.nat(), ([network, message], cut) => {
        const bytes = encodeMessage(message, network, MAX)
        const prefix = bytes.subarray(0, cut % bytes.length)
        expect(decodeMessage(prefix, network).kind).toBe('malformed')
      }),
    )
  })

  it('PROTO-52: a changed, lost or added byte gives a refusal or another message', () => {
    const anyEdit = fc.record({
      at: fc.nat(),
      drop: fc.nat({ max: 1 }),
      add: fc.uint8Array({ maxLength: 1 }),
    })
    fc.assert(
      fc.property(anyConversation, anyEdit, ([network, message], { at, drop, add }) => {
        const bytes = encodeMessage(message, network, MAX)
        const place = at % bytes.length
        const head = bytes.subarray(0, place)
        const edited = Uint8Array.of(...head, ...add, ...bytes.subarray(place + drop))
        const read = decodeMessage(edited, network)
        if (read.kind === 'malformed') return
        // A changed message that reads the same must be the same: only a leading zero or an unread
        // byte can differ, and the canonical form has neither.
        const again = tryEncode(read, network)
        if (again !== undefined) expect(decodeMessage(again, network)).toEqual(read)
      }),
      { numRuns: 300 },
    )
  })

  function tryEncode(message: Message, network: Network): Uint8Array | undefined {
    try {
      return encodeMessage(message, network, MAX)
    } catch (error) {
      expect(EncodeError.is(error)).toBe(true)
      return undefined
    }
  }

  it('PROTO-50: the work of reading depends on the bytes, not on the lengths in them', () => {
    for (const claim of [
      '99999999999999999999:x',
      `i${'9'.repeat(1400)}e`,
      `${'0'.repeat(1400)}1:x`,
    ]) {
      const bytes = ascii(`d1:t2:aa1:y1:q1:z${claim}e`)
      expect(decodeMessage(bytes, mainline).kind).toBe('malformed')
    }
  })
})

describe('PROTO: against an independent codec', () => {
  it('PROTO-56: the library reads what the encoder writes, and writes the same bytes', () => {
    fc.assert(
      fc.property(anyConversation, ([network, message]) => {
        const bytes = encodeMessage(message, network, MAX)
        expect(text(bencode.encode(bencode.decode(bytes) as never))).toBe(text(bytes))
      }),
    )
  })

  it('PROTO-56: the decoder reads what the library writes, and the encoder writes it', () => {
    fc.assert(
      fc.property(anyConversation, ([network, message]) => {
        const bytes = bencode.encode(partsOf(message, network))
        fc.pre(isLongEnough(bytes))
        expect(decodeOrThrow(bytes, network)).toEqual(message)
        expect(text(bytes)).toBe(text(encodeMessage(message, network, MAX)))
      }),
    )
  })
})

/** A message as a dictionary, directly from BEP 5: the plain form of the encoder. */
function partsOf(message: Message, network: Network): never {
  const { transactionId: t, version: v, ip: at } = message
  const ip = at === undefined ? undefined : compact(at.address, at.port)
  const head = { t, v, ip, n: network.key }
  if (message.kind === 'error') return { ...head, y: 'e', e: [message.code, message.text] } as never
  if (message.kind === 'query') return { ...head, ...queryParts(message) } as never
  const { id, nodes, nodes6, token, values, seedFilter: BFsd, peerFilter: BFpe } = message
  return { ...head, y: 'r', r: { id, nodes, nodes6, token, values, BFsd, BFpe } } as never
}

function queryParts(query: Extract<Message, { kind: 'query' }>): object {
  const ro = query.readOnly ? 1 : undefined
  const q = query.method === 'unknown' ? query.name : query.method
  const { id } = query
  const families = 'want' in query ? query.want : undefined
  const want = families && [...(families.n4 ? ['n4'] : []), ...(families.n6 ? ['n6'] : [])]
  if (query.method === 'ping') return { y: 'q', q, ro, a: { id } }
  if (query.method === 'get_peers') {
    const noseed = flagOf(query, 'noseed')
    const scrape = flagOf(query, 'scrape')
    return { y: 'q', q, ro, a: { id, info_hash: query.target, want, noseed, scrape } }
  }
  if (query.method === 'withdraw_peer')
    return { y: 'q', q, ro, a: { id, target: query.target, token: query.token } }
  if (query.method === 'get') {
    const { target, seq } = query
    return { y: 'q', q, ro, a: { id, target, seq: seq && Number(seq), want } }
  }
  if (query.method === 'put') {
    const { claimedTarget: target, v, token } = query
    return { y: 'q', q, ro, a: { id, target, v: bencode.decode(v), token } }
  }
  if (query.method !== 'announce_peer')
    return { y: 'q', q, ro, a: { id, target: query.target, want } }
  const { target, port, impliedPort, token } = query
  const implied_port = impliedPort ? 1 : undefined
  const seed = flagOf(query, 'seed')
  return { y: 'q', q, ro, a: { id, info_hash: target, port, token, implied_port, seed } }
}

/** A flag that only the queries of Mainline have. */
const flagOf = (query: object, name: string) => (Reflect.get(query, name) === true ? 1 : undefined)

function compact(address: string, port: number): Uint8Array {
  const tail = [port >> 8, port & 0xff]
  if (!address.includes(':')) return Uint8Array.of(...address.split('.').map(Number), ...tail)
  const [head = '', rest] = address.split('::')
  const groups = (part: string | undefined) => (part ? part.split(':') : [])
  const before = groups(head)
  const after = groups(rest)
  const zeros = Array(8 - before.length - after.length).fill('0')
  const all = [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16))
  return Uint8Array.of(...all.flatMap((group) => [group >> 8, group & 0xff]), ...tail)
}

/**
 * The same message in a form that is not canonical: the keys of every dictionary in another order
 * and each twice, the second time with another value; zeros before lengths and integers.
 */
function shuffled(bytes: Uint8Array, seed: number): string {
  const sloppy = (value: unknown): string => {
    if (typeof value === 'number') return `i000${value}e`
    if (value instanceof Uint8Array) return `0${value.length}:${text(value)}`
    if (Array.isArray(value)) return `l${value.map(sloppy).join('')}e`
    const entries = Object.entries(value as object)
    const turn = Math.abs(seed) % entries.length
    const turned = [...entries.slice(turn), ...entries.slice(0, turn)]
    const first = turned.map(([key, item]) => `${key.length}:${key}${sloppy(item)}`)
    return `d${first.join('')}${turned.map(([key]) => `${key.length}:${key}le`).join('')}e`
  }
  return sloppy(bencode.decode(bytes))
}

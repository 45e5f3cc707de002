// The vectors of the BEPs, of other implementations' tests, and of datagrams exchanged with them.
// Every kind of vector is in one of the two tables below, so none is forgotten.

import {
  AddressFilter,
  addressBytes,
  compactEndpoint,
  contactsFromCompact,
  decodeMessage,
  dht256,
  encodeMessage,
  endpoint,
  endpointFromCompact,
  formatEndpoint,
  type Message,
  mainline,
  type Network,
  type Response,
  subnetOf,
} from '@dht/krpc'
import bencode from 'bencode'
import { describe, expect, it } from 'vitest'
import { ascii, hex, text, toHex } from './support/bytes.ts'
import file from './vectors/vectors.json' with { type: 'json' }

interface Vector {
  readonly name: string
  readonly kind: string
  readonly space: string
  readonly input_hex: string
  // biome-ignore lint/suspicious/noExplicitAny: each kind has a shape of its own
  readonly expected: any
}

const vectors: readonly Vector[] = file.vectors

/** Kinds of messages and addresses. Each has a describe block below. */
const IN_SCOPE = [
  'krpc-message',
  'krpc-message-lenient',
  'krpc-error-lenient',
  'bencode-hostile',
  'bencode',
  'bencode-fragment',
  'compact-ambiguity',
  'same-subnet',
  'bloom-filter',
  'capture',
]

/** Kinds that other tests have, and filters of sizes that BEP 33 does not use. */
const OUT_OF_SCOPE: Readonly<Record<string, string>> = {
  crc32c: '@dht/id: the checksum of BEP 42',
  bep42: '@dht/id: secureId',
  'bep42-check': '@dht/id: isSecureId',
  distance: '@dht/id: the XOR metric',
  'distance-exp': '@dht/id: common prefixes',
  'prefix-mask': '@dht/id: Prefix',
  'bloom-filter-small': 'filters of other sizes than that of BEP 33',
  bep44: '@dht/node: targets and signatures of items',
  'bep44-buffer': 'properties/items.test.ts: signedBytes',
  'bep46-target': '@dht/node: targets of items',
  ed25519: '@dht/node: Ed25519',
  'ed25519-verify': '@dht/node: Ed25519',
}

function ofKind(kind: string): Vector[] {
  return vectors.filter((vector) => vector.kind === kind)
}

/** The published 256-bit messages have no network key; they are read without one. */
function networkOf({ space }: Vector): Network {
  return space === '256' ? { ...dht256, key: undefined } : mainline
}

function decode(vector: Vector) {
  return decodeMessage(hex(vector.input_hex), networkOf(vector))
}

it('every kind of vector is in one of the two tables', () => {
  const kinds = new Set(vectors.map(({ kind }) => kind))
  expect([...kinds].sort()).toEqual([...IN_SCOPE, ...Object.keys(OUT_OF_SCOPE)].sort())
})

describe('krpc-message', () => {
  /** Keys that this package does not read are skipped, so they are not written again. */
  const CHANGED: Readonly<Record<string, string>> = {
    'bep5/find_node-response': 'half a contact',
    'bep5/get_peers-response-nodes': 'half a contact',
  }
  const REFUSED: Readonly<Record<string, object>> = {
    'anacrolix/ping-query-without-a': { reason: 'id', code: 203, isQuery: true },
    'bep50/msg-get-topic': { reason: 'topic', code: undefined, isQuery: true },
    // 19 bytes.
    'anacrolix/ro-1': { reason: 'size' },
  }

  it.each(ofKind('krpc-message'))('$name', (vector) => {
    const message = decode(vector)
    const refusal = REFUSED[vector.name]
    if (refusal !== undefined) {
      expect(message).toMatchObject({ kind: 'malformed', ...refusal })
      return
    }
    if (message.kind === 'malformed') throw new Error(`refused: ${message.reason}`)
    expectContent(message, vector.expected.decoded)
    const again = toHex(encodeMessage(message, networkOf(vector), 1500))
    if (CHANGED[vector.name] === undefined) expect(again).toBe(vector.input_hex)
    else expect(again).not.toBe(vector.input_hex)
  })

  /** Compares with the result of an independent decoder. */
  // biome-ignore lint/suspicious/noExplicitAny: the decoded form is as free as bencode
  function expectContent(message: Message, seen: any): void {
    expect(toHex(message.transactionId)).toBe(seen.t.hex)
    expect(message.version && toHex(message.version)).toBe(seen.v?.hex)
    if (message.kind === 'error') {
      expect([message.code, message.text]).toEqual([seen.e[0], text(hex(seen.e[1].hex))])
      return
    }
    const body = message.kind === 'query' ? seen.a : seen.r
    expect(toHex(message.id)).toBe(body.id.hex)
    if (message.kind === 'response') {
      expect(message.token && toHex(message.token)).toBe(body.token?.hex)
      expect(message.values?.map(toHex)).toEqual(body.values?.map((v: { hex: string }) => v.hex))
      return
    }
    expect(message.method).toBe(text(hex(seen.q.hex)))
    expect(message.readOnly).toBe(seen.ro === 1)
    const target = 'target' in message ? toHex(message.target) : undefined
    expect(target).toBe((body.target ?? body.info_hash)?.hex)
  }

  it('reads the contacts and peers that the authors printed', () => {
    const response = (name: string): Response => {
      const vector = vectors.find((candidate) => candidate.name === name)!
      return decode(vector) as Response
    }
    const values = response('bep5/get_peers-response-values').values!
    expect(values.map(text)).toEqual(['axje.u', 'idhtnm'])
    expect(response('bep5/find_node-response').nodes).toHaveLength(0)
    const both = response('bep32/msg-find_node-response-both')
    const [v4] = contactsFromCompact(both.nodes!, 20, 4)
    const [v6] = contactsFromCompact(both.nodes6!, 20, 6)
    expect(formatEndpoint(v4!.endpoint)).toBe('192.0.2.1:6881')
    expect(formatEndpoint(v6!.endpoint)).toBe('[2001:db8::1]:6881')
    expect(formatEndpoint(both.ip!)).toBe('198.51.100.7:6881')
    const ip = ofKind('krpc-message').find(({ name }) => name === 'anacrolix/ip-field')!
    const seen = decode(ip) as Response
    expect([seen.ip!.address, seen.ip!.port]).toEqual([ip.expected.ip, ip.expected.ip_port])
  })
})

describe('krpc-message-lenient', () => {
  it.each(ofKind('krpc-message-lenient'))('$name', (vector) => {
    // Without `t`, `y` and `r.id` it is not a message here. The part that is read leniently is `r`.
    expect(decode(vector)).toMatchObject({ kind: 'malformed', reason: 'transaction-id' })
    const head = 'd1:rd2:id20:mnopqrstuvwxyz123456'
    const results = text(hex(vector.input_hex)).slice('d1:rd'.length, -1)
    const message = decodeMessage(ascii(`${head}${results}1:t2:aa1:y1:re`), mainline) as Response
    expect(message.values).toHaveLength(vector.expected.values_count)
    expect(contactsFromCompact(message.nodes!, 20, 4)).toHaveLength(vector.expected.nodes_count)
  })
})

describe('krpc-error-lenient', () => {
  it.each(ofKind('krpc-error-lenient'))('$name', ({ input_hex }) => {
    const bytes = ascii(`d1:e${text(hex(input_hex))}1:t2:aa1:y1:ee`)
    expect(decodeMessage(bytes, mainline)).toMatchObject({ kind: 'error', code: 0, text: 'hello' })
  })
})

describe('bencode-hostile', () => {
  const ping = { kind: 'query', method: 'ping' }
  const silent = { kind: 'malformed', code: undefined }
  const response = { kind: 'response' }
  const OUTCOME: Readonly<Record<string, object>> = {
    'hostile/unsorted-top-level': ping,
    'hostile/duplicate-key': ping,
    'hostile/leading-zero-length': ping,
    'hostile/leading-zero-int': { ...ping, readOnly: true },
    'hostile/trailing-bytes': ping,
    'hostile/missing-value-after-token': silent,
    'hostile/empty-t': silent,
    'hostile/missing-t': silent,
    'hostile/int-t': silent,
    'hostile/t-16-bytes': { ...ping, transactionId: ascii('t'.repeat(16)) },
    'hostile/negative-zero': { ...ping, readOnly: false },
    'hostile/string-longer-than-packet': silent,
    'hostile/huge-length': silent,
    'hostile/deep-nesting': silent,
    'hostile/not-a-dict': silent,
    'hostile/utp-syn-like': silent,
    'hostile/error-as-string': { kind: 'error', code: 0, text: 'Malformed Error' },
    'hostile/error-with-r': { kind: 'error', code: 203, text: 'invalid token' },
    'hostile/values-single-concatenated': {
      ...response,
      values: [ascii('axje.u'), ascii('idhtnm')],
    },
    'hostile/nodes-partial-record': response,
    // An error message is allowed there. No reply keeps stray datagrams of another network from
    // being answered.
    'hostile/id-32-bytes-on-mainline': { ...silent, reason: 'id', isQuery: true },
    'hostile/vuze-like-neither': { ...response, values: undefined, nodes: undefined },
  }

  it.each(ofKind('bencode-hostile'))('$name', (vector) => {
    const message = decode(vector)
    expect(OUTCOME).toHaveProperty([vector.name])
    expect(message).toMatchObject(OUTCOME[vector.name]!)
    const policy: string = vector.expected.envelope ?? ''
    if (policy.startsWith('accept')) expect(message.kind).not.toBe('malformed')
    if (policy.startsWith('drop')) expect(message.kind).toBe('malformed')
    if (vector.expected.nodes !== undefined) {
      const { nodes } = message as Response
      expect(contactsFromCompact(nodes!, 20, 4)).toHaveLength(vector.expected.nodes)
    }
  })
})

describe('bencode', () => {
  it.each(ofKind('bencode'))('$name: the compact forms in it', ({ input_hex, expected }) => {
    const value = bencode.decode(hex(input_hex))
    if (expected.decoded !== undefined) {
      const { peers, peers6 } = value as { peers: Uint8Array; peers6: Uint8Array }
      expect(endpointFromCompact(peers)).toEqual(endpoint('105.105.105.105', 0x7070))
      expect(endpointFromCompact(peers6)?.port).toBe(0x7070)
    }
    if (expected.nodes !== undefined) {
      const seen = contactsFromCompact(value as Uint8Array, 20, 4)
      const wanted = expected.nodes.map((node: { addr: string; port: number }) => {
        return endpoint(node.addr, node.port)
      })
      expect(seen.map((contact) => contact.endpoint)).toEqual(wanted)
    }
    // Whole messages with samples (BEP 51) have vectors of their own.
    if (expected.samples !== undefined) expect((value as Uint8Array).length % 20).toBe(0)
  })
})

describe('bencode-fragment', () => {
  it.each(ofKind('bencode-fragment'))('$name', ({ input_hex }) => {
    const head = 'd1:ad2:id20:abcdefghij0123456789e1:q4:ping'
    const query = ascii(`${head}${text(hex(input_hex))}1:t2:aa1:y1:qe`)
    expect(decodeMessage(query, mainline)).toMatchObject({ readOnly: true })
  })
})

describe('compact-ambiguity', () => {
  it('the length of contacts does not tell the network: the same bytes read both ways', () => {
    const [vector] = ofKind('compact-ambiguity')
    const sizes = vector!.expected.record_sizes
    expect(sizes['256/nodes']).toBe(sizes['160/nodes6'])
    const bytes = new Uint8Array(494).fill(1)
    expect(contactsFromCompact(bytes, 20, 4)).toHaveLength(19)
    expect(contactsFromCompact(bytes, 32, 4)).toHaveLength(13)
    for (const [key, size] of Object.entries(sizes)) {
      const [width, list] = key.split('/')
      const idLength = Number(width) / 8
      const record = new Uint8Array(Number(size)).fill(1)
      expect(contactsFromCompact(record, idLength, list === 'nodes' ? 4 : 6)).toHaveLength(1)
      expect(contactsFromCompact(record.slice(1), idLength, list === 'nodes' ? 4 : 6)).toEqual([])
    }
  })
})

describe('same-subnet', () => {
  it.each(ofKind('same-subnet'))('$name', ({ input_hex, expected }) => {
    const bytes = hex(input_hex)
    const half = bytes.length / 2
    const [a, b] = [bytes.slice(0, half), bytes.slice(half)].map((address) => {
      return subnetOf(endpointFromCompact(Uint8Array.of(...address, 0, 1))!)
    })
    expect(a === b).toBe(expected.same_subnet)
  })
})

describe('SCRAPE-1: bloom-filter', () => {
  function addressesOf({ name, input_hex }: Vector): Uint8Array[] {
    if (name === 'bep33/empty') return []
    if (name.startsWith('bep33/single')) return [hex(input_hex)]
    const v4 = Array.from({ length: 256 }, (_, host) => Uint8Array.of(192, 0, 2, host))
    if (name === 'bep33/256-ipv4-addresses') return v4
    const v6 = Array.from({ length: 1000 }, (_, host) => {
      return addressBytes(`2001:db8::${host.toString(16)}`)!
    })
    return [...v4, ...v6]
  }

  it.each(ofKind('bloom-filter'))('$name', (vector) => {
    const filter = new AddressFilter()
    for (const address of addressesOf(vector)) filter.add(address)
    const { filter_hex, estimate, estimate_3_decimals, estimate_4_decimals } = vector.expected
    expect(toHex(filter.bytes)).toBe(filter_hex)
    if (estimate !== undefined) expect(filter.estimate).toBe(estimate)
    // The published estimates are cut after their last digit.
    if (estimate_3_decimals)
      expect(Math.floor(filter.estimate * 1e3) / 1e3).toBe(estimate_3_decimals)
    if (estimate_4_decimals)
      expect(Math.floor(filter.estimate * 1e4) / 1e4).toBe(estimate_4_decimals)
  })
})

describe('capture', () => {
  const MISSING_ID = { reason: 'id', code: 203 }
  const BAD_ARGUMENT = { reason: 'argument', code: 203 }
  const NO_TRANSACTION_ID = { reason: 'transaction-id', code: undefined }

  /** Captured queries that are malformed for us, by the end of their names. All others are read. */
  const MALFORMED: readonly (readonly [RegExp, object])[] = [
    [/(ping|aria2\/|dht\/)( |)t (empty|missing|int)$/, NO_TRANSACTION_ID],
    [/ping no (id|a)$/, MISSING_ID],
    [/32(-byte)? id$/, { reason: 'id', code: undefined }],
    [/ping (y=qq|no y)$/, { reason: 'kind', code: undefined }],
    [/no q$/, { reason: 'method', code: 203 }],
    [/unknown without target$/, { reason: 'method', code: 204 }],
    [/(missing|32-byte|short|no) target$/, BAD_ARGUMENT],
    [/get_peers no ih$/, BAD_ARGUMENT],
    [/ann(ounce)?( port)? ?(0|70000|as string)$/, BAD_ARGUMENT],
    [/put (v unsorted dict|with k only)/, BAD_ARGUMENT],
    [/(short packet|ping 1600 bytes)$/, { reason: 'size', code: undefined }],
    // The id of the last one is a byte longer than its length says.
    [/(nesting 12 levels in a|id contains 1:t)$/, { reason: 'bencode', code: undefined }],
  ]
  /** Methods that we don't implement. They are answered like find_node. */
  const UNKNOWN = ['bogus']

  function expectedOf(name: string): object | undefined {
    return MALFORMED.find(([pattern]) => pattern.test(name))?.[1]
  }

  it.each(ofKind('capture'))('$name', (vector) => {
    const message = decode(vector)
    const refusal = expectedOf(vector.name)
    if (refusal !== undefined) expect(message).toMatchObject({ kind: 'malformed', ...refusal })
    else expectEnvelope(message, bencode.decode(hex(vector.input_hex)))
    const reply: string | null = vector.expected.reply_hex
    if (reply === null) return
    const answer = decodeMessage(hex(reply), mainline)
    // A reply to a query without a usable transaction id has to leave it out or invent one.
    if (answer.kind === 'malformed') expect(answer.reason).toBe('transaction-id')
    else expectEnvelope(answer, bencode.decode(hex(reply)))
    expect(answer.kind).not.toBe('query')
  })

  // biome-ignore lint/suspicious/noExplicitAny: what an independent decoder saw
  function expectEnvelope(message: ReturnType<typeof decode>, seen: any): void {
    if (message.kind === 'malformed') throw new Error(`refused: ${message.reason}`)
    expect(toHex(message.transactionId)).toBe(toHex(seen.t))
    expect(message.kind[0]).toBe(text(seen.y))
    if (message.kind === 'error') {
      expect([message.code, message.text]).toEqual([seen.e[0], text(seen.e[1]).slice(0, 64)])
      return
    }
    const body = message.kind === 'query' ? seen.a : seen.r
    expect(toHex(message.id)).toBe(toHex(body.id))
    if (message.kind === 'query') {
      const method = text(seen.q)
      expect(message.method).toBe(UNKNOWN.includes(method) ? 'unknown' : method)
    } else {
      expect(message.values?.map(toHex)).toEqual(body.values?.map(toHex))
      expect(message.token && toHex(message.token)).toBe(body.token && toHex(body.token))
      const whole = body.nodes?.slice(0, body.nodes.length - (body.nodes.length % 26))
      expect(message.nodes && toHex(message.nodes)).toBe(whole && toHex(whole))
      expect(message.ip && toHex(compactEndpoint(message.ip))).toBe(seen.ip && toHex(seen.ip))
    }
  }
})

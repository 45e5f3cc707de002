import { idFromBytes } from '@dht/id'
import {
  compactContacts,
  compactEndpoint,
  contact,
  decodeMessage,
  dht256,
  encodeMessage,
  endpoint,
  type Message,
  mainline,
  parseEndpoint,
} from '@dht/krpc'
import { describe, expect, it } from 'vitest'
import { resolveTransactionOptions } from '../../../src/transactions/options.ts'

const id = idFromBytes(new Uint8Array(20))
const wide = idFromBytes(new Uint8Array(32))
const bytes = (length: number): Uint8Array => new Uint8Array(length)
const head = { transactionId: bytes(2), id }
const ping = { ...head, kind: 'query', method: 'ping', readOnly: false } as const
const announce = { ...ping, method: 'announce_peer', target: id, impliedPort: false } as const
const unknown = { ...ping, method: 'unknown', target: id } as const
const reply = { ...head, kind: 'response' } as const
const error = { kind: 'error', transactionId: bytes(2), code: 201, text: '' } as const

const encode = (message: object, budget?: number) => () =>
  encodeMessage(message as Message, mainline, budget)

describe('errors of messages', () => {
  it.each([
    [{ ...ping, transactionId: bytes(0) }, 'transaction id: expected 1 byte or more, got 0'],
    [{ ...ping, transactionId: bytes(33) }, 'transaction id: expected at most 32 bytes, got 33'],
    [{ ...ping, version: bytes(65) }, 'version: expected at most 64 bytes, got 65'],
    [{ ...ping, id: wide }, 'id: expected 20 bytes, got 32'],
    [{ ...announce, target: wide }, 'target: expected 20 bytes, got 32'],
    [{ ...announce, token: bytes(65), port: 1 }, 'token: expected at most 64 bytes, got 65'],
    [{ ...announce, token: bytes(1), port: 0 }, 'port: expected 1 to 65535, got 0'],
    [{ ...announce, token: bytes(1) }, 'port: expected 1 to 65535, got undefined'],
    [{ ...unknown, name: '' }, 'method: expected 1 to 64 printable ASCII characters, got ""'],
    [{ ...unknown, name: 'put' }, 'method: expected the name of an unknown read, got "put"'],
    [{ ...reply, id: wide }, 'id: expected 20 bytes, got 32'],
    [{ ...reply, id: 'ab' }, 'id: expected a Uint8Array, got "ab"'],
    [{ ...ping, transactionId: 5 }, 'transaction id: expected a Uint8Array, got 5'],
    [{ ...announce, token: 'ab', port: 1 }, 'token: expected a Uint8Array, got "ab"'],
    [{ ...announce, token: bytes(1), port: '80' }, 'port: expected 1 to 65535, got "80"'],
    [{ ...reply, values: ['abcdef'] }, 'value: expected a Uint8Array, got "abcdef"'],
    [{ ...reply, nodes: bytes(27) }, 'nodes: expected whole records of 26 bytes, got 27'],
    [{ ...reply, nodes6: bytes(39) }, 'nodes6: expected whole records of 38 bytes, got 39'],
    [
      { ...reply, nodes: [contact(id, endpoint('::2', 5))] },
      'nodes: expected contacts of IPv4, got 6',
    ],
    [
      { ...reply, nodes: [contact(wide, endpoint('1.2.3.4', 5))] },
      'nodes: expected ids of 20 bytes, got 32',
    ],
    [{ ...reply, token: bytes(65) }, 'token: expected at most 64 bytes, got 65'],
    [{ ...reply, values: [bytes(7)] }, 'value: expected 6 or 18 bytes, got 7'],
    [{ ...error, code: 65_536 }, 'error code: expected 0 to 65535, got 65536'],
    [
      { ...error, text: 'ä' },
      'error text: expected at most 64 printable ASCII characters, got "ä"',
    ],
  ])('%#: name what, expected and got', (message, sentence) => {
    expect(encode(message)).toThrow(expect.objectContaining({ message: sentence }))
  })

  it.each(['ping', 'find_node', 'get_peers', 'announce_peer', 'put'])(
    'of %s as unknown',
    (name) => {
      const message = `method: expected the name of an unknown read, got "${name}"`
      expect(encode({ ...unknown, name })).toThrow(expect.objectContaining({ message }))
    },
  )

  it.each([
    [0, 'budget: expected 1 to 1500 bytes, got 0'],
    [1501, 'budget: expected 1 to 1500 bytes, got 1501'],
    [20, 'query: expected at most 20 bytes, got 56'],
    [1, 'query: expected at most 1 bytes, got 56'],
  ])('of a budget of %i', (budget, message) => {
    expect(encode(ping, budget)).toThrow(expect.objectContaining({ message }))
  })

  it('of a budget that is too small for an empty response', () => {
    const size = encodeMessage(reply, mainline).length
    const message = `budget: expected at least ${size}, got ${size - 1}`
    expect(encode(reply, size)).not.toThrow()
    expect(encode(reply, size - 1)).toThrow(expect.objectContaining({ message }))
    const { length } = encodeMessage({ ...reply, id: wide }, dht256)
    expect(() => encodeMessage({ ...reply, id: wide }, dht256, length - 1)).toThrow(
      `budget: expected at least ${length}, got ${length - 1}`,
    )
  })
})

describe('at its bound', () => {
  it.each([
    { ...error, code: 65_535 },
    { ...error, code: 0 },
    { ...error, text: 'x'.repeat(64) },
    { ...unknown, name: 'x'.repeat(64) },
    { ...ping, transactionId: bytes(32), version: bytes(64) },
    { ...announce, token: bytes(64), port: 65_535 },
  ])('%# is accepted', (message) => {
    expect(decodeMessage(encodeMessage(message as Message, mainline), mainline)).toMatchObject(
      message,
    )
  })
})

describe('errors of endpoints and options', () => {
  it.each([
    [
      () => endpoint('localhost', 1),
      'address: expected an IPv4 or IPv6 address without a zone, got "localhost"',
    ],
    [() => endpoint('1.2.3.4', 0), 'port: expected 1 to 65535, got 0'],
    [() => endpoint('1.2.3.4', '80' as never), 'port: expected 1 to 65535, got "80"'],
    [
      () => endpoint(undefined as never, 1),
      'address: expected an IPv4 or IPv6 address without a zone, got undefined',
    ],
    [() => parseEndpoint(5 as never), 'endpoint: expected "1.2.3.4:5" or "[::1]:5", got 5'],
    [() => contact('ab' as never, endpoint('1.2.3.4', 5)), 'id: expected a Uint8Array, got "ab"'],
    [
      () => compactEndpoint(undefined as never),
      'endpoint: expected an IP address and a port of 1 to 65535, got undefined',
    ],
    [() => parseEndpoint('x'), 'endpoint: expected "1.2.3.4:5" or "[::1]:5", got "x"'],
    [
      () => compactEndpoint({ address: '1.2.3', port: 4, family: 4 }),
      'endpoint: expected an IP address and a port of 1 to 65535, ' +
        'got { address: "1.2.3", port: 4, family: 4 }',
    ],
    [
      () => compactContacts([contact(id, endpoint('1.2.3.4', 5)), contact(id, endpoint('::2', 5))]),
      'compact contact: expected 26 bytes like the others, got 38',
    ],
    [
      () => resolveTransactionOptions({ maxOpen: 1.5 }),
      'maxOpen: expected a whole number of 1 or more, got 1.5',
    ],
    [
      () => resolveTransactionOptions({ minMarginMs: 0 }),
      'minMarginMs: expected a positive number, got 0',
    ],
    [
      () => resolveTransactionOptions({ firstTimeoutMs: 3000 }),
      'firstTimeoutMs: expected at most maxTimeoutMs (2000), got 3000',
    ],
    [
      () => resolveTransactionOptions({ minTimeoutMs: 600 }),
      'minTimeoutMs: expected at most firstTimeoutMs (500), got 600',
    ],
    [
      () => resolveTransactionOptions({ maxTimeoutMs: 20_000 }),
      'maxTimeoutMs: expected at most giveUpMs (4000), got 20000',
    ],
    [
      () => resolveTransactionOptions({ minGiveUpMs: 20_000 }),
      'minGiveUpMs: expected at most giveUpMs (4000), got 20000',
    ],
    [
      () => resolveTransactionOptions({ timeout: 5 } as never),
      expect.stringMatching(
        /^option: expected a known name, such as .*TimeoutMs.*, got "timeout"$/,
      ),
    ],
  ])('%#: name what, expected and got', (refuse, message) => {
    expect(refuse).toThrow(expect.objectContaining({ message }))
  })
})

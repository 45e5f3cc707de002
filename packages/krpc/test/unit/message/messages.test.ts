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
import { errorOf } from '@dht/testing/refusals'
import { describe, expect, it } from 'vitest'
import { resolveTransactionOptions } from '../../../src/transactions/options.ts'

const ENDPOINT = 'ERR_DHT_KRPC_ENDPOINT'
const ENCODE = 'ERR_DHT_KRPC_ENCODE'
const OPTIONS = 'ERR_DHT_KRPC_OPTIONS'

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
    [{ ...ping, transactionId: bytes(0) }, 'transaction id', '0'],
    [{ ...ping, transactionId: bytes(33) }, 'transaction id', '33'],
    [{ ...ping, version: bytes(65) }, 'version', '65'],
    [{ ...ping, id: wide }, 'id', '32'],
    [{ ...announce, target: wide }, 'target', '32'],
    [{ ...announce, token: bytes(65), port: 1 }, 'token', '65'],
    [{ ...announce, token: bytes(1), port: 0 }, 'port', '0'],
    [{ ...announce, token: bytes(1) }, 'port', 'undefined'],
    [{ ...unknown, name: '' }, 'method', '""'],
    [{ ...unknown, name: 'put' }, 'method', '"put"'],
    [{ ...reply, id: wide }, 'id', '32'],
    [{ ...reply, id: 'ab' }, 'id', '"ab"'],
    [{ ...ping, transactionId: 5 }, 'transaction id', '5'],
    [{ ...announce, token: 'ab', port: 1 }, 'token', '"ab"'],
    [{ ...announce, token: bytes(1), port: '80' }, 'port', '"80"'],
    [{ ...reply, values: ['abcdef'] }, 'value', '"abcdef"'],
    [{ ...reply, nodes: bytes(27) }, 'nodes', '27'],
    [{ ...reply, nodes6: bytes(39) }, 'nodes6', '39'],
    [{ ...reply, nodes: [contact(id, endpoint('::2', 5))] }, 'nodes', '6'],
    [{ ...reply, nodes: [contact(wide, endpoint('1.2.3.4', 5))] }, 'nodes', '32'],
    [{ ...reply, token: bytes(65) }, 'token', '65'],
    [{ ...reply, values: [bytes(7)] }, 'value', '7'],
    [{ ...error, code: 65_536 }, 'error code', '65536'],
    [{ ...error, text: 'ä' }, 'error text', '"ä"'],
  ])('%#: name the field and the value', (message, what, got) => {
    expect(encode(message)).toThrow(errorOf(ENCODE, what, got))
  })

  it.each(['ping', 'find_node', 'get_peers', 'announce_peer', 'put'])(
    'of %s as unknown',
    (name) => {
      expect(encode({ ...unknown, name })).toThrow(errorOf(ENCODE, 'method', `"${name}"`))
    },
  )

  it.each([
    [0, 'budget', '0'],
    [1501, 'budget', '1501'],
    [20, 'query', '56'],
    [1, 'query', '56'],
  ])('of a budget of %i', (budget, what, got) => {
    expect(encode(ping, budget)).toThrow(errorOf(ENCODE, what, got))
  })

  it('of a budget that is too small for an empty response', () => {
    const size = encodeMessage(reply, mainline).length
    expect(encode(reply, size)).not.toThrow()
    expect(encode(reply, size - 1)).toThrow(errorOf(ENCODE, 'budget', `${size - 1}`))
    const { length } = encodeMessage({ ...reply, id: wide }, dht256)
    expect(() => encodeMessage({ ...reply, id: wide }, dht256, length - 1)).toThrow(
      errorOf(ENCODE, 'budget', `${length - 1}`),
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
    [() => endpoint('localhost', 1), ENDPOINT, 'address', '"localhost"'],
    [() => endpoint('1.2.3.4', 0), ENDPOINT, 'port', '0'],
    [() => endpoint('1.2.3.4', '80' as never), ENDPOINT, 'port', '"80"'],
    [() => endpoint(undefined as never, 1), ENDPOINT, 'address', 'undefined'],
    [() => parseEndpoint(5 as never), ENDPOINT, 'endpoint', '5'],
    [() => contact('ab' as never, endpoint('1.2.3.4', 5)), ENCODE, 'id', '"ab"'],
    [() => compactEndpoint(undefined as never), ENDPOINT, 'endpoint', 'undefined'],
    [() => parseEndpoint('x'), ENDPOINT, 'endpoint', '"x"'],
    [
      () => compactEndpoint({ address: '1.2.3', port: 4, family: 4 }),
      ENDPOINT,
      'endpoint',
      '{ address: "1.2.3", port: 4, family: 4 }',
    ],
    [
      () => compactContacts([contact(id, endpoint('1.2.3.4', 5)), contact(id, endpoint('::2', 5))]),
      ENCODE,
      'compact contact',
      '38',
    ],
    [() => resolveTransactionOptions({ maxOpen: 1.5 }), OPTIONS, 'maxOpen', '1.5'],
    [() => resolveTransactionOptions({ minMarginMs: 0 }), OPTIONS, 'minMarginMs', '0'],
    [() => resolveTransactionOptions({ firstTimeoutMs: 3000 }), OPTIONS, 'firstTimeoutMs', '3000'],
    [() => resolveTransactionOptions({ minTimeoutMs: 600 }), OPTIONS, 'minTimeoutMs', '600'],
    [() => resolveTransactionOptions({ maxTimeoutMs: 20_000 }), OPTIONS, 'maxTimeoutMs', '20000'],
    [() => resolveTransactionOptions({ minGiveUpMs: 20_000 }), OPTIONS, 'minGiveUpMs', '20000'],
    [() => resolveTransactionOptions({ timeout: 5 } as never), OPTIONS, 'option', '"timeout"'],
  ])('%#: name the argument and the value', (act, code, what, got) => {
    expect(act).toThrow(errorOf(code, what, got))
  })
})

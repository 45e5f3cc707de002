import { idFromHex } from '@dht/id'
import { endpoint } from '@dht/krpc'
import { errorOf } from '@dht/testing/refusals'
import { describe, expect, it } from 'vitest'
import {
  toCallOptions,
  toEndpoint,
  toId,
  toLookupOptions,
  toPort,
  toWrite,
} from '../../../src/shell/arguments.ts'

const ANY = (value: unknown): never => value as never

describe('accepted arguments', () => {
  it('ids as bytes and as hex of either case; bytes are copied', () => {
    const bytes = Uint8Array.of(0xab, 0xcd)
    const id = toId(bytes, 2)
    bytes[0] = 0
    expect(id).toEqual(idFromHex('abcd'))
    expect(toId('ABcd', 2)).toEqual(id)
    expect(toId(Buffer.from('abcd', 'hex'), 2)).toEqual(id)
  })

  it('tokens of any bytes, which are copied', () => {
    for (const token of [Uint8Array.of(1, 2), Buffer.from([1, 2])]) {
      const { token: kept } = toWrite(ANY({ id: 'abcd', port: 5, token }), 2)
      token[0] = 9
      expect([...kept]).toEqual([1, 2])
    }
  })

  it('endpoints as text and as objects', () => {
    expect(toEndpoint('192.0.2.1:5')).toEqual(endpoint('192.0.2.1', 5))
    expect(toEndpoint('[::1]:5')).toEqual(endpoint('::1', 5))
    expect(toEndpoint({ address: '0:0::1', port: 5 })).toEqual(endpoint('::1', 5))
    expect(toEndpoint('0.0.0.0:5')).toEqual(endpoint('127.0.0.1', 5))
    expect(toEndpoint('[::]:5')).toEqual(endpoint('::1', 5))
  })

  it('the lowest and the highest port', () => {
    expect([toPort(1), toPort(65_535)]).toEqual([1, 65_535])
  })

  it('writes, whose token is copied', () => {
    const token = Uint8Array.of(1, 2, 3)
    const write = toWrite({ id: 'abcd', port: 5, token }, 2)
    token.fill(0)
    expect(write).toEqual({ target: idFromHex('abcd'), port: 5, token: Uint8Array.of(1, 2, 3) })
    expect(toWrite({ id: 'abcd', port: 5, token: new Uint8Array(64) }, 2).token).toHaveLength(64)
  })

  it('options of calls', () => {
    const { signal } = new AbortController()
    expect(toCallOptions({})).toEqual({})
    expect(toCallOptions({ signal })).toEqual({ signal })
    expect(toCallOptions(ANY({ signal: undefined }))).toEqual({ signal: undefined })
    expect(toLookupOptions({})).toEqual({ mode: 'quick' })
    expect(toLookupOptions({ mode: 'first', signal })).toEqual({ mode: 'first', signal })
  })
})

describe('API-1: refused arguments', () => {
  it.each([
    ['abc', 'ERR_DHT_ID_LENGTH'],
    ['abcdef', 'ERR_DHT_ID_LENGTH'],
    ['', 'ERR_DHT_ID_LENGTH'],
    ['zzzz', 'ERR_DHT_NODE_ARGUMENT'],
    [new Uint8Array(3), 'ERR_DHT_ID_LENGTH'],
    [[0xab, 0xcd], 'ERR_DHT_NODE_ARGUMENT'],
    [0xabcd, 'ERR_DHT_NODE_ARGUMENT'],
    [null, 'ERR_DHT_NODE_ARGUMENT'],
    [undefined, 'ERR_DHT_NODE_ARGUMENT'],
  ])('as an id: %j', (id, code) => {
    expect(() => toId(ANY(id), 2)).toThrow(expect.objectContaining({ code }))
  })

  it.each([
    ['localhost:5', 'ERR_DHT_KRPC_ENDPOINT'],
    ['192.0.2.1', 'ERR_DHT_KRPC_ENDPOINT'],
    ['192.0.2.1:0', 'ERR_DHT_KRPC_ENDPOINT'],
    ['::1:5', 'ERR_DHT_KRPC_ENDPOINT'],
    ['', 'ERR_DHT_KRPC_ENDPOINT'],
    [{ address: 'localhost', port: 5 }, 'ERR_DHT_KRPC_ENDPOINT'],
    [{ address: '192.0.2.1', port: 65_536 }, 'ERR_DHT_KRPC_ENDPOINT'],
    [{ address: '192.0.2.1', port: '5' }, 'ERR_DHT_NODE_ARGUMENT'],
    [{ address: 5, port: 5 }, 'ERR_DHT_NODE_ARGUMENT'],
    ['224.0.0.1:5', 'ERR_DHT_NODE_ARGUMENT'],
    ['[ff02::1]:5', 'ERR_DHT_NODE_ARGUMENT'],
    [{ address: '255.255.255.255', port: 5 }, 'ERR_DHT_NODE_ARGUMENT'],
    [{}, 'ERR_DHT_NODE_ARGUMENT'],
    [null, 'ERR_DHT_NODE_ARGUMENT'],
    [undefined, 'ERR_DHT_NODE_ARGUMENT'],
    [5, 'ERR_DHT_NODE_ARGUMENT'],
  ])('as an endpoint: %j', (place, code) => {
    expect(() => toEndpoint(ANY(place))).toThrow(expect.objectContaining({ code }))
  })

  it.each([0, -1, 65_536, 1.5, Number.NaN, '80', undefined, null])('as a port: %s', (port) => {
    expect(() => toPort(ANY(port))).toThrow(
      `port: expected a whole number from 1 to 65535, got ${port === '80' ? '"80"' : port}`,
    )
  })

  it('as a token: bytes and hex are equivalent', () => {
    const write = (token: Uint8Array | string) => toWrite({ id: 'abcd', port: 5, token }, 2).token
    expect(write('00fFA1')).toEqual(Uint8Array.of(0, 0xff, 0xa1))
    expect(write(Uint8Array.of(0, 0xff, 0xa1))).toEqual(Uint8Array.of(0, 0xff, 0xa1))
    expect(write('ab'.repeat(64))).toHaveLength(64)
  })

  it.each([new Uint8Array(0), new Uint8Array(65), 'token', '', 'abc', 'ab'.repeat(65), undefined])(
    'as a token: %s',
    (token) => {
      expect(() => toWrite(ANY({ id: 'abcd', port: 5, token }), 2)).toThrow(
        /^token: expected 1 to 64 bytes or their hex, got /,
      )
    },
  )

  it.each([
    [null, 'write: expected '],
    [5, 'write: expected '],
  ])('as a write: %j', (write, message) => {
    expect(() => toWrite(ANY(write), 2)).toThrow(
      expect.objectContaining({
        code: 'ERR_DHT_NODE_ARGUMENT',
        message: expect.stringContaining(message),
      }),
    )
  })

  it.each([
    [null, 'options: expected '],
    ['all', 'options: expected '],
    [new AbortController().signal, 'options: expected '],
    [{ timeout: 5 }, 'option: expected '],
    [{ mode: 'some' }, 'mode: expected '],
    [{ signal: 5 }, 'signal: expected '],
    [{ signal: { aborted: false, addEventListener: 1 } }, 'signal: expected '],
    [{ signal: new EventTarget() }, 'signal: expected '],
    [{ signal: new AbortController() }, 'signal: expected '],
  ])('as options of a lookup: %j', (options, message) => {
    expect(() => toLookupOptions(ANY(options))).toThrow(
      expect.objectContaining({
        code: 'ERR_DHT_NODE_ARGUMENT',
        message: expect.stringContaining(message),
      }),
    )
  })

  it('as options of a call: options of a lookup', () => {
    expect(() => toCallOptions(ANY({ mode: 'all' }))).toThrow(
      errorOf('ERR_DHT_NODE_ARGUMENT', 'option', '"mode"'),
    )
  })
})

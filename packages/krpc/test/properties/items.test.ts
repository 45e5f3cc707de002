// Messages that carry values which are hashed or signed, as those of BEP 44 do.

import {
  decodeMessage,
  defineMethod,
  EncodeError,
  encodeMessage,
  encodeValue,
  MAX_ITEM_SALT,
  MAX_ITEM_VALUE,
  type Message,
  mainline,
  messageSize,
  OptionsError,
  type PutQuery,
  type QueryHead,
  signedBytes,
} from '@dht/krpc'
import { anyId } from '@dht/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ascii, hex, text, toHex } from '../support/bytes.ts'
import { type WithItems, withItems } from '../support/items.ts'
import { anyNetwork } from '../support/messages.ts'
import file from '../vectors/vectors.json' with { type: 'json' }

const network = withItems(mainline)
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
const bytes = (minLength: number, maxLength: number) => fc.uint8Array({ minLength, maxLength })
const anyInteger = (min: bigint) => fc.bigInt({ min, max: 2n ** 63n - 1n })
const anyKey = fc.constantFrom('a', 'id', 'token', 'y', '\u00ff')
const anyV = fc
  .oneof(
    bytes(0, 40),
    anyInteger(-(2n ** 63n)),
    fc.array(anyInteger(0n), { maxLength: 9 }),
    fc.dictionary(anyKey, bytes(0, 9)).map((entries) => new Map(Object.entries(entries))),
  )
  .map((value) => encodeValue(value))

/** A mutable item has all three. */
const anySigned = fc.oneof(
  fc.constant({ k: undefined, sig: undefined, seq: undefined }),
  fc.record({ k: bytes(32, 32), sig: bytes(64, 64), seq: anyInteger(0n) }),
)

const anyPut = anyNetwork.map(withItems).chain((each) =>
  fc.tuple(
    fc.constant(each),
    fc.record({
      kind: fc.constant('query' as const),
      method: fc.constant('put' as const),
      transactionId: bytes(4, 4),
      version: fc.constant(undefined),
      ip: fc.constant(undefined),
      id: anyId(each.idLength),
      readOnly: fc.boolean(),
      claimedTarget: optional(anyId(each.idLength)),
      v: anyV,
      token: bytes(1, 20),
      salt: optional(bytes(1, MAX_ITEM_SALT)),
      cas: optional(anyInteger(-(2n ** 63n))),
    }),
    anySigned,
  ),
)

it('PROTO-59: a value arrives as the bytes that were sent', () => {
  fc.assert(
    fc.property(anyPut, ([each, unsigned, signed]) => {
      const put = { ...unsigned, ...signed }
      const written = encodeMessage<WithItems>(put, each)
      expect(messageSize<WithItems>(put, each)).toBe(written.length)
      expect(decodeMessage(written, each)).toEqual(put)
    }),
  )
})

const MESSAGES = file.vectors.filter(({ name }) => /^bep44\/msg-(get|put)/.test(name))

describe('the messages of BEP 44', () => {
  it.each(MESSAGES.map(({ name, input_hex }) => ({ name, input_hex })))(
    'PROTO-59: $name is read and written back',
    ({ input_hex }) => {
      const message = decodeMessage(hex(input_hex), network)
      expect(message.kind).not.toBe('malformed')
      expect(toHex(encodeMessage<WithItems>(message as Message<WithItems>, network))).toBe(
        input_hex,
      )
    },
  )
})

/** A put without the parts that it may lack. */
function putOf(changes: Partial<PutQuery>, idLength = 20): PutQuery {
  const id = new Uint8Array(idLength).fill(1) as PutQuery['id']
  const envelope = { kind: 'query', method: 'put', transactionId: ascii('aaaa'), id } as const
  return { ...envelope, readOnly: false, token: ascii('token'), v: ascii('0:'), ...changes }
}

/** A full put: everything that BEP 44 knows, at its longest. */
function fullPut(idLength: number): PutQuery {
  const most = 2n ** 63n - 1n
  return putOf(
    {
      claimedTarget: new Uint8Array(idLength).fill(2) as PutQuery['id'],
      version: ascii('XX00'),
      v: encodeValue(new Uint8Array(MAX_ITEM_VALUE - 4)),
      token: new Uint8Array(8),
      k: new Uint8Array(32),
      sig: new Uint8Array(64),
      salt: new Uint8Array(64),
      seq: most,
      cas: most,
      readOnly: true,
    },
    idLength,
  )
}

it('PROTO-59: a full put exceeds the reply budget and is written; another query is not', () => {
  const size = messageSize<WithItems>(fullPut(20), network)
  expect(size).toBeGreaterThan(network.replyBudget)
  expect(encodeMessage<WithItems>(fullPut(20), network)).toHaveLength(size)
  expect(() => encodeMessage<WithItems>(fullPut(20), network, network.replyBudget)).toThrow(
    EncodeError,
  )
  const { id, transactionId } = fullPut(20)
  const head = { kind: 'query', transactionId, id, readOnly: false } as const
  const find: Message = { ...head, method: 'find_node', target: id }
  const small = { ...network, replyBudget: 90 }
  expect(() => encodeMessage<WithItems>(find, small)).toThrow(/^query: expected at most 90 bytes/)
})

it.each([
  ['too long', `${MAX_ITEM_VALUE}:${'x'.repeat(MAX_ITEM_VALUE)}`],
  ['not canonical', 'd1:b0:1:a0:e'],
  ['too deep for a message', `${'l'.repeat(9)}${'e'.repeat(9)}`],
  ['cut short', '5:abc'],
  ['two values', 'i1ei2e'],
])('PROTO-59: a value that is %s is not written, and counts as absent', (_what, v) => {
  expect(() => encodeMessage<WithItems>(putOf({ v: ascii(v) }), network)).toThrow(/^v: expected/)
})

it.each(['d1:b0:1:a0:e', 'i01e', `l${'i1e'.repeat(441)}e`])('%s counts as absent', (v) => {
  const whole = text(encodeMessage<WithItems>(putOf({ v: ascii('3:VVV') }), network))
  const read = decodeMessage(ascii(whole.replace('3:VVV', v)), network)
  expect(read).toMatchObject({ kind: 'malformed', reason: 'argument' })
})

it.each([
  ['seq', -1n],
  ['seq', 2n ** 63n],
  ['cas', -(2n ** 63n) - 1n],
  ['seq', 1],
  ['k', new Uint8Array(31)],
  ['sig', new Uint8Array(65)],
  ['salt', new Uint8Array(65)],
])('%s: %s is not written', (name, value) => {
  const put = putOf({ [name]: value })
  expect(() => encodeMessage<WithItems>(put, network)).toThrow(EncodeError)
})

it.each([
  ['3:seqi-1e', undefined],
  ['3:seqi9223372036854775807e', 2n ** 63n - 1n],
  ['3:seqi007e', 7n],
  ['3:seqi-0e', 0n],
  ['3:seq1:1', undefined],
  ['3:seqli1ee', undefined],
])('%s is read as %s', (written, seq) => {
  const { id, transactionId } = putOf({})
  const head = { kind: 'query', transactionId, id, readOnly: false } as const
  const get = { ...head, method: 'get', target: id, seq: 5n } as const
  const whole = text(encodeMessage<WithItems>(get, network))
  expect(decodeMessage(ascii(whole.replace('3:seqi5e', written)), network)).toMatchObject({ seq })
})

it.each([0, 1401, 1.5])('a method has no budget of %s bytes', (query) => {
  type Q = QueryHead & { readonly method: 'a' }
  const define = () =>
    defineMethod<Q, object>({ name: 'a', arguments: {}, results: {}, budgets: { query } })
  expect(define).toThrow(OptionsError)
})

const signed = { k: new Uint8Array(32), sig: new Uint8Array(64), seq: 5n }

it.each(['k', 'sig', 'seq'])('PROTO-61: a put with %s missing is malformed', (name) => {
  const put = putOf({ ...signed, [name]: undefined })
  const read = decodeMessage(encodeMessage<WithItems>(put, network), network)
  expect(read).toMatchObject({ kind: 'malformed', reason: 'argument', code: 203 })
})

it.each([
  ['v', '3:VVV', `${MAX_ITEM_VALUE}:${'x'.repeat(MAX_ITEM_VALUE)}`],
  ['salt', '4:salt1:s', `4:salt${MAX_ITEM_SALT + 1}:${'s'.repeat(MAX_ITEM_SALT + 1)}`],
  ['seq', '3:seqi5e', '3:seqi-1e'],
])(
  'PROTO-61: a put whose %s exceeds its limit is read, and not written',
  (name, within, beyond) => {
    const put = putOf({ ...signed, v: ascii('3:VVV'), salt: ascii('s') })
    const whole = text(encodeMessage<WithItems>(put, network))
    const read = decodeMessage(ascii(whole.replace(within, beyond)), network)
    expect(read).toMatchObject({ kind: 'query', method: 'put' })
    expect(() => encodeMessage<WithItems>(read as PutQuery, network)).toThrow(
      new RegExp(`^${name}: expected`),
    )
  },
)

const SIGNED = file.vectors.filter(({ name }) =>
  /^bep44\/(test[12]|prose|derived|malleable)/.test(name),
)

it.each(SIGNED)('PROTO-62: $name: the signed bytes are those of the author', (vector) => {
  const written = vector.input_hex
  const [, salt = '', seq = '', v = ''] =
    /^(?:4:salt\d+:(.*?))?3:seqi(\d+)e1:v(.*)$/s.exec(text(hex(written))) ?? []
  const parts = { salt: ascii(salt), seq: BigInt(seq), v: ascii(v) }
  expect(toHex(signedBytes(parts))).toBe(written)
  if (salt === '') expect(toHex(signedBytes({ ...parts, salt: undefined }))).toBe(written)
})

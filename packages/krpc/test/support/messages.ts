// Generators of messages for property tests: every kind, every width in its range, both networks,
// and more contacts and peers than any reply has room for.

import type { Id } from '@dht/id'
import {
  dht256,
  type Endpoint,
  type ErrorMessage,
  encodeValue,
  endpointFromCompact,
  type Message,
  mainline,
  mainlineGetPeers,
  type Network,
  type Query,
  type Response,
} from '@dht/krpc'
import { anyId } from '@dht/testing'
import fc from 'fast-check'

/** Both real networks, and toy ones with ids of one or two bytes, with and without a key. */
export const anyNetwork: fc.Arbitrary<Network> = fc.constantFrom(
  mainline,
  dht256,
  { ...mainline, idLength: 1 },
  { ...dht256, idLength: 2, key: 'toy' },
)

function exactly(length: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: length, maxLength: length })
}

function upTo(maxLength: number, minLength = 0): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength, maxLength, size: 'max' })
}

function printable(maxLength: number, minLength = 0): fc.Arbitrary<string> {
  const unit = fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code))
  return fc.string({ unit, minLength, maxLength, size: 'max' })
}

export const anyPort: fc.Arbitrary<number> = fc.integer({ min: 1, max: 65_535 })

/** Endpoints of both families, made from their compact form. */
export const anyEndpoint: fc.Arbitrary<Endpoint> = fc
  .tuple(fc.constantFrom(4, 16), exactly(16), anyPort)
  .map(([size, address, port]) => {
    return endpointFromCompact(Uint8Array.of(...address.slice(0, size), port >> 8, port & 0xff))!
  })

const envelope = {
  transactionId: upTo(32, 1),
  version: fc.option(upTo(64), { nil: undefined }),
  ip: fc.option(anyEndpoint, { nil: undefined }),
}

const want = fc.option(fc.record({ n4: fc.boolean(), n6: fc.boolean() }), { nil: undefined })

/** Method names without a type of their own in this network. */
const unknownName = ({ methods }: Network): fc.Arbitrary<string> =>
  fc.oneof(
    printable(64, 1).filter((name) => name !== 'put' && !methods.has(name)),
    fc.constantFrom('withdraw_peer', 'get').filter((name) => !methods.has(name)),
  )

export function anyQuery(network: Network): fc.Arbitrary<Query> {
  const { idLength, methods } = network
  const id: fc.Arbitrary<Id> = anyId(idLength)
  const head = { kind: fc.constant('query' as const), ...envelope, id, readOnly: fc.boolean() }
  const target = id
  const withdrawal = fc.record({
    ...head,
    method: fc.constant('withdraw_peer' as const),
    target,
    token: upTo(64),
  })
  const getItem = fc.record({
    ...head,
    method: fc.constant('get' as const),
    target,
    seq: fc.option(fc.bigInt({ min: 0n, max: 2n ** 53n - 1n }), { nil: undefined }),
    want,
  })
  const putItem = fc.record({
    ...head,
    method: fc.constant('put' as const),
    claimedTarget: fc.option(target, { nil: undefined }),
    v: upTo(200).map((bytes) => encodeValue(bytes)),
    token: upTo(64),
  })
  const isScraped = canScrape(network)
  const noseed = fc.boolean()
  return fc.oneof(
    ...(methods.has('withdraw_peer') ? [withdrawal] : []),
    ...(methods.has('get') ? [getItem, putItem] : []),
    fc.record({ ...head, method: fc.constant('ping' as const) }),
    fc.record({ ...head, method: fc.constant('find_node' as const), target, want }),
    fc.record({
      ...head,
      method: fc.constant('get_peers' as const),
      target,
      want,
      ...(isScraped && { noseed, scrape: fc.boolean() }),
    }),
    fc.record({
      ...head,
      method: fc.constant('announce_peer' as const),
      target,
      port: anyPort,
      impliedPort: fc.boolean(),
      token: upTo(64),
      ...(isScraped && { seed: fc.boolean() }),
    }),
    fc.record({
      ...head,
      method: fc.constant('unknown' as const),
      name: unknownName(network),
      target,
      want,
    }),
  )
}

export interface ResponseSize {
  readonly contacts: number
  readonly values: number
}

/** Up to `max` strings of `size` bytes, concatenated. */
function records(size: number, max: number): fc.Arbitrary<Uint8Array> {
  return fc.nat({ max }).chain((count) => exactly(count * size))
}

/** Peers of the first family, of the second, or alternating. */
function isLong(index: number, mix: number): boolean {
  return mix === 2 ? index % 2 === 1 : mix === 1
}

/** Up to `max` peers, alternating between both families or of one. */
function peers(max: number): fc.Arbitrary<Uint8Array[]> {
  return fc.tuple(records(18, max), fc.nat({ max: 2 })).map(([bytes, mix]) => {
    return Array.from({ length: bytes.length / 18 }, (_, i) => {
      return bytes.slice(18 * i, 18 * i + (isLong(i, mix) ? 18 : 6))
    })
  })
}

/** Whether get_peers of this network also counts peers, BEP 33. */
const canScrape = ({ methods }: Network): boolean => methods.named('get_peers') === mainlineGetPeers

/** Bytes that hold what cannot be cut of any response of {@link anyResponse}. */
export const leastBudget = (network: Network): number => 320 + (canScrape(network) ? 2 * 266 : 0)

export function anyResponse(
  network: Network,
  { contacts, values }: ResponseSize,
): fc.Arbitrary<Response> {
  const { idLength } = network
  const filter = fc.option(exactly(256), { nil: undefined })
  return fc.record({
    kind: fc.constant('response' as const),
    ...envelope,
    id: anyId(idLength),
    nodes: fc.option(records(idLength + 6, contacts), { nil: undefined }),
    nodes6: fc.option(records(idLength + 18, contacts), { nil: undefined }),
    token: fc.option(upTo(64), { nil: undefined }),
    values: fc.option(peers(values), { nil: undefined }),
    ...(canScrape(network) && { seedFilter: filter, peerFilter: filter }),
  })
}

export const anyError: fc.Arbitrary<ErrorMessage> = fc.record({
  kind: fc.constant('error' as const),
  ...envelope,
  code: fc.oneof(fc.constantFrom(201, 202, 203, 204), fc.integer({ min: 0, max: 65_535 })),
  text: printable(64),
})

/** Any message that fits a datagram uncut. */
export function anyMessage(network: Network): fc.Arbitrary<Message> {
  return fc.oneof(anyQuery(network), anyResponse(network, { contacts: 8, values: 12 }), anyError)
}

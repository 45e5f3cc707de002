// API-1: every method with every bad argument. The error has the expected and the given value, no
// datagram is sent, and nothing changes in the node.

import { mainline } from '@dht/krpc'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { DhtNode } from '../../src/shell/dht-node.ts'
import { MemoryWorld } from '../support/memory-node.ts'

const ID = 'ab'.repeat(32)
const PLACE = '192.0.2.1:1'
const TOKEN = Uint8Array.of(1, 2, 3, 4)

let world: MemoryWorld
let node: DhtNode
let mainlineWorld: MemoryWorld
let inMainline: DhtNode

beforeAll(async () => {
  world = new MemoryWorld()
  node = (await world.nodes(2))[1]!
  mainlineWorld = new MemoryWorld()
  inMainline = (await mainlineWorld.nodes(2, { network: mainline }))[1]!
})

afterAll(async () => {
  await world.close()
  await mainlineWorld.close()
})

/** Anything that is not an id: other types, and other widths in bytes and hex. */
const badId: fc.Arbitrary<unknown> = fc.oneof(
  fc.string().filter((text) => text.length !== 64),
  fc
    .string({ unit: 'grapheme', minLength: 64, maxLength: 64 })
    .filter((text) => !/^[\da-f]*$/i.test(text)),
  fc.uint8Array({ maxLength: 80 }).filter(({ length }) => length !== 32),
  fc.anything().filter((value) => typeof value !== 'string' && !(value instanceof Uint8Array)),
)

const badPort: fc.Arbitrary<unknown> = fc.oneof(
  fc.integer().filter((port) => port < 1 || port > 65_535),
  fc.double().filter((port) => !Number.isInteger(port)),
  fc.anything().filter((value) => typeof value !== 'number'),
)

const badPlace: fc.Arbitrary<unknown> = fc.oneof(
  fc.string(),
  fc.domain().map((host) => `${host}:80`),
  fc.ipV4().map((address) => `${address}:0`),
  fc.record({ address: fc.ipV4(), port: badPort }),
  fc.record({
    address: fc.string().filter((text) => !/^[\da-f.:]+$/i.test(text)),
    port: fc.constant(1),
  }),
  fc.anything(),
)

const badToken: fc.Arbitrary<unknown> = fc.oneof(
  fc.constant(new Uint8Array(0)),
  fc.uint8Array({ minLength: 65, maxLength: 70 }),
  fc.anything().filter((value) => !(value instanceof Uint8Array)),
)

/** Names of options, and one that makes no property. */
const GOOD_NAMES = ['signal', 'mode', 'salt', 'cas', 'renew', 'keep', 'port', 'seed', '__proto__']

const badOptions: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, 5, 'signal', true),
  fc
    .string()
    .filter((name) => !GOOD_NAMES.includes(name))
    .map((name) => ({ [name]: 1 })),
  fc.record({ signal: fc.oneof(fc.constantFrom(null, 5, 'x', true), fc.constant({})) }),
  fc.constant(new AbortController().signal),
)

/** The same for info hashes, which have more forms. */
const badInfohash: fc.Arbitrary<unknown> = fc.oneof(
  fc.string().filter((text) => text.length !== 40 && text.length !== 32),
  fc.constantFrom('\ufb03'.repeat(32), `\u00df${'A'.repeat(31)}`, 'magnet:?xt=urn:btih:'),
  fc.uint8Array({ maxLength: 80 }).filter(({ length }) => length !== 20),
  fc.anything().filter((value) => typeof value !== 'string' && !(value instanceof Uint8Array)),
)

const badItem: fc.Arbitrary<unknown> = fc.oneof(
  fc.anything(),
  fc
    .record({ value: fc.anything().filter((value) => typeof value !== 'string') })
    .filter(({ value }) => !(value instanceof Uint8Array)),
  fc.constant({ encoded: 'ab'.repeat(2_000_000) }),
  fc.constant({ value: 'cafe' }),
)

const badMode: fc.Arbitrary<unknown> = fc
  .anything()
  .filter((mode) => mode !== undefined && mode !== 'all' && mode !== 'first')

/** The methods, each with one bad argument among good ones. */
const CALLS: readonly [string, fc.Arbitrary<unknown>, (bad: never) => unknown][] = [
  ['enter, id', badId, (id) => node.enter(id, 80)],
  ['enter, port', badPort, (port) => node.enter(ID, port)],
  ['delete, id', badId, (id) => node.delete(id)],
  ['lookup, id', badId, (id) => node.lookup(id)],
  ['lookup, options', badOptions, (options) => node.lookup(ID, options)],
  ['lookup, mode', badMode, (mode) => node.lookup(ID, { mode })],
  ['closest, id', badId, (id) => node.closest(id)],
  ['closest, options', badOptions, (options) => node.closest(ID, options)],
  ['joined, options', badOptions, (options) => node.joined(options)],
  ['ping, to', badPlace, (to) => node.ping(to)],
  ['ping, options', badOptions, (options) => node.ping(PLACE, options)],
  ['findNode, to', badPlace, (to) => node.findNode(to, ID)],
  ['findNode, id', badId, (id) => node.findNode(PLACE, id)],
  ['findNode, options', badOptions, (options) => node.findNode(PLACE, ID, options)],
  ['findValue, to', badPlace, (to) => node.findValue(to, ID)],
  ['findValue, id', badId, (id) => node.findValue(PLACE, id)],
  ['findValue, options', badOptions, (options) => node.findValue(PLACE, ID, options)],
  ['store, to', badPlace, (to) => node.store(to, { id: ID, port: 80, token: TOKEN })],
  ['store, id', badId, (id) => node.store(PLACE, { id, port: 80, token: TOKEN })],
  ['store, port', badPort, (port) => node.store(PLACE, { id: ID, port, token: TOKEN })],
  ['store, token', badToken, (token) => node.store(PLACE, { id: ID, port: 80, token })],
  [
    'store, options',
    badOptions,
    (options) => node.store(PLACE, { id: ID, port: 80, token: TOKEN }, options),
  ],
]

const HASH = 'ab'.repeat(20)
const ITEM = { value: Uint8Array.of(1) }

/** The same for the methods of Mainline. */
const MAINLINE_CALLS: typeof CALLS = [
  ['announce, infohash', badInfohash, (hash) => inMainline.announce(hash, { port: 80 })],
  ['announce, port', badPort, (port) => inMainline.announce(HASH, { port })],
  ['announce, options', badOptions, (options) => inMainline.announce(HASH, options)],
  ['announceOnce, infohash', badInfohash, (hash) => inMainline.announceOnce(hash, { port: 80 })],
  ['announceOnce, options', badOptions, (options) => inMainline.announceOnce(HASH, options)],
  ['getPeers, infohash', badInfohash, (hash) => inMainline.getPeers(hash)],
  ['getPeers, options', badOptions, (options) => inMainline.getPeers(HASH, options)],
  ['scrape, infohash', badInfohash, (hash) => inMainline.scrape(hash)],
  ['scrape, options', badOptions, (options) => inMainline.scrape(HASH, options)],
  ['sampleInfohashes, options', badOptions, (options) => inMainline.sampleInfohashes(options)],
  ['addNode, node', badPlace, (there) => inMainline.addNode(there)],
  ['put, item', badItem, (item) => inMainline.put(item)],
  ['put, options', badOptions, (options) => inMainline.put(ITEM, options)],
  ['get, key', badInfohash, (key) => inMainline.get(key)],
  ['get, options', badOptions, (options) => inMainline.get(HASH, options)],
]

it.each([...CALLS, ...MAINLINE_CALLS])('API-1: %s', async (_name, bad, call) => {
  const inAll = () => [node.info(), inMainline.info()]
  await fc.assert(
    fc.asyncProperty(bad, async (value) => {
      const [before, sent] = [inAll(), world.network.sent.length]
      const error = await errorOf(() => call(value as never))
      expect(error.code).toMatch(/^ERR_DHT_(ID|KRPC|NODE)_[A-Z]+$/)
      expect(error.message).toMatch(/: expected .+, got /s)
      expect(inAll()).toEqual(before)
      expect(world.network.sent).toHaveLength(sent)
    }),
  )
})

async function errorOf(call: () => unknown): Promise<{ code: string; message: string }> {
  try {
    await call()
  } catch (error) {
    return error as { code: string; message: string }
  }
  throw new Error('it was accepted')
}

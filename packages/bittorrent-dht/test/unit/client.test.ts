// What npm's package does not have.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Client, type GotValue } from '../../src/index.ts'
import { answer, KITS, LOOPBACK, next, placeOf, until, World } from '../support/clients.ts'

const HASH = 'cd'.repeat(20)

type Put = [error: Error | null, key?: Buffer, count?: number]
type Got = [error: Error | null, value?: GotValue | null]

let world: World

beforeEach(() => {
  world = new World(KITS.find(({ name }) => name === 'ours') as (typeof KITS)[number])
})

afterEach(() => world.close())

async function listeningAt(client: Client, address: string): Promise<number> {
  await answer<[]>((done) => client.listen(0, address, done))
  return client.address().port
}

describe('IPv6', () => {
  it('finds and announces peers', async () => {
    const first = world.make()
    const port = await listeningAt(first, '::1')
    expect(first.address()).toEqual({ address: '::1', family: 'IPv6', port })
    const second = world.make({ bootstrap: [{ host: '::1', port }] })
    await listeningAt(second, '::1')
    await until(() => second.ready)
    const announced = next(first, 'announce')
    expect((await answer<[unknown]>((done) => second.announce(HASH, 5, done)))[0]).toBeNull()
    expect((await announced)[0]).toEqual({ host: '::1', port: 5 })
    const found = next(second, 'peer')
    second.lookup(HASH)
    const from = { address: '::1', host: '::1', family: 'IPv6', port, id: first.nodeId }
    expect(await found).toEqual([{ host: '::1', port: 5 }, Buffer.from(HASH, 'hex'), from])
    expect(second.toJSON().nodes).toEqual([{ host: '::1', port }])
  })

  it('is used beside IPv4 where no address is named, unless it is refused', async () => {
    for (const [ipv6, families] of [
      [true, [4, 6]],
      [false, [4]],
    ] as const) {
      const client = world.make({ ipv6 })
      client.listen()
      const { endpoints } = await client.dhtNode()
      expect(endpoints.map(({ family }) => family)).toEqual(families)
      expect(client.address().family).toBe('IPv4')
    }
  })
})

describe('dhtNode', () => {
  it('is the node of the client, and opens its sockets', async () => {
    const [first, second] = (await world.friends(2)) as [Client, Client]
    await answer<[unknown]>((done) => first.announce(HASH, 5, done))
    const node = await second.dhtNode()
    expect(node.id).toBe(second.nodeId.toString('hex'))
    expect((await node.getPeers(HASH)).endpoints).toMatchObject([{ port: 5 }])
    const fresh = world.make()
    expect((await fresh.dhtNode()).endpoints.length).toBeGreaterThan(0)
    expect(fresh.listening).toBe(true)
  })

  it('is refused by a client that is destroyed', async () => {
    const client = world.make()
    client.destroy()
    await expect(client.dhtNode()).rejects.toMatchObject({ code: 'ERR_DHT_CLIENT_DESTROYED' })
  })

  it('has the options of the node', async () => {
    const client = world.make({ nodeOptions: { readOnly: true, maxKeys: 7 }, k: 4 })
    client.listen(0, LOOPBACK)
    await next(client, 'listening')
    expect(client.listening).toBe(true)
    const wrong = world.make({ nodeOptions: { maxKeys: -1 } })
    const warned = next(wrong, 'warning')
    wrong.listen(0, LOOPBACK)
    expect(await warned).toMatchObject([{ code: 'ERR_DHT_NODE_ARGUMENT' }])
  })
})

it.each([
  ['a number', 42],
  ['a list', [1, Buffer.from('two'), [3]]],
  ['an object', { b: Buffer.from('x'), a: { c: -1 } }],
  ['no bytes', Buffer.alloc(0)],
])('puts and gets %s', async (_what, v) => {
  const [first, second] = (await world.friends(2)) as [Client, Client]
  const [error, key] = await answer<Put>((done) => first.put({ v }, done))
  expect(error).toBeNull()
  const [, value] = await answer<Got>((done) => second.get(key as Buffer, done))
  expect(value?.v).toEqual(v)
})

it('listens on the address of a name', async () => {
  const client = world.make()
  await listeningAt(client, 'localhost')
  expect(['127.0.0.1', '::1']).toContain(client.address().address)
})

it('leaves no socket open when it is destroyed while it opens one', async () => {
  const first = await world.listening()
  const { port } = first.address()
  await answer<[]>((done) => first.destroy(done))
  const second = world.make()
  second.listen(port, LOOPBACK)
  await answer<[]>((done) => second.destroy(done))
  const third = world.make()
  await answer<[]>((done) => third.listen(port, LOOPBACK, done))
  expect(third.address().port).toBe(port)
})

it('ends what waits for its sockets with the error of the system', async () => {
  const first = await world.listening()
  const second = world.make()
  const failed = next(second, 'error')
  second.listen(first.address().port, LOOPBACK)
  const [error] = await answer<[unknown]>((done) => second.lookup(HASH, done))
  expect(error).toMatchObject({ code: 'EADDRINUSE' })
  await failed
})

it('does not keep what users of its lists do to them', async () => {
  const [first] = (await world.friends(2)) as [Client]
  first.nodes.toArray().pop()
  expect([...first.nodes]).toHaveLength(1)
  expect(first._tables.remove(HASH)).toBeUndefined()
})

it.each([null, 5, { nodeId: 'ab' }, { nodeId: 5 }, { hash: () => Buffer.alloc(5) }])(
  'the constructor refuses %j',
  (options) => {
    expect(() => new Client(options as never)).toThrow(
      expect.objectContaining({ code: 'ERR_DHT_CLIENT_ARGUMENT' }),
    )
  },
)

it('a port that is no number is an error of the callback', async () => {
  const [first] = (await world.friends(2)) as [Client]
  const [error] = await answer<[unknown]>((done) => first.announce(HASH, '5' as never, done))
  expect(error).toMatchObject({ code: 'ERR_DHT_NODE_ARGUMENT' })
  expect(placeOf(first).port).toBeGreaterThan(0)
})

// The options of the constructor, in npm's package and in ours.

import { createHash } from 'node:crypto'
import { encodeValue } from '@dht/krpc'
import { nodeCrypto } from '@dht/node'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Client, ClientOptions } from '../../src/index.ts'
import { answer, KITS, LOOPBACK, next, placeOf, World } from '../support/clients.ts'

const secret = new Uint8Array(32).fill(7)
const k = Buffer.from(nodeCrypto.publicKeyOf(secret))
const sign = (bytes: Buffer) => Buffer.from(nodeCrypto.sign(secret, bytes))

type Put = [error: Error | null, key?: Buffer, count?: number]

describe.each(KITS)('$name', (kit) => {
  let world: World

  beforeEach(() => {
    world = new World(kit)
  })

  afterEach(() => world.close())

  it.each<[string, ClientOptions]>([
    ['none', {}],
    ['bootstrap', { bootstrap: false }],
    ['host', { host: false }],
    ['concurrency', { concurrency: 4 }],
    ['backgroundConcurrency', { backgroundConcurrency: 2 }],
    ['k', { k: 16 }],
    ['hash', { hash: (bytes) => createHash('sha1').update(bytes).digest() }],
    ['verify', { verify: () => true }],
    ['timeBucketOutdated', { timeBucketOutdated: 60_000 }],
    ['maxAge', { maxAge: 600_000 }],
    ['maxAge', { maxAge: Number.POSITIVE_INFINITY }],
    ['maxPeers', { maxPeers: 100 }],
    ['maxTables', { maxTables: 10 }],
    ['maxValues', { maxValues: 10 }],
    ['timeout', { timeout: 1_000 }],
    ['one that nobody knows', { unknown: 1 }],
  ])('works with %s', async (_name, options) => {
    const [first, second] = (await world.friends(2, options)) as [Client, Client]
    const [error] = await answer<Put>((done) => first.put('hello', done))
    expect(error).toBeNull()
    expect(second.nodes.count()).toBe(1)
  })

  it('takes the id under two names', () => {
    const id = Buffer.alloc(20, 5)
    expect(world.make({ id }).nodeId).toEqual(id)
    expect(world.make({ nodeId: id }).nodeId).toEqual(id)
  })

  it('takes bootstrap nodes under two names', async () => {
    const friend = await world.listening()
    const client = world.make({ nodes: [placeOf(friend)], bootstrap: undefined })
    await next(client, 'ready')
    expect(client.nodes.count()).toBe(1)
  })

  it('makes keys with its hash', async () => {
    const hash = (bytes: Buffer) => createHash('ripemd160').update(bytes).digest()
    const [first, second] = (await world.friends(2, { hash })) as [Client, Client]
    const [error, key] = await answer<Put>((done) => first.put('hello', done))
    expect(error).toBeNull()
    expect(key).toEqual(hash(Buffer.from(encodeValue(Buffer.from('hello')))))
    const [, value] = await answer<[unknown, { v: Buffer }]>((done) =>
      second.get(key as Buffer, done as never),
    )
    expect(value.v).toEqual(Buffer.from('hello'))
  })

  it('checks signatures with its verify', async () => {
    const calls: string[] = []
    const verify = (signature: Buffer, message: Buffer, publicKey: Buffer): boolean => {
      calls.push(`${signature.length} ${Buffer.from(message)} ${Buffer.compare(publicKey, k)}`)
      return nodeCrypto.verify(publicKey, message, signature)
    }
    const [first] = (await world.friends(2, { verify })) as [Client]
    const item = { v: 'hello', k, seq: 1, sign }
    expect((await answer<Put>((done) => first.put(item, done)))[0]).toBeNull()
    expect(calls).toContain('64 3:seqi1e1:v5:hello 0')
  })

  it('keeps nothing of a signature that its verify refuses', async () => {
    const [first, second] = (await world.friends(2, { verify: () => false })) as [Client, Client]
    const [error] = await answer<Put>((done) => first.put({ v: 'hello', k, seq: 1, sign }, done))
    expect(error).toBeInstanceOf(Error)
    expect(second.toJSON().values).toEqual({})
  })

  it('uses the address that listen names, whatever host is', async () => {
    const client = await world.listening({ host: '192.0.2.7' })
    expect(client.address().address).toBe(LOOPBACK)
  })
})

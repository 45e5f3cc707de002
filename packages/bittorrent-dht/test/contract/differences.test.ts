// Where ours differs from npm's package on purpose: what each of them does. The README lists the
// same.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Client, Peer } from '../../src/index.ts'
import { answer, KITS, LOOPBACK, next, turn, until, World } from '../support/clients.ts'

const HASH = 'cd'.repeat(20)

type Count = [error: Error | null, count?: number]

describe.each(KITS)('$name', (kit) => {
  const isOurs = kit.name === 'ours'
  let world: World

  beforeEach(() => {
    world = new World(kit)
  })

  afterEach(() => world.close())

  async function foundBy(client: Client): Promise<Peer[]> {
    const told: Peer[] = []
    client.on('peer', (peer) => told.push(peer))
    await answer<Count>((done) => client.lookup(HASH, done))
    client.removeAllListeners('peer')
    return told
  }

  it('a peer that several nodes return is found once, not once for each', async () => {
    const [first, second, third] = (await world.friends(3)) as [Client, Client, Client]
    await answer<Count>((done) => first.announce(HASH, 5, done))
    expect([second.nodes.count(), third.nodes.count()]).toEqual([2, 2])
    expect(await foundBy(first)).toHaveLength(isOurs ? 1 : 2)
  })

  it('an announcement looks for peers each time, not only without tokens of a lookup', async () => {
    const [first] = (await world.friends(2)) as [Client]
    await answer<Count>((done) => first.announce(HASH, 5, done))
    const told: Peer[] = []
    first.on('peer', (peer) => told.push(peer))
    await answer<Count>((done) => first.announce(HASH, 6, done))
    expect(told).toHaveLength(isOurs ? 1 : 0)
  })

  it('maxAge is two minutes at least', async () => {
    const [first, second] = (await world.friends(2, { maxAge: 1_000 })) as [Client, Client]
    await answer<Count>((done) => first.announce(HASH, 5, done))
    expect(await foundBy(second)).toHaveLength(1)
    await new Promise((done) => setTimeout(done, 2_500))
    expect(await foundBy(second)).toHaveLength(isOurs ? 1 : 0)
  })

  it('a signed item is verified without the option verify, too', async () => {
    const { nodeCrypto } = await import('@dht/node')
    const secret = new Uint8Array(32).fill(7)
    const k = Buffer.from(nodeCrypto.publicKeyOf(secret))
    const sign = (bytes: Buffer) => Buffer.from(nodeCrypto.sign(secret, bytes))
    const [first] = (await world.friends(2)) as [Client]
    const item = { v: 'hello', k, seq: 1, sign }
    const [error] = await answer<[Error | null]>((done) => first.put(item, done as never))
    expect(error === null).toBe(isOurs)
  })

  it('a value has at most 1000 bytes when bencoded, as BEP 44 says', () => {
    const client = world.make()
    const put = () => client.put(Buffer.alloc(999))
    if (isOurs) expect(put).toThrow()
    else expect(put()).toHaveLength(20)
  })

  it('an id or info hash has 20 bytes', () => {
    const wrong = 'ab'.repeat(19)
    const calls = [
      () => world.make({ nodeId: wrong }),
      () => world.make().lookup(wrong),
      () => world.make().announce(wrong),
      () => world.make().get(wrong, () => {}),
    ]
    for (const call of calls) {
      if (isOurs) expect(call).toThrow(expect.objectContaining({ code: 'ERR_DHT_CLIENT_ARGUMENT' }))
      else expect(call).not.toThrow()
    }
  })

  it('a port that can not be one is an error at once, not after a timeout', async () => {
    const [first] = (await world.friends(2, { timeout: 100 })) as [Client]
    const [error] = await answer<Count>((done) => first.announce(HASH, 99_999, done))
    expect(error).toBeInstanceOf(Error)
    const { code } = error as Error & { code?: unknown }
    expect(code).toBe(isOurs ? 'ERR_DHT_NODE_ARGUMENT' : undefined)
    const listen = () => world.make().listen(99_999)
    if (isOurs) expect(listen).toThrow()
  })

  it('open calls end with an error when the client is destroyed', async () => {
    const client = await world.listening()
    client.addNode({ host: LOOPBACK, port: 9, id: Buffer.alloc(20, 1) })
    const told: unknown[] = []
    client.lookup(HASH, (error) => told.push(error))
    client.get(HASH, (error) => told.push(error))
    await turn()
    await answer<[]>((done) => client.destroy(done))
    client.lookup(HASH, (error) => told.push(error))
    await turn()
    const ended = expect.objectContaining({ code: 'ERR_DHT_CLIENT_DESTROYED' })
    expect(told).toEqual(isOurs ? [ended, ended, ended] : [])
  })

  it('a node never adds itself', async () => {
    const client = await world.listening()
    const friend = await world.listening()
    client.addNode({ host: LOOPBACK, port: client.address().port })
    client.addNode({ host: LOOPBACK, port: friend.address().port })
    await until(() => client.nodes.get(friend.nodeId) !== null)
    expect(client.nodes.count()).toBe(isOurs ? 1 : 2)
  })

  it('contacts have a port and the address of one node', async () => {
    const client = await world.listening()
    client.addNode({ host: LOOPBACK, port: 0, id: Buffer.alloc(20, 1) })
    client.addNode({ host: '224.0.0.1', port: 5, id: Buffer.alloc(20, 2) })
    expect(client.nodes.count()).toBe(isOurs ? 0 : 2)
  })

  it('bootstrap nodes that are all silent are worth a warning', async () => {
    const client = world.make({ bootstrap: [{ host: LOOPBACK, port: 9 }] })
    const told: unknown[] = []
    client.on('warning', (error) => told.push(error))
    await next(client, 'ready')
    await turn()
    const warning = expect.objectContaining({ code: 'DHT_BOOTSTRAP_SILENT' })
    expect(told).toEqual(isOurs ? [warning] : [])
  })

  it('an option that hashes to another length is refused', () => {
    const make = () => world.make({ hash: () => Buffer.alloc(32) })
    if (isOurs) expect(make).toThrow('20 bytes')
    else expect(make().nodeId).toHaveLength(32)
  })
})

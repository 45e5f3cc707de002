// From the constructor to `destroy`, in npm's package and in ours.

import { createSocket } from 'node:dgram'
import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answer, KITS, LOOPBACK, next, placeOf, turn, World } from '../support/clients.ts'

const ID = 'ab'.repeat(20)

describe.each(KITS)('$name', (kit) => {
  const { Client } = kit.exports
  let world: World

  beforeEach(() => {
    world = new World(kit)
  })

  afterEach(() => world.close())

  it('exports the class by its name, as the default and as Server', () => {
    expect(kit.exports.default).toBe(Client)
    expect(kit.exports.Server).toBe(Client)
    expect(world.make()).toBeInstanceOf(EventEmitter)
  })

  it('has the id that it is given, as bytes or as hex, and a random one else', () => {
    const bytes = Buffer.from(ID, 'hex')
    for (const nodeId of [ID, bytes, new Uint8Array(bytes)]) {
      const { nodeId: own } = world.make({ nodeId })
      expect(Buffer.isBuffer(own)).toBe(true)
      expect(own.toString('hex')).toBe(ID)
    }
    const [first, second] = [world.make().nodeId, world.make().nodeId]
    expect(first).toHaveLength(20)
    expect(first.equals(second)).toBe(false)
  })

  it('is not listening, ready or destroyed at first', () => {
    const client = world.make()
    const { listening, destroyed } = client
    expect([listening, destroyed, Boolean(client.ready)]).toEqual([false, false, false])
    expect(() => client.address()).toThrow()
  })

  it.each([
    ['nothing', [], {}],
    ['a port', [0], {}],
    ['a port and an address', [0, LOOPBACK], { address: LOOPBACK }],
    ['an object', [{ port: 0, address: LOOPBACK }], { address: LOOPBACK }],
    ['no port', [undefined], {}],
  ] as const)('listens on %s, with and without a callback', async (_what, args, expected) => {
    for (const isCalled of [false, true]) {
      const client = world.make()
      const listening = next(client, 'listening')
      if (isCalled) await answer<[]>((done) => client.listen(...args, done))
      else client.listen(...args)
      expect(await listening).toEqual([])
      expect(client.listening).toBe(true)
      const address = client.address()
      expect(address).toEqual({
        address: '0.0.0.0',
        family: 'IPv4',
        port: address.port,
        ...expected,
      })
      expect(address.port).toBeGreaterThan(0)
    }
  })

  it('listens on the port that it is given', async () => {
    const first = await world.listening()
    const { port } = first.address()
    await answer<[]>((done) => first.destroy(done))
    const second = world.make()
    await answer<[]>((done) => second.listen(port, LOOPBACK, done))
    expect(second.address().port).toBe(port)
  })

  it('emits listening after listen has returned, also on a call that needs a socket', async () => {
    const [friend, client] = [await world.listening(), world.make()]
    let hasReturned = false
    const listening = next(client, 'listening').then(() => hasReturned)
    client.addNode(placeOf(friend))
    hasReturned = true
    expect(await listening).toBe(true)
    expect(client.address().port).toBeGreaterThan(0)
  })

  it('refuses to listen twice, and after the end', async () => {
    const client = await world.listening()
    expect(() => client.listen(0, LOOPBACK)).toThrow()
    const other = world.make()
    other.listen(0, LOOPBACK)
    expect(() => other.listen(0, LOOPBACK)).toThrow()
    await answer<[]>((done) => client.destroy(done))
    expect(() => client.listen(0, LOOPBACK)).toThrow()
    expect(() => client.address()).toThrow()
  })

  it('emits the error of the system when the port is taken, and can listen elsewhere', async () => {
    const socket = createSocket('udp4')
    await answer<[]>((done) => socket.bind(0, LOOPBACK, done))
    const client = world.make()
    const failed = next(client, 'error')
    client.listen(socket.address().port, LOOPBACK)
    const [error] = await failed
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ code: 'EADDRINUSE' })
    expect(client.listening).toBe(false)
    await answer<[]>((done) => client.listen(0, LOOPBACK, done))
    expect(client.listening).toBe(true)
    socket.close()
  })

  it('emits a warning when it can not have the address', async () => {
    const client = world.make()
    const warned = next(client, 'warning')
    client.listen(0, '192.0.2.1')
    expect(await warned).toMatchObject([{ code: 'EADDRNOTAVAIL' }])
  })

  it('is ready a turn later without bootstrap nodes, and once', async () => {
    const client = world.make()
    let count = 0
    client.on('ready', () => count++)
    expect(count).toBe(0)
    await turn()
    expect([count, client.ready]).toEqual([1, true])
    await answer<[]>((done) => client.listen(0, LOOPBACK, done))
    expect(count).toBe(1)
  })

  it('is ready with its bootstrap nodes, which it then knows', async () => {
    const friend = await world.listening()
    const { host, port } = placeOf(friend)
    const forms = [`${host}:${port}`, { host, port }, [`${host}:${port}`], friendsOf(friend)]
    for (const bootstrap of forms) {
      const client = world.make({ bootstrap })
      await next(client, 'ready')
      expect(client.ready).toBe(true)
      expect(client.listening).toBe(true)
      expect(client.nodes.toArray().map((node) => node.port)).toContain(port)
    }
  })

  it('is ready without bootstrap nodes in a list', async () => {
    const client = world.make({ bootstrap: [] })
    await next(client, 'ready')
    expect(client.nodes.toArray()).toEqual([])
  })

  it('may be told a port before it bootstraps by itself', async () => {
    const client = world.make({ bootstrap: [placeOf(await world.listening())] })
    expect(client.listening).toBe(false)
    client.listen(0, LOOPBACK)
    expect(client.listening).toBe(false)
    await next(client, 'listening')
    expect(client.address().address).toBe(LOOPBACK)
  })

  it('emits close and then calls back when it is destroyed', async () => {
    for (const client of [world.make(), await world.listening()]) {
      const told: string[] = []
      client.on('close', () => told.push('close'))
      const ended = answer<[]>((done) => client.destroy(done)).then(() => told.push('called back'))
      expect([client.destroyed, told]).toEqual([true, []])
      await ended
      expect(told).toEqual(['close', 'called back'])
    }
  })

  it('calls back again for a second end, and closes once', async () => {
    const client = await world.listening()
    let count = 0
    client.on('close', () => count++)
    await answer<[]>((done) => client.destroy(done))
    let isLater = false
    const again = answer<[]>((done) => client.destroy(done)).then(() => isLater)
    isLater = true
    expect(await again).toBe(true)
    client.destroy()
    await turn()
    expect(count).toBe(1)
  })

  it('is not ready, and does not begin to listen, once it is destroyed', async () => {
    const client = world.make({ bootstrap: [placeOf(await world.listening())] })
    const told: string[] = []
    for (const event of ['ready', 'listening'] as const) client.on(event, () => told.push(event))
    await answer<[]>((done) => client.destroy(done))
    await turn()
    expect(told).toEqual([])
  })
})

/** The form in which nodes are kept. */
function friendsOf(friend: Parameters<typeof placeOf>[0]) {
  return [placeOf(friend)].map(({ host, port }) => ({ host, port }))
}
